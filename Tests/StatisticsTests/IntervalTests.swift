import GuestModel
import Testing

@testable import Statistics

/// Intervals: where they must lie, how often they must hold the truth, and that they do not vary.
@Suite struct IntervalTests {
  static func normal(_ generator: inout SeededGenerator, mean: Double) -> Double {
    mean + (0..<12).reduce(-6) { sum, _ in sum + generator.unit() }
  }

  @Test func fewSamplesHaveARange() throws {
    let interval = ConfidenceInterval(medianOf: try #require(Samples([5, 1, 3, 2, 9])))
    #expect(interval.method == .range && interval.low == 1 && interval.high == 9)
    #expect(interval.confidence == 0.9375)
    let single = ConfidenceInterval(medianOf: try #require(Samples([4])))
    #expect(single.low == 4 && single.high == 4 && single.confidence == 0)
  }

  @Test func theSameSamplesGiveTheSameInterval() throws {
    let samples = try #require(Samples((0..<30).map { Double($0 * 7 % 23) }))
    let interval = ConfidenceInterval(medianOf: samples)
    #expect(interval.method == .bootstrap && interval.confidence == 0.95)
    #expect(interval == ConfidenceInterval(medianOf: samples, seed: 1))
    #expect(interval.low <= samples.median && samples.median <= interval.high)
    let wider = ConfidenceInterval(medianOf: samples, confidence: 0.99)
    #expect(wider.low <= interval.low && wider.high >= interval.high)
  }

  // scipy 1.17.1: bootstrap((v,), median, confidence_level=0.95, method='percentile',
  // n_resamples=100000, random_state=1) of v = [i * 7 % 23 + 1.0 for i in range(40)]: 8.5, 15.5
  @Test func theIntervalIsThatOfScipy() throws {
    let samples = try #require(Samples((0..<40).map { Double($0 * 7 % 23) + 1 }))
    let interval = ConfidenceInterval(medianOf: samples)
    #expect(abs(interval.low - 8.5) <= 0.5 && abs(interval.high - 15.5) <= 0.5, "\(interval)")
  }

  @Test func theMedianIsInMostIntervals() throws {
    var generator = SeededGenerator(seed: 11)
    var held = 0
    for _ in 0..<150 {
      let samples = try #require(
        Samples((0..<20).map { _ in Self.normal(&generator, mean: 10) }))
      let interval = ConfidenceInterval(medianOf: samples, resamples: 500)
      if interval.low <= 10 && 10 <= interval.high { held += 1 }
    }
    // 95 % of 150 is 142; four standard deviations are 11.
    #expect(held >= 131 && held < 150, "\(held)")
  }
}
