import GuestModel
import Testing

@testable import Statistics

/// The rank test, against scipy.
@Suite struct RankTestTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var first: [Double]
    var second: [Double]
    var method: RankTest.Method
    var statistic: Double
    var probability: Double
    var testDescription: String { "\(first.count) and \(second.count), \(method)" }
  }

  // scipy 1.17.1: mannwhitneyu(first, second, alternative='two-sided', method=m), m being 'exact'
  // without equal values and 'asymptotic' with them.
  static let cases: [Case] = [
    Case(
      first: [1.1, 2.2, 3.3], second: [4.4, 5.5, 6.6], method: .exact, statistic: 0,
      probability: 0.1),
    Case(
      first: [1, 4, 6, 9], second: [2, 3, 5, 7, 8], method: .exact, statistic: 10, probability: 1),
    Case(
      first: [1, 2, 2, 3, 5], second: [2, 3, 4, 4, 6, 7], method: .normal, statistic: 6.5,
      probability: 0.13862587987892763),
    Case(
      first: [1, 1, 1, 1], second: [1, 1, 1], method: .normal, statistic: 6, probability: 1),
    Case(
      first: [0.873, 0.912, 0.88, 0.901, 0.895, 0.887, 0.91, 0.879],
      second: [0.921, 0.93, 0.899, 0.942, 0.927, 0.915, 0.9355, 0.908], method: .exact,
      statistic: 5, probability: 0.0029526029526029526),
    Case(
      first: spread(20) { $0 * 7 % 23 },
      second: [
        0, 5.5, 10, 15.5, 1, 6.5, 11, 16.5, 2, 7.5, 12, 17.5, 3, 8.5, 13, 18.5, 4, 9.5, 14, 0.5, 5,
        10.5, 15, 1.5, 6,
      ], method: .normal, statistic: 309, probability: 0.1813001302323407),
    Case(
      first: steps(60, from: 0.5, by: 0.37), second: steps(60, from: 3.1, by: 0.3701),
      method: .normal, statistic: 1378, probability: 0.02694585619564296),
    Case(
      first: steps(50, from: 0.5, by: 0.37), second: steps(50, from: 3.1, by: 0.3701),
      method: .exact, statistic: 903, probability: 0.016450137297189936),
  ]

  static func spread(_ count: Int, _ value: (Int) -> Int) -> [Double] {
    (0..<count).map { Double(value($0)) }
  }

  static func steps(_ count: Int, from start: Double, by step: Double) -> [Double] {
    (0..<count).map { start + Double($0) * step }
  }

  @Test(arguments: cases) func itIsThatOfScipy(_ example: Case) throws {
    let (first, second) = (
      try #require(Samples(example.first)), try #require(Samples(example.second))
    )
    let test = RankTest(first, second)
    #expect(test.method == example.method)
    #expect(test.statistic == example.statistic)
    #expect(abs(test.probability - example.probability) < 1e-9, "\(test.probability)")
    let other = RankTest(second, first)
    #expect(abs(other.probability - test.probability) < 1e-12)
    #expect(abs(other.superiority + test.superiority - 1) < 1e-12)
    #expect(abs(other.delta + test.delta) < 1e-12)
  }

  @Test func theOrdersAreAllOrders() {
    #expect(RankTest.orderCounts(2, 2) == [1, 1, 2, 1, 1])
    #expect(RankTest.orderCounts(3, 0) == [1])
    #expect(RankTest.orderCounts(5, 4).reduce(0, +) == 126)
  }

  @Test func theEffectSizeSaysHowOftenTheFirstIsGreater() throws {
    let (low, high) = (try #require(Samples([1, 2, 3])), try #require(Samples([4, 5, 6])))
    #expect(RankTest(high, low).superiority == 1 && RankTest(high, low).delta == 1)
    #expect(RankTest(low, high).superiority == 0 && RankTest(low, high).delta == -1)
    #expect(RankTest(low, low).superiority == 0.5 && RankTest(low, low).delta == 0)
    // Of 4 pairs 1 is greater and 2 are ties.
    let (first, second) = (try #require(Samples([2, 3])), try #require(Samples([2, 3])))
    #expect(RankTest(first, second).superiority == (1 + 2 * 0.5) / 4)
  }

  @Test func equalGroupsSeldomDiffer() throws {
    var generator = SeededGenerator(seed: 3)
    var found = 0
    for _ in 0..<1_000 {
      let (first, second) = (
        try #require(Samples((0..<12).map { _ in generator.unit() })),
        try #require(Samples((0..<12).map { _ in generator.unit() }))
      )
      if RankTest(first, second).probability <= 0.05 { found += 1 }
    }
    // 5 % of 1,000 is 50; four standard deviations are 28.
    #expect(found <= 78 && found >= 22, "\(found)")
  }

  @Test func severalTestsAreCorrected() {
    let adjusted = HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005])
    for (found, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) {
      #expect(abs(found - expected) < 1e-12)
    }
    #expect(HolmCorrection.adjusted([0.6, 0.9]) == [1, 1])
    #expect(HolmCorrection.adjusted([0.2]) == [0.2] && HolmCorrection.adjusted([]).isEmpty)
  }
}
