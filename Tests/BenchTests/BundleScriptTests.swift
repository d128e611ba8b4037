import Foundation
import OutputSupport
import Testing
import XenServer

@testable import Bench
@testable import ShadowModel
@testable import XenControl

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

  func collect() throws -> ChildOutcome {
    try host.shadowbench("host", "collect", bundle, "-o", "\(host.folder)/s.json")
  }

  /// Nothing is left, except results.
  var isClean: Bool {
    let results = (try? FileManager.default.contentsOfDirectory(atPath: "\(bundle)/results")) ?? []
    return host.isClean
      && !results.contains { $0.contains(".part-") || ["lock", "journal"].contains($0) }
  }

  @Test func whatRanComesBackAndVerifies() throws {
    let outcome = try host.run(script + ["--xentrace-anyway"])
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
    #expect(code == number)
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
    try host.makeFolder("a bundle/results")
    let mark = try #require(ProcessMark(of: getpid()))
    try host.write("a bundle/results/lock", "\(mark.number) \(mark.start) \(mark.boot)\n")
    let outcome = try host.run(script)
    #expect(outcome.code == 3 && outcome.errors.contains("process \(getpid()), is at work here"))
    // The number is another process's by now.
    try host.write("a bundle/results/lock", "\(mark.number) \(mark.start + 1) \(mark.boot)\n")
    #expect(try host.run(script + ["reference-64-bit-2mib"]).code == 0)
    try host.write("a bundle/results/lock", "")
    #expect(try host.run(script).code == 0)
    #expect(isClean)
  }

  @Test func afterAKillTheNextOnePutsItRight() throws {
    try host.write("plan", "r-----\n")
    let (code, _) = try host.interrupt(script + ["--xentrace-anyway"], with: SIGKILL)
    #expect(code == SIGKILL)
    #expect(host.exists("domain") && host.text("level") == "all\n")
    let journal = host.text("a bundle/results/journal")
    let tracer = journal.split(separator: "\n").first { $0.hasPrefix("tracer ") }
      .flatMap { ProcessMark(text: $0.dropFirst("tracer ".count)) }
    let mark = try #require(tracer, "\(journal)")
    #expect(mark.lives)
    try host.write("plan", "---s--\n")
    let outcome = try host.run(script)
    #expect(outcome.code == 0 && outcome.errors.contains("it is put right"), "\(outcome.errors)")
    #expect(isClean && !mark.lives)
  }

  @Test func aDomainOfTheBareNameIsLeftAlone() throws {
    try host.write("domain", "replay-reference-64-bit-2mib")
    try host.write("id", "6\n")
    let outcome = try host.run(script)
    #expect(outcome.code == 1, "the stand-in has room for one domain")
    #expect(host.text("domain") == "replay-reference-64-bit-2mib")
    #expect(!host.text("calls").contains("xl destroy replay-reference-64-bit-2mib\n"))
  }

  @Test func whatTheUserPutIntoResultsStays() throws {
    try host.makeFolder("a bundle/results/mine.part")
    try host.write("a bundle/results/mine.part/letter", "x")
    try host.makeFolder("a bundle/results/reference-64-bit-3mib.failed")
    try host.write("a bundle/results/reference-64-bit-3mib.failed/letter", "x")
    let outcome = try host.run(script)
    #expect(outcome.code == 3 && outcome.errors.contains("was not made by this script"))
    #expect(host.exists("a bundle/results/mine.part/letter"))
    #expect(host.exists("a bundle/results/reference-64-bit-3mib.failed/letter"))
    host.remove("a bundle/results/reference-64-bit-3mib.failed")
    #expect(try host.run(script).code == 0)
    #expect(host.exists("a bundle/results/mine.part/letter"))
  }

  /// The script's own test of a version is the table's.
  @Test func theScriptTracesWhereTheTableSaysSo() throws {
    let text = host.text("a bundle/run.sh")
    let start = try #require(text.range(of: "traces_safely() {"))
    let end = try #require(text[start.lowerBound...].range(of: "\n}\n"))
    let function = text[start.lowerBound..<end.upperBound]
    var versions = ["", "x", "3.3.9", "3.4.0", "4", "4.17", "4.22-unstable", "4.22.0-rc1", "5.0"]
    for minor in [0, 9, 16, 17, 18, 19, 20, 21, 22, 23] {
      for patch in 0...11 { versions += ["4.\(minor).\(patch)", "4.\(minor).\(patch)-15"] }
    }
    let lines = versions.map { "traces_safely '\($0)' && echo safe || echo not\n" }.joined()
    try host.write("versions.sh", function + lines)
    let answers = try host.run(["/bin/sh", "\(host.folder)/versions.sh"]).output
      .split(separator: "\n")
    try #require(answers.count == versions.count)
    for (version, answer) in zip(versions, answers) {
      let isSafe = TracingFlaw.state(XenVersion(text: version)) == .safe
      #expect((answer == "safe") == isSafe, "\(version)")
    }
  }

  @Test func anAffectedXenIsNotTraced() throws {
    let outcome = try host.run(script)
    #expect(outcome.code == 0 && outcome.errors.contains("no traces: this host runs Xen 4.17.5"))
    #expect(outcome.errors.contains("XSA-477"))
    #expect(!host.text("calls").contains("xentrace"))
    try host.write("info", host.text("info").replacingOccurrences(of: "4.17.5", with: "4.17.7"))
    host.remove("a bundle/results")
    #expect(try host.run(script).code == 0)
    #expect(host.text("calls").contains("xentrace -D"))
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
