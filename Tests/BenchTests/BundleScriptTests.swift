import Foundation
import Testing

@testable import Bench
@testable import ShadowModel

/// `run.sh` of a bundle on a host whose programs are scripts, and what comes back of it.
@Suite struct BundleScriptTests {
  let host: FakeHost
  let item: ReplayItem
  var bundle: String { "\(host.folder)/a bundle" }
  var script: [String] { ["/bin/sh", "\(bundle)/run.sh"] }

  init() throws { try self.init(hasCounters: true) }

  init(hasCounters: Bool) throws {
    host = try FakeHost(hasCounters: hasCounters)
    item = ReplayItem(
      name: FakeHost.name, stream: try FakeHost.stream(), shadowMiB: [2, 3],
      hasNestedPaging: false)
    for size in [2, 3] { try host.answer(item, size) }
    let outcome = try host.shadowbench(
      "host", "replay", FakeHost.input, "--shadow-mib", "2,3", "--bundle",
      "\(host.folder)/a bundle",
      "--guest", "\(host.folder)/guest")
    try #require(outcome.code == 0, "\(outcome.errors)")
  }

  func collect() throws -> CommandTests.Outcome {
    try host.shadowbench("host", "collect", bundle, "-o", "\(host.folder)/s.json")
  }

  /// Nothing is left, except results.
  var isClean: Bool {
    let results = (try? FileManager.default.contentsOfDirectory(atPath: "\(bundle)/results")) ?? []
    return host.isClean && !results.contains { $0.hasSuffix(".part") || $0 == "lock" }
  }

