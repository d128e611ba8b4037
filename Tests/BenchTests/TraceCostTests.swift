import Testing

@testable import Bench

@Suite struct TraceCostTests {
  @Test func aTraceSaysWhatItsHostCosts() throws {
    let reading = try TraceReading(path: TraceFixtures.path("S63"))
    let profile = CostProfile(calibratedBy: reading.summary, file: "S63")
    let arcs = reading.summary.arcs
    #expect(profile[.shadowFaultFix].value == arcs[ArcKind.fixup.rawValue].median)
    #expect(profile[.shadowFaultFix].mark == .measured)
    #expect(profile[.rootLoad].value == arcs[ArcKind.rootLoad.rawValue].median)
    #expect(profile[.allocate].value > 0)
    #expect(profile[.unsync].value > 0)
    // No write was emulated: the built-in figure, scaled.
    #expect(profile[.emulatedWrite].mark == .estimated)
    #expect(profile[.emulatedWrite].value > CostProfile.core2[.emulatedWrite].value)
  }

  @Test func anEmptySummaryGivesTheBase() {
    let profile = CostProfile(calibratedBy: TraceSummary(), file: "none")
    for operation in CostProfile.Operation.allCases {
      #expect(profile[operation].value == CostProfile.core2[operation].value)
    }
  }
}
