import GuestModel
import Testing

@testable import Statistics

/// The ratio of two groups by ranks: against all ratios, and against the test that it belongs to.
@Suite struct RankRatioTests {
  static func values(_ count: Int, _ generator: inout SeededGenerator) throws -> Samples {
    try #require(Samples((0..<count).map { _ in 1 + generator.unit() }))
  }

  @Test(arguments: [(1, 1), (4, 4), (7, 5), (20, 20), (3, 40), (49, 51), (60, 60)])
  func itIsTheMedianOfAllRatios(_ first: Int, _ second: Int) throws {
    var generator = SeededGenerator(seed: UInt64(first * 100 + second))
    let new = try Self.values(first, &generator)
    let old = try Self.values(second, &generator)
    let all = new.values.flatMap { new in old.values.map { new / $0 } }.sorted()
    let ratio = try #require(RankRatio(new, to: old))
    let middle = (all[(all.count - 1) / 2] * all[all.count / 2]).squareRoot()
    #expect(abs(ratio.value - middle) < 1e-12)
    #expect(all.contains(ratio.interval.low) && all.contains(ratio.interval.high))
    #expect(ratio.interval.low <= ratio.value && ratio.value <= ratio.interval.high)
    let turned = try #require(RankRatio(old, to: new))
    #expect(abs(turned.value * ratio.value - 1) < 1e-12)
    #expect(abs(turned.interval.low * ratio.interval.high - 1) < 1e-12)
  }

  /// Just inside the interval the test finds no difference at 5 %, just outside it does.
  @Test(arguments: [(4, 4), (6, 9), (20, 20), (50, 50), (60, 60), (200, 150)])
  func theIntervalIsWhereTheTestFindsNothing(_ first: Int, _ second: Int) throws {
    var generator = SeededGenerator(seed: UInt64(first * 1000 + second))
    for _ in 0..<5 {
      let new = try Self.values(first, &generator)
      let old = try Self.values(second, &generator)
      let interval = try #require(RankRatio(new, to: old)).interval
      #expect(interval.method == .ranks && interval.confidence == 0.95)
      func probability(_ ratio: Double) throws -> Double {
        let scaled = try #require(Samples(new.values.map { $0 / ratio }))
        return RankTest(scaled, old).probability
      }
      // The normal approximation may be off by one rank: its continuity correction.
      let limit = first * second <= RankTest.mostExactPairs ? 0.05 : 0.0505
      #expect(try probability(interval.low * (1 - 1e-9)) <= limit)
      #expect(try probability(interval.high * (1 + 1e-9)) <= limit)
      #expect(try probability(interval.low * (1 + 1e-9)) > 0.0495)
      #expect(try probability(interval.high * (1 - 1e-9)) > 0.0495)
    }
  }

  @Test func theRatioIsInMostIntervals() throws {
    var generator = SeededGenerator(seed: 5)
    var held = 0
    for _ in 0..<200 {
      let old = try Self.values(20, &generator)
      let others = try Self.values(20, &generator).values
      let new = try #require(Samples(others.map { $0 * 1.05 }))
      let interval = try #require(RankRatio(new, to: old)).interval
      if interval.low <= 1.05 && 1.05 <= interval.high { held += 1 }
    }
    // 95 % of 200 is 190; four standard deviations are 12.
    #expect(held >= 178 && held < 200, "\(held)")
  }

  /// A machine that works at two speeds by turns: medians lie at either, most ratios stay.
  @Test func twoSpeedsDoNotSwayIt() throws {
    func times(slow: Int, of count: Int, _ factor: Double) throws -> Samples {
      try #require(
        Samples(
          (0..<count).map { factor * ($0 < slow ? 48 : 24) * (1 + Double($0 % 7) / 1000) }))
    }
    let old = try times(slow: 29, of: 60, 1)
    let new = try times(slow: 31, of: 60, 1.05)
    #expect(new.median / old.median > 2)
    let ratio = try #require(RankRatio(new, to: old)).value
    #expect(abs(ratio - 1.05) < 0.01, "\(ratio)")
  }

  @Test func tooFewHaveARange() throws {
    let (new, old) = (try #require(Samples([2, 4, 6])), try #require(Samples([1, 2, 3])))
    let ratio = try #require(RankRatio(new, to: old))
    #expect(ratio.value == 2)
    #expect(ratio.interval.method == .range)
    #expect(ratio.interval.low == 2.0 / 3 && ratio.interval.high == 6)
    #expect(abs(ratio.interval.confidence - 0.9) < 1e-12)
    let one = try #require(Samples([4]))
    #expect(RankRatio(old, to: one)?.interval.confidence == 0.5)
  }

  @Test func zerosAreTimesToo() throws {
    let (zero, some) = (try #require(Samples([0, 1])), try #require(Samples([2, 4])))
    #expect(RankRatio(some, to: zero)?.interval.high == .infinity)
    #expect(RankRatio(zero, to: some)?.interval.low == 0)
    let (nothing, negative) = (try #require(Samples([0])), try #require(Samples([-1, 1])))
    #expect(RankRatio(nothing, to: nothing)?.value == 1)
    #expect(RankRatio(negative, to: some) == nil)
    var times = (0..<40).map { Double(20 + $0 % 5) }
    let old = try #require(Samples(times))
    times[7] = 0
    let new = try #require(Samples(times))
    #expect(RankRatio(new, to: old)?.value == 1)
  }
}
