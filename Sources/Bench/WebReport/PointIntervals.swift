/// Intervals over the seeds, as far as a result has them: `points[].intervals`.
struct PointIntervals: Decodable {
  /// Where a figure's median lies.
  struct Interval: Decodable {
    var low: Double
    var high: Double
    /// How often such an interval holds the true value, 0 to 1.
    var confidence: Double?
    /// How it was computed; `range` is from the least to the most.
    var method: String?
  }
  private struct Point: Decodable {
    var pages: Int
    var intervals: [String: Interval]?
  }
  private var points: [Point]?

  /// No intervals.
  static let none = PointIntervals(points: nil)

  private init(points: [Point]?) { self.points = points }

  /// The intervals of the result at `path`.
  init(path: String) throws(InputError) {
    let text = try TextFile.read(path)
    do {
      self = try JSONResult.decode(PointIntervals.self, from: text)
    } catch {
      throw InputError(
        file: path, reason: "is no result, or is damaged: \(ResultFile.explain(error))")
    }
  }

  /// The interval of a figure at a size, in the figure's unit times `factor`.
  func range(_ figure: String, pages: Int, factor: Double = 1) -> ClosedRange<Double>? {
    guard let interval = points?.first(where: { $0.pages == pages })?.intervals?[figure],
      interval.low <= interval.high
    else { return nil }
    return interval.low * factor...interval.high * factor
  }

  /// What the intervals are, in words; nil where there are none, or where they are ranges.
  var meaning: String? {
    let intervals = (points ?? []).compactMap { $0.intervals?["recreation_share"] }
    guard let first = intervals.first(where: { $0.method != "range" }) else { return nil }
    let confidence = first.confidence.map { " (\(Numeral.fixed($0 * 100, 0)) %)" } ?? ""
    return "interval of the median\(confidence)"
  }
}
