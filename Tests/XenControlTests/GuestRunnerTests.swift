import Foundation
import Synchronization
import Testing

@testable import XenControl

@Suite struct GuestRunnerTests {
  /// A folder of each test's own.
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("guest-runner-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func plan(hap: Bool = false) -> GuestPlan {
    GuestPlan(
      name: "guest-\(UUID().uuidString)", configuration: "name = \"guest\"\n", memoryMiB: 64,
      shadowMiB: 3, hasNestedPaging: hap)
  }

  /// Runs a domain inside a raised log level, as the command does.
  func run(
    _ fake: FakeToolstack, hypervisor: HypervisorCalls? = nil, hap: Bool = false,
    limits: GuestRunner.Limits = .init(), trace: String? = nil,
    isForced: Bool = true, journal: HostJournal? = nil
  ) throws -> (run: GuestRun, warnings: [String]) {
    var warnings: [String] = []
    let runner = try fake.runner(hypervisor, limits: limits, journal: journal)
    let run = try runner.listening(warn: { warnings.append($0) }) {
      try runner.run(
        plan(hap: hap), folder: folder,
        trace: trace.map { GuestTrace(file: $0, isForced: isForced) })
    }
    return (run, warnings)
  }

  /// Nothing is left behind: no domain, no changed level, no file.
  func isClean(_ fake: FakeToolstack) -> Bool {
    fake.state.withLock { $0.domain == nil && $0.level == "none/warning" }
      && (try? FileManager.default.contentsOfDirectory(atPath: folder)) == []
  }

