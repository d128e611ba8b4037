import Testing
import XenServer

@Suite struct ExactMultiplierTests {
  /// A double's value applied again: what a server does with what it read back.
  static func reapplied(_ pool: Int, _ base: Int) -> Int {
    Int((Double(base) * (Double(pool) / Double(base))).rounded(.towardZero))
  }

  /// T up to 599, k up to 8T: as many as XenServer's own rule loses a MiB of.
  @Test func mostPoolsReproduceThemselves() {
    var lost = 0
    for base in 1..<600 {
      for pool in base...(8 * base) where Self.reapplied(pool, base) != pool { lost += 1 }
    }
    #expect(lost == 42_030)
  }

  @Test func whatIsProposedReproducesItself() {
    var kept = 0
    var refused = 0
    for base in 1..<100 {
      for pool in base...(8 * base) {
        guard let exact = ExactMultiplier(poolMiB: pool, baseMiB: base) else {
          refused += 1
          continue
        }
        kept += 1
        if Self.reapplied(pool, base) != pool || Double(exact.text) != exact.value {
          Issue.record("\(pool)/\(base) does not reproduce itself")
        }
      }
    }
    #expect(kept > 2 * refused && refused > 0)
  }

  @Test(arguments: [(15, 11), (15, 13), (53, 19), (51, 21)])
  func aDriftingPoolIsLeftOut(_ pool: Int, _ base: Int) throws {
    #expect(ExactMultiplier(poolMiB: pool, baseMiB: base) == nil)
    let next = try #require(ExactMultiplier.atLeast(poolMiB: pool, baseMiB: base))
    #expect(next.poolMiB > pool && next.poolMiB <= pool + 2)
  }

  @Test func theNextPoolThatIsKept() throws {
    // 11 · (15/11) is just below 15.
    #expect(ExactMultiplier(poolMiB: 15, baseMiB: 11) == nil)
    #expect(try #require(ExactMultiplier.atLeast(poolMiB: 15, baseMiB: 11)).poolMiB == 16)
    #expect(try #require(ExactMultiplier.atLeast(poolMiB: 3, baseMiB: 11)).value == 1)
    #expect(try #require(ExactMultiplier.atLeast(poolMiB: 102, baseMiB: 68)).text == "1.5")
    #expect(ExactMultiplier(poolMiB: 17, baseMiB: 18) == nil, "a server refuses what is below 1")
    #expect(ExactMultiplier.atLeast(poolMiB: 1, baseMiB: 0) == nil)
  }

  @Test func wholeMultipliersAreAlwaysKept() {
    for base in 1...2000 {
      for times in 1...8 {
        #expect(ExactMultiplier(poolMiB: base * times, baseMiB: base)?.value == Double(times))
      }
    }
  }

  @Test func whatAServerMakesOfAMultiplier() throws {
    let half = try #require(MultiplierEffect(1.5, baseMiB: 33))
    #expect(half.poolMiB == 49 && half.readBack == 49.0 / 33 && !half.isKept(1.5))
    #expect(half.origin == .set)
    let tenth = try #require(MultiplierEffect(1.1, baseMiB: 68))
    #expect(tenth.poolMiB == 74)
    let drifted = try #require(MultiplierEffect(17.0 / 18, baseMiB: 18))
    #expect(drifted.origin == .readBack && drifted.poolMiB == 17)
    let printed = try #require(MultiplierEffect(0.944, baseMiB: 18, isRounded: true))
    #expect(printed.origin == .readBack && printed.poolMiB == 17)
    #expect(MultiplierEffect(.nan, baseMiB: 18) == nil)
    #expect(MultiplierEffect(.infinity, baseMiB: 18) == nil)
    #expect(MultiplierEffect(-1, baseMiB: 18) == nil)
  }
}
