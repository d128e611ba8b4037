import Testing

@testable import Statistics

/// The signed-rank test against scipy 1.17.1: `scipy.stats.wilcoxon(x, method="exact")`, and
/// `wilcoxon(x, zero_method="wilcox", correction=True, method="approx")`.
@Suite struct SignedRankTestTests {
  func test(_ differences: [Double]) throws -> SignedRankTest {
    SignedRankTest(try #require(Samples(differences)))
  }

  @Test func exactProbabilities() throws {
    let test = try test([0.3, -0.1, 0.7, 0.25, -0.4, 0.9, 1.1, 0.05])
    #expect(test.method == .exact && test.statistic == 29)
    #expect(abs(test.probability - 0.1484375) < 1e-12)
  }

  @Test func tiesAndNoDifference() throws {
    let test = try test([1, 1, -1, 2, 2, 3, -2, 4, 5, 0, 0, 3])
    #expect(test.method == .normal && test.statistic == 48)
    #expect(abs(test.probability - 0.04030513050073345) < 1e-12)
  }

  @Test func manyPairs() throws {
    let test = try test((0..<70).map { Double(($0 * 37) % 101 - 45) / 10 })
    #expect(test.method == .normal && test.statistic == 1436.5)
    #expect(abs(test.probability - 0.17186329149026114) < 1e-12)
  }

  @Test func extremes() throws {
    #expect(try test([0, 0, 0]).probability == 1)
    #expect(try test([1]).probability == 1)
    #expect(try test([1, 2, 3, 4, 5, 6, 7, 8]).probability == 2.0 / 256)
    #expect(try test([-1, -2, -3, -4, -5, -6, -7, -8]).probability == 2.0 / 256)
  }
}
