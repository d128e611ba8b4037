import ShadowModel
import Testing

@testable import Bench

@Suite struct CostProfileTests {
  @Test(arguments: Repository.costs)
  func committedProfileLoads(_ name: String) throws {
    let profile = try CostProfile.load(path: Repository.cost(name))
    #expect(profile.name == name)
    for operation in CostProfile.Operation.allCases {
      #expect(profile[operation].value > 0)
      #expect(profile[operation].source != nil && profile[operation].mark != nil)
    }
  }

  @Test func builtInProfileIsTheFiles() throws {
    #expect(try CostProfile.load(path: Repository.cost("core2-2008")) == .core2)
  }

  @Test func everyCounterCostsItsOperation() throws {
    let profile = try CostProfile(text: SmallFile.cost)
    var counters = Counters()
    #expect(profile.hypervisorCycles(counters, rootLoads: 0) == 0)
    counters[.faultBailRealFault] = 1
    counters[.faultBailBadGfn] = 1
    counters[.invlpg] = 1
    counters[.faultFixed] = 4
    counters[.faultEmulateWrite] = 2
    counters[.faultFastEmulate] = 3
    counters[.unsync] = 6
    counters[.resync] = 7
    counters[.alloc] = 9
    counters[.hashDeletes] = 2
    // One digit for each operation.
    #expect(profile.hypervisorCycles(counters, rootLoads: 8) == 29_876_543)
    #expect(profile.scaled(by: 2).hypervisorCycles(counters, rootLoads: 8) == 59_753_086)
    #expect(profile.scaled(by: 0.5).clockGHz.value == 2)
    #expect(profile.seconds(cycles: 1e9) == 0.5)
  }

  static let bad: [BadFile] = [
    .cost(1, nil, "the key 'name' is missing", at: 1),
    .cost(3, "clock_ghz: 0", "clock_ghz: expected a number from 0.1 to 10, found '0'"),
    .cost(3, "clock_ghz: fast", "found 'fast'"),
    .cost(3, "clock_mhz: 2660", "did you mean clock_ghz?"),
    .cost(4, "cycles: 5\nx:", "unknown key 'x'", at: 5),
    .cost(5, "  exit: -1", "cycles.exit: expected a number from 0 to 100000000, found '-1'"),
    .cost(5, "  exit: .inf", "found '.inf'"),
    .cost(5, "  exits: 1", "unknown key 'cycles.exits'; did you mean exit?"),
    .cost(6, nil, "cycles: the key 'shadow_fault_fix' is missing", at: 5),
    .cost(7, "  emulated_write: {value: 1, mark: V}", "mark V needs a source"),
    .cost(7, "  emulated_write: {value: 9, high: 8}", "9 is not between low and high"),
    .cost(8, "  unsync: 1\n  unsync: 2", "'unsync' stands more than once", at: 8),
    BadFile("", line: 1, "is empty"),
  ]

  @Test(arguments: bad)
  func badProfileIsRefused(_ bad: BadFile) {
    do throws(InputError) {
      _ = try CostProfile(text: bad.text, file: "bad.yaml")
      Issue.record("accepted")
    } catch {
      #expect(error.file == "bad.yaml" && error.line == bad.line)
      #expect(error.reason.contains(bad.reason), "\(error)")
    }
  }
}
