import GuestModel
import Testing

@testable import Statistics

/// Samples that resemble their neighbours count for less.
@Suite struct CorrelationTimeTests {
  /// Values that keep `share` of the one before.
  static func series(
    _ count: Int, keeping share: Double, _ generator: inout SeededGenerator
  ) -> [Double] {
    var value = 0.0
    return (0..<count).map { _ in
      value = share * value + IntervalTests.normal(&generator, mean: 0)
      return value
    }
  }

  /// An autoregressive series has (1 + share) / (1 - share).
  @Test(arguments: [(0.0, 1.0), (0.5, 3.0), (0.8, 9.0)])
  func itIsThatOfTheory(_ share: Double, _ expected: Double) {
    var generator = SeededGenerator(seed: 3)
    let times = (0..<20).map { _ in
      CorrelationTime(Self.series(2000, keeping: share, &generator)).samples
    }
    let mean = times.reduce(0, +) / 20
    #expect(mean > expected * 0.85 && mean < expected * 1.2, "\(mean)")
  }

  @Test func itHasBounds() {
    #expect(CorrelationTime([]).samples == 1)
    #expect(CorrelationTime([1, 2]).samples == 1)
    #expect(CorrelationTime([Double](repeating: 4, count: 50)).samples == 1)
    #expect(CorrelationTime((0..<50).map { Double($0 % 2) }).samples == 1)
    let rising = CorrelationTime((0..<50).map(Double.init)).samples
    #expect(rising > 10 && rising <= 50)
  }

  /// Equal programs on a machine that changes slowly: how often a test of 1 % finds a difference.
  @Test func theTestDoesNotTakeDriftForADifference() throws {
    var generator = SeededGenerator(seed: 8)
    var (naive, corrected) = (0, 0)
    for _ in 0..<300 {
      let one = try #require(Samples(Self.series(60, keeping: 0.7, &generator)))
      let two = try #require(Samples(Self.series(60, keeping: 0.7, &generator)))
      let test = RankTest(one, two)
      if test.probability <= 0.01 { naive += 1 }
      if test.correlatedProbability <= 0.01 { corrected += 1 }
    }
    #expect(naive > 45, "\(naive)")
    #expect(corrected <= 15, "\(corrected)")
  }

  /// And on a quiet one 30 repeats still show 5 % where the noise is 3 %.
  @Test func independentSamplesLoseLittle() throws {
    var generator = SeededGenerator(seed: 9)
    var (found, wrong) = (0, 0)
    for _ in 0..<200 {
      func times(_ factor: Double) throws -> Samples {
        try #require(
          Samples(
            (0..<30).map { _ in factor * (1 + 0.03 * IntervalTests.normal(&generator, mean: 0)) }))
      }
      let old = try times(1)
      if RankTest(try times(1.05), old).correlatedProbability <= 0.01 { found += 1 }
      if RankTest(try times(1), old).correlatedProbability <= 0.01 { wrong += 1 }
    }
    #expect(found >= 196, "\(found)")
    #expect(wrong <= 5, "\(wrong)")
  }
}
