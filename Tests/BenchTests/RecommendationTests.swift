import GuestModel
import ShadowModel
import Testing

@testable import Bench

@Suite struct RecommendationTests {
  let sizing = Sizing(shape: shape4GiB, rule: .libxl)

  func recommend(
    _ target: Target = Target(), needed: Int = 20_000, count: Int = 16, batchSize: Int = 2,
    rule: SizingRule = .libxl, share: @escaping @Sendable (Int) -> Double
  ) async throws -> Recommendation {
    let sizing = Sizing(shape: shape4GiB, rule: rule)
    let measuring = ScriptedMeasuring(sizing: sizing, batchSize: batchSize, share: share)
    let pages = SizeChoice.spread(count).pages(sizing: sizing, neededPages: needed)
    let curve = await measuring.results(pages: pages, progress: nil)
    return try await Recommender(sizing: sizing, target: target, measuring: measuring)
      .recommendation(curve: curve, neededPages: needed, basis: ["a fact"])
  }

  @Test(arguments: [1, 2, 63]) func aCliffIsFoundToThePageAndKeptAway(batchSize: Int) async throws {
    let result = try await recommend(batchSize: batchSize) { $0 < 12_345 ? 3 : 0 }
    #expect(result.knee.failing?.allocation.pages == 12_344)
    #expect(result.knee.fitting?.allocation.pages == 12_345)
    let pages = try #require(result.size?.allocation.pages)
    #expect(Double(12_344) <= Double(pages) * 0.9)
    // 12344 / 0.9 = 13715.6 pages of 8704 at 1.0: 1.58.
    #expect(result.multiplier == 1.58)
    #expect(pages == Int((8704 * 1.58).rounded(.up)))
    #expect(result.sensitivity.map(\.multiplier) == [1.58, 1.58])
    #expect(result.defaultSize.share.recreation == 3)
    #expect(result.basis == ["a fact"])
  }

  @Test func withoutAMarginTheSizeIsTheFirstThatFits() async throws {
    let result = try await recommend(Target(margin: 0)) { $0 < 8705 ? 3 : 0 }
    #expect(result.knee.fitting?.allocation.pages == 8705)
    #expect(result.multiplier == 1.01)
  }

  @Test func aSoftSlopeIsSensitiveToTheCost() async throws {
    // The share is 1 % at 10 000 pages, halves every 1000 pages.
    let result = try await recommend(Target(margin: 0)) { pages in
      var share = 0.01
      for _ in 0..<abs(pages - 10_000) / 1000 { share *= pages > 10_000 ? 0.5 : 2 }
      return pages >= 10_000 ? share : share * 1.5
    }
    #expect(result.knee.fitting?.allocation.pages == 10_000)
    let multipliers = result.sensitivity.map { $0.multiplier ?? 0 }
    #expect(multipliers[0] < result.multiplier ?? 0)
    #expect(multipliers[1] > result.multiplier ?? 0)
  }

  @Test func ofSeveralKneesTheUppermostCounts() async throws {
    let result = try await recommend(count: 64) { pages in
      (6000..<9000).contains(pages) || pages > 11_000 ? 0 : 0.5
    }
    #expect(result.knee.failing?.allocation.pages == 11_000)
    #expect((result.size?.allocation.pages ?? 0) >= 12_223)
  }

  @Test func aDipThatRoundingLeadsIntoIsLeftAbove() async throws {
    // 12 344 is the first knee; the size that a margin above it would be fails too.
    let result = try await recommend(count: 4) { pages in
      pages < 12_345 || (13_700..<13_800).contains(pages) ? 0.5 : 0
    }
    #expect(result.knee.failing?.allocation.pages == 13_799)
    #expect((result.size?.allocation.pages ?? 0) >= 15_333)
  }

  @Test func whenEverythingFitsTheMinimumDoes() async throws {
    let result = try await recommend { _ in 0 }
    #expect(result.knee.failing == nil)
    #expect(result.multiplier == 0.51)
    #expect(result.xapiMultiplier == 1)
    #expect((result.size?.allocation.pages ?? 0) >= sizing.runningMinimumPages)
    #expect((result.extraMebibytes ?? 0) < 0)
  }

  @Test func nothingIsBelowWhatXenLeavesARunningDomain() async throws {
    // 1.0 is 3072 pages; Xen leaves a domain that runs 4353.
    let result = try await recommend(rule: .mappedOnce) { _ in 0 }
    #expect(result.multiplier == 1.42)
    #expect(result.size?.allocation.pages == 4363)
    for rule in SizingRule.allCases {
      let result = try await recommend(rule: rule) { _ in 0 }
      let settings = result.settings
      let sizes = [result.size, settings.xapi.size, settings.libxl.size, settings.mappedOnce.size]
      for size in sizes { #expect((size?.allocation.pages ?? 0) >= 4353) }
      for other in result.sensitivity { #expect((other.mebibytes ?? 0) * 256 >= 4353) }
    }
    let above = try await recommend(rule: .mappedOnce) { $0 < 4400 ? 1 : 0 }
    #expect(above.multiplier == 1.6)
  }

  @Test func theMultiplierOfXenServerIsNeverBelowOne() async throws {
    let result = try await recommend(rule: .xapi) { _ in 0 }
    #expect(result.multiplier == 1)
    #expect(result.size?.allocation.pages == 34 * 256)
    #expect(result.extraMebibytes == 0)
  }

  @Test func whenNothingFitsThereIsNoMultiplier() async throws {
    let result = try await recommend { _ in 0.5 }
    #expect(result.multiplier == nil)
    #expect(result.size == nil)
    #expect(result.density == nil)
    #expect(result.knee.fitting == nil)
    #expect(result.sensitivity.map(\.multiplier) == [nil, nil])
  }

  @Test func crashesAreFailures() async throws {
    let result = try await recommend { $0 < 9000 ? .infinity : 0 }
    #expect(result.knee.failing?.allocation.pages == 8999)
    #expect((result.multiplier ?? 0) >= 1.14)
  }

  @Test func densityIsByXenServersAccounting() async throws {
    // 4096 + 2 + 34 + 1 = 4133 MiB at 1.0, 4096 + 2 + 136 + 1 = 4235 MiB at 4.0.
    let xapi = Sizing(shape: shape4GiB, rule: .xapi)
    let density = HostDensity(
      shape: shape4GiB, from: xapi.allocation(.multiplier(1)), to: xapi.allocation(.multiplier(4)))
    #expect(
      HostDensity.footprintMiB(shape: shape4GiB, pool: xapi.allocation(.multiplier(1))) == 4133)
    #expect(
      HostDensity.footprintMiB(shape: shape4GiB, pool: xapi.allocation(.multiplier(4))) == 4235)
    #expect(density.defaultDomains == 63)
    #expect(density.recommendedDomains == 61)
  }

  @Test func aSearchMeasuresFewSizes() async throws {
    let measuring = ScriptedMeasuring { $0 < 12_345 ? 3 : 0 }
    let ends = await measuring.results(pages: [5000, 1_000_000], progress: nil)
    var search = KneeSearch(target: Target(), measuring: measuring, known: ends)
    let knee = try await search.knee()
    #expect(knee.fitting?.allocation.pages == 12_345)
    #expect(await measuring.asked < 40)
  }

  @Test(arguments: [(10, 11, 0), (10, 12, 1), (10, 13, 2), (10, 100, 2)])
  func theGapIsDivided(low: Int, high: Int, count: Int) {
    let sizes = KneeSearch.inside(low, high, count: 2)
    #expect(sizes.count == count)
    #expect(sizes.allSatisfy { $0 > low && $0 < high })
  }
}
