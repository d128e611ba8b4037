import Glibc

/// Whether pairs of samples differ: the two-sided signed-rank test of Wilcoxon.
///
/// For values that were measured beside each other, each old one with its new one: what slows a
/// machine for a while slows both of a pair, and drops out. Source: Wilcoxon, "Individual
/// comparisons by ranking methods", 1945. Pairs without a difference are left out, as there.
public struct SignedRankTest: Hashable, Sendable {
  /// The sum of the ranks of the differences above 0, by their size from 1; equal sizes share the
  /// mean of theirs.
  public let statistic: Double
  /// Of pairs that do not differ, the share that differs at least as much.
  public let probability: Double
  /// How it was found: from all choices of signs, or from the normal distribution with corrections
  /// for ties and continuity.
  public let method: RankTest.Method

  /// How many differences in a row tell as much as one.
  public let correlationTime: Double
  /// The probability if differences that follow each other resemble each other that much.
  public var correlatedProbability: Double {
    RankTest.probability(probability, correlationTime: correlationTime)
  }

  /// Up to so many differences the probability is exact, if no two are of the same size.
  public static let mostExact = 60

  /// The test of `differences`, each of a pair.
  /// - Complexity: O(n log n), exact O(n³)
  public init(_ differences: Samples) {
    correlationTime = CorrelationTime(Self.ranks(differences.values)).samples
    let sizes = differences.values.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
    var (sum, tied) = (0.0, 0.0)
    var start = 0
    while start < sizes.count {
      var end = start
      while end < sizes.count && abs(sizes[end]) == abs(sizes[start]) { end += 1 }
      let above = sizes[start..<end].count { $0 > 0 }
      sum += Double(above) * (Double(start + 1) + Double(end)) / 2
      let count = Double(end - start)
      tied += count * count * count - count
      start = end
    }
    statistic = sum
    if tied == 0 && sizes.count <= Self.mostExact {
      method = .exact
      probability = Self.exact(sum, sizes.count)
    } else {
      method = .normal
      probability = Self.normal(sum, sizes.count, tied: tied)
    }
  }

  /// The rank of each value among all, so that none that lies far off decides; equal ones in turn.
  private static func ranks(_ values: [Double]) -> [Double] {
    var ranks = [Double](repeating: 0, count: values.count)
    for (rank, place) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
      ranks[place] = Double(rank)
    }
    return ranks
  }

  /// The probability from all choices of signs, each as likely: that of a sum as far from the
  /// middle.
  private static func exact(_ statistic: Double, _ count: Int) -> Double {
    let most = count * (count + 1) / 2
    var choices = [Double](repeating: 0, count: most + 1)
    choices[0] = 1
    for rank in stride(from: 1, through: count, by: 1) {
      for sum in stride(from: most, through: rank, by: -1) { choices[sum] += choices[sum - rank] }
    }
    let far = Int(max(statistic, Double(most) - statistic))
    return min(1, 2 * choices[far...].reduce(0, +) / choices.reduce(0, +))
  }

  private static func normal(_ statistic: Double, _ count: Int, tied: Double) -> Double {
    let n = Double(count)
    let variance = n * (n + 1) * (2 * n + 1) / 24 - tied / 48
    guard variance > 0 else { return 1 }
    let middle = n * (n + 1) / 4
    let distance = max(0, abs(statistic - middle) - 0.5) / variance.squareRoot()
    return min(1, erfc(distance / 2.0.squareRoot()))
  }
}
