import Testing

@testable import Charts

@Suite struct TicksTests {
  @Test(arguments: [
    (0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 10, 5, [0, 2, 4, 6, 8, 10]),
    (3, 3.5, 5, [3, 3.1, 3.2, 3.3, 3.4, 3.5]), (-5, 5, 4, [-5, -2.5, 0, 2.5, 5]),
  ])
  func linearTicksAreRound(_ low: Double, _ high: Double, _ count: Int, _ wanted: [Double]) {
    let ticks = Ticks.values(ScaledRange(.linear, low, high), count: count)
    #expect(ticks.count == wanted.count)
    for (tick, value) in zip(ticks, wanted) { #expect(abs(tick - value) < 1e-9) }
  }

  @Test func logarithmicTicksAreDecadesOrPartsOfThem() {
    #expect(
      Ticks.values(ScaledRange(.logarithmic, 0.0001, 1), count: 6) == [0.0001, 0.001, 0.01, 0.1, 1])
    #expect(Ticks.values(ScaledRange(.logarithmic, 1, 128), count: 10).contains(50))
    #expect(Ticks.values(ScaledRange(.logarithmic, 11, 19), count: 6).count > 1)
    let many = Ticks.values(ScaledRange(.logarithmic, 1e-12, 1e12), count: 6)
    #expect(many.count <= 6 && many.count > 2)
  }

  @Test func zeroHasATickOfItsOwn() {
    let ticks = Ticks.values(ScaledRange(.logarithmicWithZero(least: 1), 0, 1000), count: 6)
    #expect(ticks == [0, 1, 10, 100, 1000])
  }

  @Test(arguments: [0, 1e-9, 1e-3, 0.4, 1, 17, 1e5, 1e9, 1e17])
  func ticksLieWithinAndRise(_ size: Double) {
    for scale in [Scale.linear, .logarithmic, .logarithmicWithZero(least: 0.01)] {
      for other in [0, 1e-6, 1.0, 300] {
        let range = ScaledRange(scale, size, size + other)
        let ticks = Ticks.values(range, count: 6)
        #expect(!ticks.isEmpty && ticks == ticks.sorted() && Set(ticks).count == ticks.count)
        #expect(ticks.allSatisfy { $0.isFinite }, "\(scale) \(size) \(other)")
      }
    }
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (0.01, "0.01"), (0.0001, "0.0001"), (1000, "1,000"), (2.5, "2.5"),
    (123_456, "123,456"), (2_000_000, "2 M"), (1_500_000_000, "1.5 G"), (-0.5, "-0.5"),
    (.infinity, "∞"), (0.3, "0.3"),
  ])
  func labelsAreAsPeopleWriteThem(_ value: Double, _ text: String) {
    #expect(Ticks.label(value) == text)
  }
}

@Suite struct ScaleTests {
  @Test func valuesBecomePlaces() {
    #expect(ScaledRange(.linear, 10, 20).position(15) == 0.5)
    #expect(abs(ScaledRange(.logarithmic, 1, 100).position(10) - 0.5) < 1e-12)
    let zero = ScaledRange(.logarithmicWithZero(least: 1), 0, 10)
    #expect(zero.position(0) == 0)
    #expect(abs(zero.position(1) - 0.5) < 1e-12)
    #expect(zero.position(10) == 1)
  }

  @Test func whatLiesBeyondIsPutAtTheEnd() {
    let range = ScaledRange(.logarithmic, 1, 100)
    #expect(range.position(0) == 0 && range.position(-3) == 0 && range.position(.nan) == 0)
    #expect(range.position(1e9) == 1 && range.position(.infinity) == 1)
  }

  @Test func emptyRangesAreWidened() {
    for scale in [Scale.linear, .logarithmic, .logarithmicWithZero(least: 1)] {
      for range in [ScaledRange(scale, 0, 0), ScaledRange(scale, holding: []), .init(scale, 5, 5)] {
        #expect(range.low < range.high, "\(scale)")
        #expect(range.padded(0.1).position(range.high).isFinite)
      }
    }
  }
}