  @Test func aDomainIsRunAskedAndTakenAway() throws {
    let fake = FakeToolstack()
    let hypervisor = FakeHypervisor {
      $0.domains[5] = DomainInfo(
        id: 5, mode: .pvh, hasNestedPaging: false, isShutDown: true, vcpus: 1, memoryPages: 16_384)
      $0.faults[5] = 321
    }
    let (run, warnings) = try self.run(fake, hypervisor: hypervisor.calls, trace: "t.xentrace")
    #expect(run.end == .shutDown && run.domain == 5 && run.faultCount == 321)
    #expect(run.console == "(d5) SB done\n")
    #expect(run.perfText == "calls to shadow_alloc T=  12\n")
    #expect(run.notes.isEmpty)
    #expect(warnings.count == 1 && warnings[0].contains("does not tell its guest_loglvl"))
    #expect(isClean(fake))
    let calls = fake.calls.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    #expect(
      calls == [
        "xl info", "xl set-parameters", "xenperf -r", "xentrace -D", "xl dmesg", "xl create",
        "xl domid", "xl list", "xl list", "xenperf -f", "xl dmesg", "xl destroy", "xl domid",
        "stop xentrace", "xl set-parameters",
      ])
  }

  @Test func oldLinesOfTheRingAreNotTheDomains() throws {
    let fake = FakeToolstack { $0.ring = "(d5) SB old\n(d4) SB other\n(d5) SB do" }
    // The last line was still being written: it is completed by what the guest says.
    #expect(try run(fake).run.console == "(d5) SB do(d5) SB done\n")
  }

  @Test func withoutCountersAndLibraryItSaysSo() throws {
    let fake = FakeToolstack {
      $0.answers = [("xenperf", ToolOutcome(code: 1, errors: "Function not implemented"))]
    }
    let run = try run(fake).run
    #expect(run.perfText == nil && run.faultCount == nil)
    #expect(run.notes.contains { $0.contains("CONFIG_PERF_COUNTERS") })
    #expect(run.notes.contains { $0.contains("libxenctrl") })
    let none = FakeToolstack { $0.missing = ["xenperf", "xenhypfs"] }
    #expect(
      try self.run(none).run.notes.contains { $0.contains("xenperf is not on this machine") })
  }

  @Test(arguments: [
    (["--p---", "---sc-"], GuestRun.End.crashed), (["-b----", "-----d"], .gone),
    (["r-----"], .timedOut),
  ])
  func otherEnds(states: [String], end: GuestRun.End) throws {
    let fake = FakeToolstack { $0.states = states }
    var limits = GuestRunner.Limits()
    limits.run = 30
    #expect(try run(fake, limits: limits).run.end == end)
    #expect(isClean(fake))
  }

  @Test func aDomainThatVanishesIsGone() throws {
    let fake = FakeToolstack {
      $0.answers = [("xl list", ToolOutcome(code: 1, errors: "invalid domain"))]
    }
    #expect(try run(fake).run.end == .gone)
    #expect(isClean(fake))
  }

  @Test func anInterruptionLeavesNothing() throws {
    let fake = FakeToolstack {
      $0.states = ["r-----"]
      $0.endsAt = 3
    }
    let error = #expect(throws: HostError.self) { try run(fake, trace: "t") }
    #expect(
      error.map { !$0.isUsage && "\($0)".contains("interrupted: domain 5 was destroyed") }
        == true)
    #expect(isClean(fake))
    #expect(fake.calls.contains("stop xentrace"))
  }

  @Test(arguments: [
    ("xl create", "not enough free memory", "the domain needs 64 MiB and a pool of 3 MiB; 900 MiB"),
    ("xl create", "domain creation fail: Operation not supported", "built without shadow paging"),
    ("xl create", "some reason", "xl create: some reason"),
    ("xl domid", "what domain?", "xl domid guest-"),
  ])
  func refusalsArePassedOn(call: String, complaint: String, expected: String) throws {
    let fake = FakeToolstack {
      $0.answers = [(call, ToolOutcome(code: 3, errors: "\(complaint)\n"))]
    }
    let error = #expect(throws: HostError.self) { try run(fake) }
    #expect(error.map { "\($0)".contains(expected) && "\($0)".contains(complaint) } == true)
    #expect(error?.isUsage == false)
    #expect(isClean(fake))
  }

  @Test func aXenWithoutShadowsIsToldBeforeAnythingIsMade() throws {
    let fake = FakeToolstack {
      $0.info = $0.info.replacingOccurrences(of: "hap shadow", with: "hap")
    }
    let error = #expect(throws: HostError.self) { try run(fake) }
    #expect(error.map { "\($0)".contains("--hap 1") } == true)
    #expect(!fake.calls.contains { $0.hasPrefix("xl create") })
    #expect(try run(fake, hap: true).run.end == .shutDown)
    #expect(isClean(fake))
  }

  @Test func noToolstackIsNamed() throws {
    let none = FakeToolstack { $0.missing = ["xl"] }
    #expect(
      throws: HostError.noTool(
        "xl is not on this machine; run this as root in dom0 of a Xen host that has it")
    ) { try none.runner() }
    let denied = FakeToolstack {
      $0.answers = [("xl info", ToolOutcome(code: 1, errors: "Permission denied"))]
    }
    let error = #expect(throws: HostError.self) { try denied.runner() }
    #expect(error.map { "\($0)".contains("xl info: Permission denied") } == true)
  }

  @Test func aDomainThatStaysIsTold() throws {
    let fake = FakeToolstack { $0.answers = [("xl destroy", ToolOutcome(code: 1))] }
    let error = #expect(throws: HostError.self) { try run(fake) }
    #expect(error.map { "\($0)".contains("run xl destroy guest-") } == true)
  }

  @Test func theLevelIsPutBackToWhatItWas() throws {
    let told = FakeToolstack {
      $0.missing = []
      $0.answers = [("xenhypfs cat", ToolOutcome(output: "warning/error\n"))]
    }
    _ = try run(told)
    #expect(told.calls.last == "xl set-parameters guest_loglvl=warning/error")
    let booted = FakeToolstack {
      $0.info = $0.info.replacingOccurrences(
        of: "loglvl=all", with: "guest_loglvl=all guest_loglvl=error")
    }
    _ = try run(booted)
    #expect(booted.calls.last == "xl set-parameters guest_loglvl=error")
    let all = FakeToolstack {
      $0.info = $0.info.replacingOccurrences(of: " loglvl=all", with: " guest_loglvl=all")
    }
    #expect(try run(all).warnings.isEmpty)
    #expect(!all.calls.contains { $0.hasPrefix("xl set-parameters") })
  }

  @Test func aLevelThatCannotBeSetIsTold() throws {
    let fake = FakeToolstack {
      $0.answers = [("xl set-parameters", ToolOutcome(code: 1, errors: "not permitted"))]
    }
    let (run, warnings) = try self.run(fake)
    #expect(run.end == .shutDown)
    #expect(warnings.count == 1 && warnings[0].contains("boot Xen with guest_loglvl=all"))
    let late = FakeToolstack()
    let runner = try late.runner()
    var told: [String] = []
    try runner.listening(warn: { told.append($0) }) {
      late.state.withLock { $0.answers = [("xl set-parameters", ToolOutcome(code: 1))] }
    }
    #expect(told.last?.contains("xl set-parameters guest_loglvl=none/warning") == true)
  }
}