  @Test func whatRanComesBackAndVerifies() throws {
    let outcome = try host.run(script)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("2 runs are finished, 0 are not"))
    #expect(isClean)
    #expect(
      FileManager.default.fileExists(
        atPath: "\(bundle)/results/reference-64-bit-2mib/trace.xentrace.gz"))
    let collected = try collect()
    #expect(collected.code == 0, "\(collected.output)")
    #expect(collected.output.contains("2 runs are whole, 2 of them equal; 0 missing or damaged"))
    let text = host.text("s.json")
    #expect(text.contains("\"replay\":\"a bundle/streams/reference-64-bit.replay\""))
    #expect(text.contains("\"module_address\":1179648"))
    let verified = try host.shadowbench("verify", "\(host.folder)/s.json")
    #expect(verified.code == 0, "\(verified.errors)")
    #expect(verified.output.hasPrefix("2 scenarios, "))
  }

  @Test func finishedRunsAreKept() throws {
    #expect(try host.run(script + ["reference-64-bit-3mib"]).code == 0)
    let partly = try collect()
    #expect(partly.code == 1)
    #expect(partly.output.contains("reference-64-bit-2mib is missing: it was not run"))
    let outcome = try host.run(script)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("reference-64-bit-3mib: finished before"))
    #expect(outcome.errors.contains("2 runs are finished"))
    #expect(host.text("calls").components(separatedBy: "xl create").count == 3)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func anInterruptionLeavesNothing(number: Int32) throws {
    try host.write("plan", "r-----\n")
    let (code, errors) = try host.interrupt(script, with: number)
    #expect(code == 3)
    #expect(errors.contains("run.sh: interrupted"))
    #expect(isClean)
    try host.write("plan", "---s--\n")
    #expect(try host.run(script).code == 0)
    #expect(try collect().code == 0)
  }

  @Test func aRunThatDoesNotEndIsNotKept() throws {
    try host.write("plan", "r-----\n")
    let outcome = try host.run(script + ["--limit", "1"])
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("reference-64-bit-2mib: timed-out"))
    #expect(isClean)
    let collected = try collect()
    #expect(collected.code == 1)
    #expect(
      collected.output.contains("reference-64-bit-2mib has failed: the domain's end: timed-out"))
    #expect(collected.errors.contains("no run is whole"))
    #expect(!host.exists("s.json"))
  }

  @Test(arguments: [("---sc-\n", "crashed"), ("r-----\ngone\n", "gone")])
  func otherEndsAreNamed(states: String, end: String) throws {
    try host.write("plan", states)
    _ = try host.run(script)
    #expect(isClean)
    let collected = try collect()
    #expect(collected.code == 1)
    #expect(collected.output.contains(end))
  }

  @Test func aRefusalIsPassedOn() throws {
    try host.write("refuse", "libxl: error: no memory for you\n")
    let outcome = try host.run(script)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("not created: libxl: error: no memory for you"))
    #expect(isClean)
    #expect(try collect().output.contains("the domain was not made: libxl: error: no memory"))
  }

  @Test func aXenWithoutShadowsRunsWithNestedPaging() throws {
    try host.write(
      "info",
      host.text("info").replacingOccurrences(of: "hap shadow", with: "hap"))
    let refused = try host.run(script)
    #expect(refused.code == 3)
    #expect(refused.errors.contains("built without shadow paging"))
    #expect(isClean)
    #expect(try host.run(script + ["--hap", "1"]).code == 0)
    #expect(host.text("paging") == "hap=1\nhap=1\n")
    let collected = try collect()
    #expect(collected.code == 0, "\(collected.output)")
    #expect(collected.output.contains("nested"))
    #expect(host.text("s.json").contains("\"hap\":true"))
    let verified = try host.shadowbench("verify", "\(host.folder)/s.json")
    #expect(verified.code == 0, "\(verified.errors)")
  }

  /// Python is part of what Swift's tools need, so that it is there.
  @Test(arguments: [15, 17])
  func pythonAsksTheLibraryForFaults(minor: Int) throws {
    let bare = try BundleScriptTests(hasCounters: false)
    try bare.host.addLibrary(minor: minor)
    let outcome = try bare.host.run(bare.script + ["reference-64-bit-2mib"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let record = bare.host.text("a bundle/results/reference-64-bit-2mib/record.txt")
    #expect(record.contains("\nfaults 25350 python"), "\(record)")
    #expect(try bare.collect().output.contains("shadow_fault_fixed: host 25350"))
  }

  @Test func whatIsMissingIsSaid() throws {
    let bare = try BundleScriptTests(hasCounters: false)
    bare.host.remove("bin/xentrace")
    let outcome = try bare.host.run(bare.script)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("no counters: this Xen is built without CONFIG_PERF_COUNTERS"))
    #expect(outcome.errors.contains("no traces: xentrace is not on this machine"))
    let collected = try bare.collect()
    #expect(collected.code == 0, "\(collected.output)\(collected.errors)")
    #expect(try bare.host.shadowbench("verify", "\(bare.host.folder)/s.json").code == 0)
    host.remove("bin/xl")
    let none = try host.run(script)
    #expect(none.code == 3 && none.errors.contains("xl is not on this machine"))
  }

  @Test func aSecondScriptWaitsForNobody() throws {
    try FileManager.default.createDirectory(
      atPath: "\(bundle)/results/lock", withIntermediateDirectories: true)
    try "\(getpid())".write(
      toFile: "\(bundle)/results/lock/pid", atomically: true, encoding: .utf8)
    let outcome = try host.run(script)
    #expect(outcome.code == 3 && outcome.errors.contains("is at work here"))
    try "999999999".write(
      toFile: "\(bundle)/results/lock/pid", atomically: true, encoding: .utf8)
    #expect(try host.run(script).code == 0)
  }

  @Test(arguments: [["--hap", "2"], ["--limit", "x"], ["--bogus"], ["--hap"]])
  func badUsage(words: [String]) throws {
    #expect(try host.run(script + words).code == 2)
  }

  @Test func theSameInputGivesTheSameBytesAndNothingIsOverwritten() throws {
    let words = [
      "host", "replay", FakeHost.input, "--shadow-mib", "2,3", "--guest", "\(host.folder)/guest",
      "--bundle",
    ]
    let again = "\(host.folder)/again"
    #expect(try host.run([CommandTests.command.path] + words + [again]).code == 0)
    #expect(try host.run(["/usr/bin/diff", "-r", bundle, again]).output.isEmpty)
    let refused = try host.run([CommandTests.command.path] + words + [again])
    #expect(refused.code == 2 && refused.errors.contains("is there already"))
    let impossible = try host.run([CommandTests.command.path] + words + ["/proc/none"])
    #expect(impossible.code == 3)
    #expect(!FileManager.default.fileExists(atPath: "\(again).part"))
  }
}
