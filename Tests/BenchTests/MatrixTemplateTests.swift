import GuestModel
import ShadowModel
import Testing
import XenServer

@testable import Bench

@Suite struct MatrixTemplateTests {
  static let label = "Citrix XenApp on Windows Server 2008 R2 (64-bit)"
  static let input = "\"reference:procs=4 leaves=2 touch=4 rounds=2\""

  static func matrix(_ lines: String, sizes: String = "{pages: [1600, 2200, 20000]}")
    throws(InputError) -> SweepMatrix
  {
    try SweepMatrix(
      text: "name: t\ninputs: [\(input)]\nsizes: \(sizes)\n\(lines)\n", file: "t.yaml")
  }

  @Test func templatesTakeThePlaceOfGuestsOrComeAfterThem() throws {
    let alone = try Self.matrix("templates: [\(Self.label), xenapp-2003-x86-v6]").cells
    #expect(alone.map(\.template?.id) == ["xenapp-2008r2-x64-v7", "xenapp-2003-x86-v6"])
    #expect(alone[0].guest == GuestOverride(mode: .fourLevel, memoryMiB: 1024, vcpus: 2))
    #expect(alone[1].guest == GuestOverride(mode: .pae, memoryMiB: 512, vcpus: 1))
    let both = try Self.matrix("guests: [{}, {vcpus: 3}]\ntemplates: [xenapp-v5]").cells
    #expect(both.map(\.guest.vcpus) == [nil, 3, 1])
    #expect(both.map(\.template?.id) == [nil, nil, "xenapp-v5"])
  }

  @Test func cellsWithoutATemplateKeepTheirIDs() throws {
    let before = try Self.matrix("guests: [{}, {mode: pae, memory_mib: 512, vcpus: 1}]").cells
    let after = try Self.matrix(
      "guests: [{}, {mode: pae, memory_mib: 512, vcpus: 1}]\ntemplates: [xenapp-2003-x86-v6]"
    ).cells
    #expect(before.map(\.id) == after.prefix(2).map(\.id))
    // The same guest by a template is another cell: it tells more.
    #expect(Set(after.map(\.id)).count == 3)
    #expect(after[2].id.hasPrefix("reference-xenapp-2003-x86-v6-mapped-once-2m-xen-s1-"))
    #expect(!before[0].settings.contains("template"))
  }

  @Test(arguments: [
    ("Citrix XenApp on Windows Server 2008 R2", "nearest are '\(label)'"),
    ("Citrix XenApp on Windows 2003", "'Citrix XenApp on Windows Server 2003 (32-bit)'"),
    ("citrix xenap", "nearest are 'Citrix XenApp', 'Citrix XenApp on Windows Server 2003 ("),
    ("xenapp-2008-x46-v6", "nearest are 'xenapp-2008-x86-v6', 'xenapp-2003-x86-v6'"),
    ("xenapp-2008-x64", "nearest are 'xenapp-2008-x64-v6', 'xenapp-2008-x64-v7'"),
    ("Debian", "known are xenapp-v5, xenapp-x64-v5"),
    ("xenapp-2008r2-x64-v7, \(label)", "'xenapp-2008r2-x64-v7' stands twice"),
  ])
  func aBadTemplateIsNamedWithItsLine(_ names: String, _ reason: String) {
    do throws(InputError) {
      _ = try Self.matrix("templates: [\(names)]")
      Issue.record("accepted: \(names)")
    } catch {
      #expect(error.file == "t.yaml" && error.line == 4)
      #expect(error.reason.contains(reason), "\(error)")
    }
  }

  /// Sweeps a template of 40 MiB (10,240 pages) for an input that needs `needed` pages.
  private func sweep(_ lines: String, needed: Int) async throws -> MatrixSweep.Outcome {
    try await MatrixSweep(plan: MatrixPlan(Self.matrix(lines)), jobs: 1) {
      configuration, _, _ in
      let pager = FakePager(configuration, needed: needed, crashesBelow: 0, faults: 0)
      if pager.allocationPages < needed { pager.counters[.faultFixed] = 1_000_000 }
      return pager
    }.run()
  }

  @Test(arguments: [(3000, "below"), (15_000, "above")])
  func theResultSaysWhereTheKneeIs(_ needed: Int, _ place: String) async throws {
    let outcome = try await sweep("templates: [xenapp-2008r2-x64-v7]", needed: needed)
    let line = try #require(outcome.lines[0])
    let cell = try JSONResult.decode(MatrixCellRecord.self, from: line)
    let template = try #require(cell.template)
    #expect(template.pages == 10_240 && template.shadowMib == 40 && template.multiplier == 4)
    #expect(template.nameLabel == Self.label && template.releases == "7.0 to 8.0")
    #expect(template.rule == "xapi" && template.knee == place)
    let report = try MatrixReport.lines(outcome)
    #expect(report[0].hasSuffix("template gives, MiB  knee is"))
    #expect(report[1].hasSuffix("40.00  \(place)"))
    #expect(
      report.last == "xenapp-2008r2-x64-v7: \(Self.label), 7.0 to 8.0, sets 4.00 × xapi")
  }

  @Test func withoutATemplateNothingIsSaidAboutOne() async throws {
    let outcome = try await sweep("rules: [xapi]", needed: 3000)
    #expect(outcome.lines.allSatisfy { $0?.contains("template") == false })
    #expect(try MatrixReport.lines(outcome)[0].hasSuffix("fails at, MiB"))
  }

  @Test func aPoolBetweenTwoSizesIsUnknown() {
    #expect(BuiltInTemplate.place(of: nil, from: 100) == .unknown)
    #expect(BuiltInTemplate.place(of: Knee(failing: nil, fitting: nil), from: 100) == .unknown)
  }

  @Test func theCommittedMatrixIsGood() throws {
    let path = Repository.root + "/Workloads/matrices/templates.yaml"
    let plan = try MatrixPlan(SweepMatrix.load(path: path))
    #expect(plan.items.allSatisfy { $0.cell.template != nil })
    for item in plan.items { _ = try plan.open(item.cell) }
  }
}
