import ShadowModel
import Testing

@testable import Bench

/// What one stretch of a guest's time says of another.
@Suite struct SamplingErrorTests {
  /// What was counted at each mark, where the parts have so many faults that were fixed.
  private func sums(_ parts: [Int]) -> [Counters] {
    var sum = Counters()
    return parts.map { part in
      sum[.faultFixed] += part
      return sum
    }
  }

  @Test func unlikePartsMakeAWideRange() throws {
    let parts = (0..<32).map { $0.isMultiple(of: 2) ? 90 : 110 }
    let traced = [Int](repeating: 200, count: 32)
    let error = try #require(SamplingError(sums(parts), traced: sums(traced)))
    // 2 · √2 · √32 · 10.16, for 3,200 faults.
    #expect(abs(error.halfWidth(.faultFixed) - 162.5) < 0.5)
    let steady = try #require(
      SamplingError(sums([Int](repeating: 100, count: 32)), traced: sums(traced)))
    #expect(steady.halfWidth(.faultFixed) == 0)
  }

  @Test func aSizeThatMakesNoDifferenceIsKnownHoweverUnlikeTheParts() throws {
    let parts = (0..<32).map { $0.isMultiple(of: 2) ? 500 : 1_000 }
    var other = parts
    other[3] += 40
    let error = try #require(SamplingError(sums(other), traced: sums(parts)))
    #expect(error.halfWidth(.faultFixed) == 40)
  }

  @Test func aFewPartsSayNothing() {
    #expect(SamplingError(sums([1, 2, 3]), traced: sums([1, 2, 3])) == nil)
  }

  private func tally(_ parts: [Int]) -> TraceTally {
    var tally = TraceTally()
    for part in parts {
      for _ in 0..<16 {
        tally.counters[.fault] += part
        tally.counters[.faultFixed] += part
        tally.noteRootLoad()
      }
    }
    return tally
  }

  @Test func aKindThatGrowsIsADrift() throws {
    let noise = [3, -2, 0, 1, -3, 2, -1, 0]
    let steady = (0..<32).map { 100 + noise[$0 % 8] }
    #expect(TraceDrift(tally(steady)) == nil)
    let drift = try #require(TraceDrift(tally(steady.enumerated().map { $0.element + $0.offset })))
    #expect(drift.kind == "faults fixed")
    #expect(drift.change > 0.2 && drift.change < 0.35)
    #expect(drift.text.contains("grew by"))
    #expect(TraceDrift(tally([Int](repeating: 100, count: 4))) == nil)
  }
}
