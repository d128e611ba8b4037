import Glibc

/// How many samples in a row tell as much as a single independent one.
///
/// Where something else works on a machine by turns, a repeat resembles its neighbours, and many of
/// them are worth few: a test that takes them for independent finds differences between two series
/// of the same program. The time is the sum of the correlations at all distances, cut off where the
/// sums of neighbouring ones, made falling, reach 0. Source: Geyer, "Practical Markov chain Monte
/// Carlo", 1992, section 3.3, the initial monotone sequence.
public struct CorrelationTime: Hashable, Sendable {
  /// Samples that tell as much as one; 1 for independent ones, never less.
  public let samples: Double

  /// Samples farther from each other are taken for independent.
  public static let farthest = 1_000

  /// Of `values`, in the order in which they were measured.
  /// - Complexity: O(n × distance at which nothing is left), which is ``farthest`` at most
  public init(_ values: [Double]) {
    let count = values.count
    let mean = values.reduce(0, +) / Double(max(1, count))
    let off = values.map { $0 - mean }
    func product(_ distance: Int) -> Double {
      var sum = 0.0
      for index in 0..<(count - distance) { sum += off[index] * off[index + distance] }
      return sum
    }
    // Equal values differ from their mean by its last digits at most.
    guard count > 3, case let whole = product(0), whole > Double(count) * mean * mean * 1e-24 else {
      samples = 1
      return
    }
    var (time, least, distance) = (-1.0, Double.infinity, 0)
    while distance + 1 < min(count, Self.farthest) {
      let pair = (product(distance) + product(distance + 1)) / whole
      guard pair > 0 else { break }
      least = min(least, pair)
      time += 2 * least
      distance += 2
    }
    samples = min(max(1, time), Double(count))
  }
}

extension RankTest {
  /// The probability of a test of values of which `time` in a row tell as much as one.
  ///
  /// The statistic's deviation is wider by the square root of that.
  static func probability(_ probability: Double, correlationTime time: Double) -> Double {
    guard time > 1, probability < 1 else { return probability }
    guard probability > 0 else { return 0 }
    let distance = normalQuantile(probability / 2) / time.squareRoot()
    return min(1, erfc(distance / 2.0.squareRoot()))
  }
}
