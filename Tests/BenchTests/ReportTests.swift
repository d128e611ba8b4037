import Foundation
import GuestModel
import Testing

@testable import Bench
@testable import ShadowModel

@Suite struct ReportTests {
  let plain = Terminal(isTerminal: false)

  @Test func figuresAreFixedAndGrouped() {
    #expect(Numeral.fixed(1.005, 1) == "1.0")
    #expect(Numeral.fixed(-0.04, 1) == "0.0")
    #expect(Numeral.fixed(-2.25, 1) == "-2.3")
    #expect(Numeral.fixed(0.05, 2) == "0.05")
    #expect(Numeral.fixed(.infinity, 2) == "∞")
    #expect(Numeral.grouped(0) == "0")
    #expect(Numeral.grouped(-1_234_567) == "-1,234,567")
    #expect(Numeral.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(Numeral.percent(0.00001) == "<0.01")
    #expect(Numeral.percent(0) == "0.00")
    #expect(Numeral.percent(12.345) == "1235")
    #expect(Numeral.times(30, 10) == "3.0×")
    #expect(Numeral.times(1, 0) == "-")
  }

  @Test func tablesAreAligned() {
    var table = Table([.text("counter"), .number("count"), .text("note")])
    table.add(["shadow_fault", "1,234", ""])
    table.add(["x", "5", "raised"])
    #expect(
      table.lines == [
        "counter       count  note",
        "shadow_fault  1,234",
        "x                 5  raised",
      ])
  }

  @Test func thePlotShowsCurveTargetAndMarks() {
    let plot = Plot(
      points: [(1, 1), (2, 1), (4, 0.02), (8, 0), (16, 0)], target: 0.01,
      marks: [
        SizeMark(symbol: "X", name: "1.0 × xapi", mebibytes: 2),
        SizeMark(symbol: "L", name: "1.0 × libxl", mebibytes: 2), .recommended(mebibytes: 8),
      ], width: 50, height: 5)
    #expect(
      plot.lines == [
        "re-creation, % of guest time (logarithmic)",
        "     100 │●         ●",
        "         │",
        "    1.00 ┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄●┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
        "         │",
        "   ≤0.01 │                             ●         ●",
        "         └────────────────────────────────────────",
        "                    X                  R",
        "                    L",
        "          1.0 MiB   pool (logarithmic)    16.0 MiB",
        "          X 1.0 × xapi, 2.00 MiB",
        "          L 1.0 × libxl, 2.00 MiB",
        "          R recommended, 8.00 MiB",
      ])
  }

  @Test func thePlotBearsAnyCurve() {
    #expect(Plot(points: [], target: 0.01, marks: []).lines.isEmpty)
    #expect(!Plot(points: [(5, 0)], target: 0.01, marks: []).lines.isEmpty)
    for target in [Double.leastNonzeroMagnitude, 1e-308, 1e308] {
      let ends: [(mebibytes: Double, share: Double)] = [
        (5, 0.5), (6, .leastNonzeroMagnitude), (7, 1e308),
      ]
      #expect(!Plot(points: ends, target: target, marks: []).lines.isEmpty)
    }
    #expect(
      !Plot(points: [(5, .infinity), (6, 1e300), (7, 1e-300)], target: 0.01, marks: [], width: 0)
        .lines.isEmpty)
  }

  @Test func theSweepTableNamesRuleAndUnits() {
    let sizing = Sizing(shape: shape4GiB)
    let points = [(200, 0.5), (6000, 0.001)].map { pages, share in
      SizeResult(
        allocation: sizing.allocation(pages: pages),
        share: TimeShare(hypervisor: share + 0.1, recreation: share), faultsPerRootLoad: 2)
    }
    let table = SweepReport.table(points, target: Target(), among: points)
    #expect(
      table.lines == [
        "× mapped-once    MiB  pages  faults/root load  shadow work, %  re-creation, %  verdict",
        "         0.09   1.04    265              2.00           60.00           50.00  thrashes"
          + " (raised to Xen's minimum)",
        "         1.95  23.44  6,000              2.00           10.10            0.10  fits",
      ])
  }

  @Test func aRecommendationSaysWhatItCosts() async throws {
    let sizing = Sizing(shape: shape4GiB, rule: .xapi)
    let measuring = ScriptedMeasuring(sizing: sizing) { $0 < 12_345 ? 3 : 0 }
    let curve = await measuring.results(pages: [4353, 8704, 30_000], progress: nil)
    let recommendation = try await Recommender(
      sizing: sizing, target: Target(), measuring: measuring
    ).recommendation(curve: curve, neededPages: 15_000, basis: ["a fact"])
    let conditions = Conditions(
      input: FakeWorkload().input, sizing: sizing, policy: .xen,
      rule: ShareRule(cost: FlatCost()), target: Target())
    let ample = RunPoint(allocation: sizing.defaultAllocation, seed: 1)
    let text = RecommendReport.lines(
      recommendation, conditions: conditions, ample: ample, terminal: plain
    ).joined(separator: "\n")
    for part in [
      "HVM-shadow-multiplier = 1.588235294117647: 54 MiB", "by rule      1.588235294117647 × xapi",
      "fails at  1.42 × xapi = 48.22 MiB = 12,344 pages: 300 % re-creation",
      "that is 10.71 % below (margin 10.00 %)",
      "20.00 MiB a domain over XenServer's 1.0, 0.49 % of its memory",
      "holds 63 such domains instead of 63",
      "54.00 MiB, 1.588235294117647 × xapi, if shadow work cost 0.5 times as much", "  - a fact",
      "R recommended, 54.00 MiB",
      "T 4.0 × xapi, the template \"Optimize for XenApp\", 136.00 MiB",
    ] {
      #expect(text.contains(part), "\(part) is not in\n\(text)")
    }
  }

  @Test func verificationListsDifferences() {
    let verification = Verification(results: [
      ScenarioResult(id: "S1", differences: []),
      ScenarioResult(id: "S2", differences: [.init(counter: .fault, xen: 1000, model: 999)]),
    ])
    #expect(
      VerifyReport.lines(verification, terminal: plain) == [
        "scenario  counter       Xen, count  model, count",
        "S2        shadow_fault       1,000           999",
        "",
        "2 scenarios, 56 counters compared, 1 differ",
      ])
  }
}
