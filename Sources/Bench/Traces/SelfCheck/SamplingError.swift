import ShadowModel

/// How far what a guest counts in one stretch of time may be from what it counts in another as
/// long.
///
/// A recorded stretch is a sample: its parts, from mark to mark, tell how unlike others are. Where
/// a size makes hardly a difference from the traced one, that difference is all that can be wrong.
struct SamplingError {
  private let parts: [Counters]
  private let traced: [Counters]

  /// Fewer parts say nothing.
  static let leastParts = 8
  /// Standard errors on each side: 95 of 100.
  static let sides = 2.0

  /// - Parameters:
  ///   - sums: what was counted at each mark of the run at a size
  ///   - traced: the same at the traced size
  init?(_ sums: [Counters], traced: [Counters]) {
    guard sums.count >= Self.leastParts, sums.count == traced.count else { return nil }
    parts = Self.parts(sums)
    self.traced = Self.parts(traced)
  }

  private static func parts(_ sums: [Counters]) -> [Counters] {
    zip(sums, [Counters()] + sums).map { $0 - $1 }
  }

  /// Half the width of the range in which a counter of another stretch is.
  func halfWidth(_ name: Counters.Name) -> Double {
    let own = parts.map { Double($0[name]) }
    let difference = zip(parts, traced).reduce(0) { $0 + abs(Double($1.0[name] - $1.1[name])) }
    if difference <= SizeEvidence.closest * own.reduce(0, +) { return difference }
    // Both stretches are samples.
    return Self.sides * Self.error(own) * 2.0.squareRoot()
  }

  /// The standard error of the sum of `values`.
  private static func error(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / (count - 1) * count).squareRoot()
  }
}
