/// A number that says where it comes from.
public struct Figure: Hashable, Sendable {
  /// How far a number can be trusted.
  public enum Mark: String, Sendable, CaseIterable {
    /// Seen in the source.
    case seen = "V"
    /// Measured on real programs.
    case measured = "H"
    /// From a paper as remembered.
    case remembered = "M"
    /// Estimated.
    case estimated = "E"
  }

  /// The number that is used.
  public var value: Double
  /// The least that is plausible, nil when no range is given.
  public var low: Double?
  /// The most that is plausible, nil when no range is given.
  public var high: Double?
  /// Where it comes from, nil when the file does not say.
  public var source: String?
  /// How far it can be trusted, nil when the file does not say.
  public var mark: Mark?

  /// A figure.
  public init(
    _ value: Double, low: Double? = nil, high: Double? = nil, source: String? = nil,
    mark: Mark? = nil
  ) {
    self.value = value
    self.low = low
    self.high = high
    self.source = source
    self.mark = mark
  }

  /// The nearest whole number.
  public var rounded: Int { Int(exactly: value.rounded()) ?? (value < 0 ? .min : .max) }

  /// The figure times `factor`, its range too.
  public func scaled(by factor: Double) -> Figure {
    var result = self
    result.value *= factor
    result.low = low.map { $0 * factor }
    result.high = high.map { $0 * factor }
    return result
  }
}

extension Figure {
  static let keys = ["value", "low", "high", "source", "mark"]

  /// Reads a plain number, or a mapping with `value`, `low`, `high`, `source` and `mark`.
  init(
    _ place: YAMLValue, in range: ClosedRange<Double>, whole: Bool = false
  ) throws(InputError) {
    guard case .mapping = place.content else {
      self.init(try Self.number(place, in: range, whole: whole))
      return
    }
    let mapping = try place.mapping(known: Self.keys)
    self.init(try Self.number(mapping.required("value"), in: range, whole: whole))
    if let bound = mapping.optional("low") { low = try bound.number(in: range) }
    if let bound = mapping.optional("high") { high = try bound.number(in: range) }
    guard low ?? value <= value, value <= high ?? value else {
      throw place.error("value \(YAMLValue.plain(value)) is not between low and high")
    }
    source = try mapping.optional("source").map { value throws(InputError) in try value.text() }
    if let word = mapping.optional("mark") {
      mark = Mark.allCases[try word.choice(Mark.allCases.map(\.rawValue))]
      guard mark == .estimated || source != nil else {
        throw place.error("mark \(mark?.rawValue ?? "") needs a source")
      }
    }
  }

  private static func number(
    _ place: YAMLValue, in range: ClosedRange<Double>, whole: Bool
  ) throws(InputError) -> Double {
    guard whole else { return try place.number(in: range) }
    return Double(try place.integer(in: Int(range.lowerBound)...Int(range.upperBound)))
  }
}
