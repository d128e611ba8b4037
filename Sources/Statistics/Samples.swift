/// Measured values of one thing, finite, in the order in which they were measured.
///
/// Robust figures first: a median and quartiles do not move when one run in ten was disturbed, as a
/// mean does.
public struct Samples: Hashable, Sendable {
  /// The values, as they came.
  public let values: [Double]
  /// The values, ascending.
  public let sorted: [Double]

  /// Samples; at least one, all finite.
  public init?(_ values: [Double]) {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    self.values = values
    sorted = values.sorted()
  }

  /// How many there are.
  public var count: Int { values.count }
  /// The least.
  public var least: Double { sorted[0] }
  /// The greatest.
  public var greatest: Double { sorted[sorted.count - 1] }

  /// The middle value, or the mean of the two middle ones.
  public var median: Double { Self.median(ofSorted: sorted) }

  /// The value below which `share` of the values are, between neighbours in proportion.
  ///
  /// Definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996: what R and
  /// numpy do.
  /// - Parameter share: 0 to 1
  public func quantile(_ share: Double) -> Double {
    let place = min(max(share, 0), 1) * Double(count - 1)
    let index = Int(place.rounded(.down))
    guard index + 1 < count else { return greatest }
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }

  /// The mean.
  public var mean: Double { values.reduce(0, +) / Double(count) }

  /// The standard deviation, with one degree of freedom less than values; 0 for a single one.
  public var standardDeviation: Double {
    guard count > 1 else { return 0 }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(count - 1)).squareRoot()
  }

  /// The standard deviation as a share of the mean; nil where the mean is 0.
  public var variation: Double? { mean == 0 ? nil : standardDeviation / abs(mean) }

  static func median(ofSorted values: [Double]) -> Double {
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }
}
