import Histogram

/// Percentiles of samples, by an HDR histogram of four significant digits.
///
/// A percentile is a value that was measured, or up to 0.01 % more: the highest that the histogram
/// does not tell from it.
public struct Percentiles: Hashable, Sendable {
  /// The percentiles that are kept, %, with their names in results.
  public static let kept: [(name: String, percent: Double)] = [
    ("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99), ("p99_9", 99.9),
  ]
  /// The name of the greatest.
  public static let greatest = "max"

  /// The percentiles by their names, in the unit of the samples.
  public let byName: [String: Double]

  /// Percentiles of `samples`, none below 0.
  /// - Parameter resolution: what is 1 in the histogram, in the unit of the samples
  public init(_ samples: Samples, resolution: Double) {
    precondition(samples.least >= 0 && resolution > 0, "durations and the like")
    let counts = samples.values.map { Self.count($0, resolution) }
    var histogram = Histogram<UInt32>(
      highestTrackableValue: max(2, counts.max() ?? 2), numberOfSignificantValueDigits: .four)
    for count in counts { _ = histogram.record(count) }
    var byName = [Self.greatest: samples.greatest]
    for (name, percent) in Self.kept {
      let value = Double(histogram.valueAtPercentile(percent)) * resolution
      byName[name] = min(value, samples.greatest)
    }
    self.byName = byName
  }

  /// Most that a histogram counts: enough for 292 years of nanoseconds.
  private static let most = 9.2e18

  private static func count(_ value: Double, _ resolution: Double) -> UInt64 {
    UInt64(min((value / resolution).rounded(), most))
  }
}
