import Foundation
import OutputSupport
import Testing

@testable import Bench
@testable import ShadowModel

/// `host replay` on a host whose programs are scripts.
@Suite struct HostReplayCommandTests {
  let host: FakeHost
  let item: ReplayItem

  init() throws {
    host = try FakeHost()
    item = ReplayItem(
      name: FakeHost.name, stream: try FakeHost.stream(), shadowMiB: [2, 3],
      hasNestedPaging: false)
  }

  func replay(_ words: String...) throws -> ChildOutcome {
    try host.run(
      [
        CommandTests.command.path, "host", "replay", FakeHost.input, "--guest",
        "\(host.folder)/guest",
      ]
        + words)
  }

  @Test func allEqual() throws {
    for size in [2, 3] { try host.answer(item, size) }
    let refused = try replay("--shadow-mib", "2", "--xentrace", "\(host.folder)/t.xentrace")
    #expect(refused.code == 2 && refused.errors.contains("XSA-477"))
    #expect(!host.text("calls").contains("xentrace") && host.isClean)
    let outcome = try replay(
      "--shadow-mib", "2,3", "--xentrace", "\(host.folder)/t.xentrace",
      "--xentrace-anyway")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.components(separatedBy: "verdict  equal: 28 counters").count == 3)
    #expect(outcome.output.contains("checksums equal"))
    #expect(outcome.output.contains("Xen 4.17.5, shadow paging (hap=0)"))
    #expect(host.text("t-2mib.xentrace") == "flushed\n" && host.exists("t-3mib.xentrace"))
    #expect(host.isClean)
    #expect(host.text("calls").contains("xl set-parameters guest_loglvl=all\n"))
  }

  @Test func jsonHasBothSides() throws {
    try host.answer(item, 2) { _, counters in counters[.fault] = 1 }
    let outcome = try replay("--shadow-mib", "2", "--json")
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("\"schema_version\" : 2"))
    #expect(outcome.output.contains("\"verdict\" : \"different\""))
    #expect(outcome.output.contains("\"differing\" : 1"))
    #expect(outcome.output.contains("\"seconds\" : 0.001"))
    #expect(host.isClean)
  }

  @Test func aChecksumThatDiffersIsFound() throws {
    try host.answer(item, 2) { lines, _ in
      let last = lines[2].removeLast()
      lines[2].append(last == "0" ? "1" : "0")
    }
    let outcome = try replay("--shadow-mib", "2")
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("checksum must be"))
    #expect(outcome.output.contains("verdict  different"))
  }

  @Test func nestedPagingComparesChecksumsAlone() throws {
    try host.answer(item, 2) { _, counters in counters = [:] }
    let outcome = try replay("--shadow-mib", "2", "--hap", "1")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("verdict  equal: 0 counters compared, checksums equal"))
    #expect(outcome.output.contains("checksums and times alone are compared"))
  }

  @Test func missingLinesAreTheEnvironments() throws {
    try host.answer(item, 2) { lines, _ in lines = [] }
    let silent = try replay("--shadow-mib", "2")
    #expect(silent.code == 3)
    #expect(silent.errors.contains("guest_loglvl=all"))
    #expect(silent.output.contains("checksums unknown"))
    try host.answer(item, 2) { lines, _ in lines = Array(lines.dropLast(2)) }
    let cut = try replay("--shadow-mib", "2")
    #expect(cut.code == 3)
    #expect(cut.errors.contains("conring_size"))
    #expect(host.isClean)
  }

  @Test func garbageOnTheConsoleIsNotTaken() throws {
    try host.answer(item, 2) { lines, _ in
      lines = ["SB", "SB phase", "SB phase x tsc=", "\u{1}\u{2}", "SB phase 99999999999999999999"]
    }
    #expect(try replay("--shadow-mib", "2").code == 3)
    try host.answer(item, 2) { lines, _ in
      lines = Array(lines.prefix(2)) + ["SB failed exception vector=14 address=0x1000"]
    }
    let failed = try replay("--shadow-mib", "2")
    #expect(failed.code == 1)
    #expect(failed.output.contains("the guest says: exception vector=14"))
    try host.answer(item, 2) { lines, _ in
      lines[0] = "SB replay 1 mode=64-bit module=0x120000 bytes=16 digest=0123456789abcdef"
    }
    let other = try replay("--shadow-mib", "2")
    #expect(other.code == 1)
    #expect(other.output.contains("verdict  failed: the guest ran another stream"))
    #expect(host.isClean)
  }

  @Test(arguments: [
    ("r-----\n---sc-\n", "the domain crashed"), ("r-----\ngone\n", "the domain was gone"),
    ("r-----\n-----d\n", "the domain was gone"), ("r-----\n", "the domain did not end in time"),
  ])
  func otherEndsAreFound(states: String, reason: String) throws {
    try host.answer(item, 2)
    try host.write("plan", states)
    let outcome = try replay("--shadow-mib", "2", "--time-limit", "2")
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(outcome.output.contains("verdict  failed: \(reason)"))
    #expect(host.isClean)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func anInterruptionLeavesNothing(number: Int32) throws {
    try host.answer(item, 2)
    try host.write("plan", "r-----\n")
    let (code, errors) = try host.interrupt(
      [
        CommandTests.command.path, "host", "replay", FakeHost.input, "--guest",
        "\(host.folder)/guest", "--shadow-mib", "2",
      ], with: number)
    #expect(code == number)
    #expect(errors.contains("interrupted: domain 7 was destroyed"))
    #expect(host.isClean)
  }

  @Test(arguments: [
    ("refuse", "libxl: error: failed to free memory for the domain", "and a pool of 2 MiB"),
    ("refuse", "xc: domain creation fail: Operation not supported", "without shadow paging"),
    ("no-info", "cannot open libxc handle: Permission denied", "run this as root in dom0"),
  ])
  func refusalsAreTheEnvironments(file: String, complaint: String, advice: String) throws {
    try host.answer(item, 2)
    try host.write(file, "\(complaint)\n")
    let outcome = try replay("--shadow-mib", "2")
    #expect(outcome.code == 3)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(complaint))
    #expect(outcome.errors.contains(advice))
    #expect(host.isClean)
  }

  @Test func aHostWithoutXlIsTheEnvironment() throws {
    host.remove("bin/xl")
    let outcome = try replay("--shadow-mib", "2")
    #expect(outcome.code == 3 && outcome.errors.contains("xl is not on this machine"))
  }

  @Test func withoutCountersItSaysSo() throws {
    let bare = try FakeHost(hasCounters: false)
    try bare.answer(item, 2)
    let outcome = try bare.shadowbench(
      "host", "replay", FakeHost.input, "--guest", "\(bare.folder)/guest", "--shadow-mib", "2")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("CONFIG_PERF_COUNTERS"))
    #expect(outcome.output.contains("libxenctrl could not be loaded"))
    #expect(outcome.output.contains("checksums alone are compared"))
  }

  @Test(arguments: [15, 17])
  func withTheLibraryFaultsAreCompared(minor: Int) throws {
    let bare = try FakeHost(hasCounters: false)
    try bare.answer(item, 2)
    try bare.addLibrary(minor: minor)
    let outcome = try bare.shadowbench(
      "host", "replay", FakeHost.input, "--guest", "\(bare.folder)/guest", "--shadow-mib", "2")
    #expect(outcome.code == 1, "\(outcome.errors)")
    let row = outcome.output.split(separator: "\n").first { $0.contains("shadow_fault_fixed") }
    #expect(row?.contains("25,350") == true)
    #expect(outcome.output.contains("verdict  different: 1 counters compared, checksums equal"))
    #expect(bare.isClean)
    try host.addLibrary(minor: minor)
    try host.answer(item, 2)
    let both = try replay("--shadow-mib", "2")
    #expect(both.code == 3)
    #expect(both.output.contains("25350 faults of this domain and only"))
  }

  @Test(arguments: [
    ["--shadow-mib", "2.5"], ["--shadow-mib", "0"], ["--shadow-mib", "x"], [],
    ["--shadow-mib", "2", "--hap", "2"], ["--shadow-mib", "2", "--vcpus", "2"],
    ["--shadow-mib", "2", "--time-limit", "0"], ["--shadow-mib", "2", "--plan", "x"],
    ["--shadow-mib", "2", "--mode", "unpaged"], ["--shadow-mib", "2", "--operations", "0"],
    ["--shadow-mib", "2", "--guest", "/nonexistent"],
  ])
  func badUsage(words: [String]) throws {
    let outcome = try host.run(
      [
        CommandTests.command.path, "host", "replay", FakeHost.input, "--guest",
        "\(host.folder)/guest",
      ]
        + words)
    #expect(outcome.code == 2, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(!host.exists("calls"))
  }
}
