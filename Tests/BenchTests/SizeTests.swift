import GuestModel
import ShadowModel
import Testing

@testable import Bench

@Suite struct SizeTests {
  let sizing = Sizing(shape: shape4GiB)

  @Test func everyUnitOfASizeIsShown() {
    let allocation = sizing.allocation(.multiplier(2))
    #expect(allocation.pages == 6144)
    #expect(allocation.mebibytes == 24)
    #expect(allocation.multiplier == 2)
    #expect(!allocation.isRaised)
    #expect(Numeral.size(allocation) == "2.00 × mapped-once = 24.00 MiB = 6,144 pages")
  }

  @Test func requestsBelowTheMinimumAreRaisedAndSaidToBe() {
    #expect(sizing.minimumPages == 128 * 2 + 9)
    #expect(sizing.runningMinimumPages == 128 * 2 + 4097)
    #expect(!sizing.defaultAllocation.isRaised)
    let allocation = sizing.allocation(.pages(200))
    #expect(allocation.requestedPages == 200)
    #expect(allocation.pages == 265)
    #expect(allocation.isRaised)
    #expect(
      Numeral.size(allocation)
        == "0.09 × mapped-once = 1.04 MiB = 265 pages (raised from 200 to Xen's minimum)")
  }

  @Test func aSpreadRunsFromTheMinimumToTwiceTheNeed() {
    let pages = SizeChoice.spread(64).pages(sizing: sizing, neededPages: 10_000)
    #expect(pages.count == 64)
    #expect(pages.first == sizing.minimumPages)
    #expect(pages.last == 20_000)
    #expect(zip(pages, pages.dropFirst()).allSatisfy { $0 < $1 })
    let ratios = zip(pages, pages.dropFirst()).map { Double($1) / Double($0) }
    #expect(ratios.allSatisfy { abs($0 - ratios[0]) < 0.01 })
  }

  @Test(arguments: [0, 1, 2000, 2177, 2200]) func aSpreadHasDifferentSizesHoweverSmallTheNeed(
    need: Int
  ) {
    let pages = SizeChoice.spread(64).pages(sizing: sizing, neededPages: need)
    #expect(pages.count == 64)
    #expect(Set(pages).count == 64)
    #expect(pages.first == sizing.minimumPages)
  }

  @Test func aSpreadOfOneIsTheRulesOwnSize() {
    #expect(SizeChoice.spread(1).pages(sizing: sizing, neededPages: 9) == [3072])
  }

  @Test func listsKeepTheirOrder() throws {
    let requests = try SizeRequest.list("4, 1,2.5", option: "-") { .mebibytes($0) }
    #expect(requests == [.mebibytes(4), .mebibytes(1), .mebibytes(2.5)])
    #expect(
      SizeChoice.list(requests).pages(sizing: sizing, neededPages: 1) == [1024, 256, 640])
  }

  @Test(arguments: ["", "1,", "x", "-1", "0", "nan", "inf", "1;2", "1e300"])
  func malformedListsAreRefused(text: String) {
    #expect(throws: InputError.self) {
      try SizeRequest.list(text, option: "--pages", SizeRequest.wholePages)
    }
  }

  @Test func multipliersAreRoundedUpToTwoDecimals() {
    let step = sizing.multiplier(forAtLeast: 4609)
    #expect(step.value == 1.51)
    #expect(step.allocation.pages >= 4609)
    #expect(sizing.multiplier(forAtLeast: 4608).value == 1.5)
  }

  @Test func xapiMultipliersAreNeverBelowOneAndReachWholeMebibytes() {
    let xapi = Sizing(shape: shape4GiB, rule: .xapi)
    #expect(xapi.multiplier(forAtLeast: 100).value == 1)
    #expect(xapi.multiplier(forAtLeast: 34 * 256).value == 1)
    let step = xapi.multiplier(forAtLeast: 34 * 256 + 1)
    // 35/34 in sixteen digits makes 34 MiB.
    #expect(step.value == 36.0 / 34)
    #expect(step.allocation.pages == 36 * 256)
  }

  @Test(arguments: [4354, 5000, 9999, 100_000]) func theEdgeIsTheFirstSizeThatIsNear(pages: Int) {
    let target = Target()
    let edge = target.edge(below: pages)
    #expect(target.pages(above: edge) > pages)
    #expect(target.pages(above: edge - 1) <= pages)
  }
}
