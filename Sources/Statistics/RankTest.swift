import Glibc

/// Whether two groups of samples differ: the two-sided test of Mann and Whitney.
///
/// It looks at the order of the values alone, so it needs no normal distribution and no outlier
/// sways it. Source: Mann and Whitney, "On a test of whether one of two random variables is
/// stochastically larger than the other", 1947.
public struct RankTest: Hashable, Sendable {
  /// How the probability was found.
  public enum Method: String, Sendable, Codable {
    /// From all orders of the values.
    case exact
    /// From the normal distribution, with corrections for ties and continuity.
    case normal
  }

  /// Pairs of a value of each group in which the first group's is greater; ties are halves.
  public let statistic: Double
  /// Of two groups that do not differ, the share that differs at least as much.
  public let probability: Double
  /// How it was found.
  public let method: Method
  /// How often a value of the first group is greater than one of the second, ties by halves: 0.5
  /// where neither tends to be.
  ///
  /// Source: Vargha and Delaney, "A critique and improvement of the CL common language effect size
  /// statistics of McGraw and Wong", 2000.
  public let superiority: Double

  /// How much more often a value of the first group is greater than less, -1 to 1 (Cliff's delta).
  public var delta: Double { 2 * superiority - 1 }

  /// How many values in a row tell as much as one, of both groups, the shorter weighing more.
  public let correlationTime: Double
  /// The probability if values that follow each other resemble each other that much.
  public var correlatedProbability: Double {
    Self.probability(probability, correlationTime: correlationTime)
  }

  /// Up to so many pairs of values the probability is exact, if no two values are the same.
  public static let mostExactPairs = 2_500

  /// The test of `first` against `second`.
  /// - Complexity: O(n log n), exact O(n × pairs), and that of ``CorrelationTime``
  public init(_ first: Samples, _ second: Samples) {
    let ranks = Ranks(first, second)
    let pairs = first.count * second.count
    statistic = ranks.firstSum - Double(first.count * (first.count + 1)) / 2
    superiority = statistic / Double(pairs)
    correlationTime = Self.correlationTime(
      CorrelationTime(ranks.first).samples, of: first.count,
      CorrelationTime(ranks.second).samples, of: second.count)
    if ranks.tied == 0 && pairs <= Self.mostExactPairs {
      method = .exact
      probability = Self.exact(statistic, first.count, second.count)
    } else {
      method = .normal
      probability = Self.normal(statistic, first.count, second.count, tied: ranks.tied)
    }
  }

  /// Both groups' time as one: a group's mean rank varies by its time over its number.
  private static func correlationTime(
    _ one: Double, of first: Int, _ other: Double, of second: Int
  ) -> Double {
    let (m, n) = (Double(first), Double(second))
    return (one * n + other * m) / (m + n)
  }

  /// The probability from all orders, each as likely: that of a statistic as far from the middle.
  private static func exact(_ statistic: Double, _ first: Int, _ second: Int) -> Double {
    let pairs = first * second
    let far = Int(max(statistic, Double(pairs) - statistic))
    let orders = orderCounts(first, second)
    let all = orders.reduce(0, +)
    return min(1, 2 * orders[far...].reduce(0, +) / all)
  }

  /// In how many orders of the values each statistic occurs.
  ///
  /// The greatest value is either of the first group, above all of the second, or of the second:
  /// counts(m, n) at u = counts(m - 1, n) at u - n + counts(m, n - 1) at u.
  static func orderCounts(_ first: Int, _ second: Int) -> [Double] {
    var previous = [[Double]](repeating: [1], count: second + 1)
    for m in stride(from: 1, through: first, by: 1) {
      var current: [[Double]] = [[1]]
      for n in stride(from: 1, through: second, by: 1) {
        var counts = [Double](repeating: 0, count: m * n + 1)
        for (u, count) in previous[n].enumerated() { counts[u + n] += count }
        for (u, count) in current[n - 1].enumerated() { counts[u] += count }
        current.append(counts)
      }
      previous = current
    }
    return previous[second]
  }

  /// The probability from the normal distribution.
  ///
  /// - Parameter tied: the sum of t³ - t over the groups of t equal values
  private static func normal(
    _ statistic: Double, _ first: Int, _ second: Int, tied: Double
  ) -> Double {
    let (m, n) = (Double(first), Double(second))
    let all = m + n
    let variance = m * n / 12 * (all + 1 - tied / (all * (all - 1)))
    guard variance > 0 else { return 1 }
    let far = max(statistic, m * n - statistic)
    let distance = (far - m * n / 2 - 0.5) / variance.squareRoot()
    return min(1, erfc(distance / 2.0.squareRoot()))
  }
}

/// Ranks of two groups' values among all of them, equal values sharing the mean of theirs.
private struct Ranks {
  /// The sum of the first group's ranks, from 1.
  var firstSum = 0.0
  /// The sum of t³ - t over the groups of t equal values.
  var tied = 0.0
  /// The first group's ranks, in the order of its values.
  var first: [Double]
  /// The second group's.
  var second: [Double]

  init(_ first: Samples, _ second: Samples) {
    self.first = [Double](repeating: 0, count: first.count)
    self.second = [Double](repeating: 0, count: second.count)
    let all =
      (first.values.enumerated().map { (value: $1, place: $0, isFirst: true) }
      + second.values.enumerated().map { (value: $1, place: $0, isFirst: false) })
      .sorted { $0.value < $1.value }
    var start = 0
    while start < all.count {
      var end = start
      while end < all.count && all[end].value == all[start].value { end += 1 }
      let rank = (Double(start + 1) + Double(end)) / 2
      for value in all[start..<end] {
        if value.isFirst {
          self.first[value.place] = rank
          firstSum += rank
        } else {
          self.second[value.place] = rank
        }
      }
      let size = Double(end - start)
      tied += size * size * size - size
      start = end
    }
  }
}
