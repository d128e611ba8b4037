import Testing
import XenServer

@Suite struct ExactMultiplierTests {
  /// T up to 599, k up to 8T: all multipliers of guests up to 75 GiB.
  @Test func whatIsProposedReproducesItself() {
    var kept = 0
    var lost = 0
    for base in 1..<600 {
      for pool in base...(8 * base) {
        let value = Double(pool) / Double(base)
        let reproduces = Int((Double(base) * value).rounded(.towardZero)) == pool
        if !reproduces { lost += 1 }
        guard let exact = ExactMultiplier(poolMiB: pool, baseMiB: base) else { continue }
        kept += 1
        #expect(reproduces && exact.value == value && Double(exact.text) == value)
      }
    }
    #expect(lost == 42_030)
    #expect(kept <= 1_258_499 - lost && kept > 1_200_000)
  }

  @Test(arguments: [(15, 11), (15, 13), (53, 19), (51, 21)])
  func aDriftingPoolIsLeftOut(_ pool: Int, _ base: Int) throws {
    #expect(ExactMultiplier(poolMiB: pool, baseMiB: base) == nil)
    let next = try #require(ExactMultiplier.atLeast(poolMiB: pool, baseMiB: base))
    #expect(next.poolMiB == pool + 1)
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
