/// Intervals over the seeds, as far as a result has them: `points[].intervals`.
struct PointIntervals {
  private let points: [PointRecord]

  /// The intervals of `points`.
  init(_ points: [PointRecord]) { self.points = points }

  /// The interval of a figure at a size, in the figure's unit times `factor`.
  func range(_ figure: String, pages: Int, factor: Double = 1) -> ClosedRange<Double>? {
    guard let interval = points.first(where: { $0.pages == pages })?.intervals?[figure],
      interval.low <= interval.high
    else { return nil }
    return interval.low * factor...interval.high * factor
  }

  /// What the intervals are, in words; nil where there are none, or where they are ranges.
  var meaning: String? {
    let intervals = points.compactMap { $0.intervals?["recreation_share"] }
    guard let first = intervals.first(where: { $0.method != "range" }) else { return nil }
    return "interval of the median (\(Numeral.fixed(first.confidence * 100, 0)) %)"
  }
}
