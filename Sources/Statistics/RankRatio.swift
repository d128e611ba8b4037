import Glibc

/// How many times the values of one group are those of another, by ranks.
///
/// The estimate that belongs to the test of Mann and Whitney: the median of the ratios of all
/// pairs, and the ratios between which the test finds no difference. Where a machine works at two
/// speeds by turns, a group's median lies now at one and now at the other; most pairs are of the
/// same speed, and their ratio stays. Sources: Hodges and Lehmann, "Estimates of location based on
/// rank tests", 1963; Hollander and Wolfe, "Nonparametric statistical methods", 1999, section 4.3
/// (Moses).
public struct RankRatio: Hashable, Sendable {
  /// The median of the ratios of all pairs; infinity when most are to zeros.
  public let value: Double
  /// Where the true ratio lies: from the ranks, or with too few values the range of all ratios.
  public let interval: ConfidenceInterval

  /// The ratio of `new` to `old`; nil where a value is below 0.
  ///
  /// A value above 0 is infinitely many times 0, and 0 is once 0.
  /// - Parameter correlationTime: values in a row that tell as much as one; the interval is as wide
  ///   as they make it
  /// - Complexity: O((n + m) log(n + m)); up to ``RankTest/mostExactPairs`` pairs O(n × pairs)
  ///   besides
  public init?(
    _ new: Samples, to old: Samples,
    confidence: Double = ConfidenceInterval.standardConfidence, correlationTime: Double = 1
  ) {
    guard new.least >= 0, old.least >= 0 else { return nil }
    let ratios = Ratios(new: new.sorted, old: old.sorted)
    let pairs = ratios.count
    let (lower, upper) = (ratios.ranked((pairs + 1) / 2), ratios.ranked(pairs / 2 + 1))
    value = lower == upper ? lower : (lower * upper).squareRoot()
    let (rank, reached) = Self.rank(
      new.count, old.count, confidence, correlationTime)
    interval = ConfidenceInterval(
      low: ratios.ranked(rank ?? 1), high: ratios.ranked(pairs + 1 - (rank ?? 1)),
      confidence: reached, method: rank == nil ? .range : .ranks)
  }

  /// The rank among the ratios at which the interval begins, as far from the end as it ends; nil
  /// when even the range of all does not reach `confidence`, and what is reached.
  private static func rank(
    _ first: Int, _ second: Int, _ confidence: Double, _ correlationTime: Double
  ) -> (Int?, reached: Double) {
    let outside = (1 - confidence) / 2
    let pairs = first * second
    guard pairs <= RankTest.mostExactPairs && correlationTime <= 1 else {
      let (m, n) = (Double(first), Double(second))
      let deviation = (m * n * (m + n + 1) / 12 * correlationTime).squareRoot()
      let rank = (m * n / 2 - RankTest.normalQuantile(outside) * deviation).rounded(.down)
      guard rank >= 1 else { return (nil, 1 - erfc(m * n / 2 / deviation / 2.0.squareRoot())) }
      return (Int(rank), confidence)
    }
    let orders = RankTest.orderCounts(first, second)
    let all = orders.reduce(0, +)
    var below = 0.0
    var rank = 0
    while rank < pairs, (below + orders[rank]) / all <= outside {
      below += orders[rank]
      rank += 1
    }
    return rank > 0 ? (rank, confidence) : (nil, max(0, 1 - 2 * orders[0] / all))
  }
}

extension RankTest {
  /// How many standard deviations from the middle all but `share` of a normal distribution lie
  /// below.
  static func normalQuantile(_ share: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if erfc(middle / 2.0.squareRoot()) / 2 > share { low = middle } else { high = middle }
    }
    return high
  }
}

/// All ratios of a value of one group to one of another, in order without making them.
private struct Ratios {
  /// Ascending, none below 0.
  let new: [Double]
  let old: [Double]

  var count: Int { new.count * old.count }

  private func ratio(_ above: Double, _ below: Double) -> Double {
    below > 0 ? above / below : above > 0 ? .infinity : 1
  }

  /// The ratio with that rank, the least being 1: the least number that so many do not exceed.
  ///
  /// Numbers that are not below 0 are in the order of their bits, so those are halved.
  func ranked(_ rank: Int) -> Double {
    var (low, high) = (0.0.bitPattern, Double.infinity.bitPattern)
    while low < high {
      let middle = low + (high - low) / 2
      if isReached(rank, at: Double(bitPattern: middle)) { high = middle } else { low = middle + 1 }
    }
    return Double(bitPattern: low)
  }

  /// Whether `rank` ratios are at most `bound`.
  private func isReached(_ rank: Int, at bound: Double) -> Bool {
    var (first, passed) = (0, 0)
    for value in new {
      while first < old.count && ratio(value, old[first]) > bound { first += 1 }
      passed += old.count - first
      if passed >= rank { return true }
    }
    return false
  }
}
