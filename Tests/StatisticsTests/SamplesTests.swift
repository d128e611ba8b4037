import Testing

@testable import Statistics

/// Figures of samples, against numpy and scipy.
@Suite struct SamplesTests {
  static let values = [3.1, 2.2, 9.9, 4.5, 4.1, 2.8, 3.3]

  @Test func noSamplesAreNone() {
    #expect(Samples([]) == nil)
    #expect(Samples([1, .nan]) == nil)
    #expect(Samples([.infinity]) == nil)
  }

  // numpy 2.4.6: median(v), quantile(v, q), std(v, ddof=1); scipy 1.17.1: variation(v, ddof=1)
  @Test func figuresAreThoseOfNumpy() throws {
    let samples = try #require(Samples(Self.values))
    #expect(samples.median == 3.3)
    let expected = [2.2, 2.56, 2.95, 4.3, 9.576, 9.9]
    for (share, value) in zip([0, 0.1, 0.25, 0.75, 0.99, 1], expected) {
      #expect(abs(samples.quantile(share) - value) < 1e-12)
    }
    #expect(abs(samples.standardDeviation - 2.5991756935063637) < 1e-12)
    #expect(abs(try #require(samples.variation) - 0.6085026707205533) < 1e-12)
    #expect(samples.values == Self.values)
  }

  @Test func aSingleSampleIsItsOwnMedian() throws {
    let samples = try #require(Samples([7]))
    #expect(samples.median == 7 && samples.quantile(0.3) == 7)
    #expect(samples.standardDeviation == 0)
    #expect(try #require(Samples([0, 0])).variation == nil)
    #expect(try #require(Samples([1, 4])).median == 2.5)
  }

  @Test func outliersAreToldByTukeysFences() throws {
    // Quartiles 10 and 12, so the fences are 7 and 15, 4 and 18.
    let body: [Double] = [10, 10, 10, 11, 11, 11, 12, 12, 12]
    let samples = try #require(Samples(body + [3.9, 6.9, 15.1, 18.1]))
    #expect(samples.quantile(0.25) == 10 && samples.quantile(0.75) == 12)
    let count = OutlierCount(samples)
    #expect(count.lowSevere == 1 && count.lowMild == 1)
    #expect(count.highMild == 1 && count.highSevere == 1)
    #expect(count.total == 4)
    #expect(OutlierCount(try #require(Samples(body + [7, 15]))).total == 0)
    #expect(OutlierCount(try #require(Samples([5, 5, 5, 5]))).total == 0)
  }

  @Test func percentilesAreMeasuredValues() throws {
    let samples = try #require(Samples((1...1_000).map { Double($0) / 1_000 }))
    let percentiles = Percentiles(samples, resolution: 1e-9).byName
    let expected = [
      "p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99_9": 0.999, "max": 1.0,
    ]
    #expect(Set(percentiles.keys) == Set(expected.keys))
    for (name, value) in expected {
      let found = try #require(percentiles[name])
      #expect(found >= value * 0.999_999 && found <= value * 1.0001, "\(name): \(found)")
    }
  }

  @Test func percentilesOfOddSamplesHold() throws {
    for values in [[0.0], [0, 0, 0], [1e-12, 2e-12], [1e11, 3.0], [5.0]] {
      let samples = try #require(Samples(values))
      let percentiles = Percentiles(samples, resolution: 1e-9).byName
      #expect(percentiles["max"] == samples.greatest)
      #expect(percentiles.values.allSatisfy { $0 >= 0 && $0 <= samples.greatest })
    }
  }
}
