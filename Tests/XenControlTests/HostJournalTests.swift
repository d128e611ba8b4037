import Foundation
import Glibc
import GuestModel
import Testing
import XenServer

@testable import XenControl

/// What a replay that was killed has left is put right by the next one, and nothing else is
/// touched.
@Suite struct HostJournalTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("journal-\(UUID().uuidString)").path

  var journalFile: String { "\(folder)/replay.journal" }
  func text() -> String? { try? String(contentsOfFile: journalFile, encoding: .utf8) }

  /// As a process leaves it that was killed: the kernel has let go of the lock.
  func leave(_ lines: String...) throws {
    _ = try HostJournal(folder: folder)
    try (["boot \(ProcessMark.boot)"] + lines).map { $0 + "\n" }.joined()
      .write(toFile: journalFile, atomically: true, encoding: .utf8)
  }

  func listen(_ fake: FakeToolstack, _ body: () throws -> Void = {}) throws -> [String] {
    var warnings: [String] = []
    let runner = try fake.runner(journal: HostJournal(folder: folder))
    try runner.listening(warn: { warnings.append($0) }, body)
    return warnings
  }

  @Test func theLevelIsNotedBeforeItIsRaisedAndForgottenAfter() throws {
    let fake = FakeToolstack()
    _ = try listen(fake) {
      #expect(text()?.contains("level none/warning\n") == true)
    }
    #expect(text() == nil)
  }

  @Test func aKilledReplaysLevelIsPutBack() throws {
    try leave("level warning/error")
    let fake = FakeToolstack { $0.level = "all" }
    let warnings = try listen(fake)
    #expect(warnings.first?.contains("put right") == true)
    #expect(fake.calls.contains("xl set-parameters guest_loglvl=warning/error"))
    #expect(text() == nil)
  }

  @Test func aLevelThatCannotBePutBackStaysInTheJournal() throws {
    try leave("level error")
    let fake = FakeToolstack {
      $0.answers = [("xl set-parameters", ToolOutcome(code: 1, errors: "no"))]
    }
    let warnings = try listen(fake)
    #expect(warnings.contains { $0.contains("xl set-parameters guest_loglvl=error") })
    #expect(text()?.contains("level error\n") == true)
  }

  @Test func onlyItsOwnDomainIsDestroyed() throws {
    let name = GuestPlan.uniqueName("office-2mib")
    #expect(name != GuestPlan.uniqueName("office-2mib"))
    try leave("domain \(name)", "domain web", "level all; reboot", "nonsense")
    let fake = FakeToolstack { $0.domain = (name, 9) }
    _ = try listen(fake)
    let destroyed = fake.calls.filter { $0.hasPrefix("xl destroy") }
    #expect(destroyed == ["xl destroy \(name)"])
    #expect(!fake.calls.contains { $0.contains("reboot") })
  }

  @Test func anotherBootsJournalIsNotFollowed() throws {
    _ = try HostJournal(folder: folder)
    try "boot 0000\nlevel error\ndomain replay-x\n".write(
      toFile: journalFile, atomically: true, encoding: .utf8)
    let fake = FakeToolstack()
    #expect(try listen(fake).allSatisfy { !$0.contains("put right") })
    #expect(!fake.calls.contains { $0.hasPrefix("xl destroy") })
  }

  /// A number that another process has by now is not the recorded one.
  @Test func aTracerIsEndedAndARecycledNumberIsNot() throws {
    let sleeper = try ToolCalls.system().start(["sleep", "60"])
    defer { _ = sleeper.stop() }
    var mark = try #require(sleeper.mark)
    #expect(mark.lives)
    mark.start += 1
    #expect(!mark.lives)
    try leave("tracing", "tracer \(mark.text)")
    let other = FakeToolstack()
    _ = try listen(other)
    #expect(sleeper.mark?.lives == true)
    #expect(other.calls.contains { $0.hasPrefix("xentrace ") && $0.hasSuffix("/dev/null") })
    mark.start -= 1
    try leave("tracing", "tracer \(mark.text)")
    let fake = FakeToolstack()
    _ = try listen(fake)
    #expect(!mark.lives)
    #expect(!fake.calls.contains { $0.hasPrefix("xentrace") })
  }

  @Test func twoReplaysAreNotAtWorkAtOnce() throws {
    let first = try HostJournal(folder: folder)
    let error = #expect(throws: HostError.self) { try HostJournal(folder: folder) }
    #expect(error?.description.contains("another 'host replay' is at work") == true)
    withExtendedLifetime(first) {}
  }

  @Test func aFolderThatOthersWriteToIsRefused() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    chmod(folder, 0o777)
    #expect(throws: HostError.self) { try HostJournal(folder: folder) }
    rmdir(folder)
    symlink("/tmp", folder)
    #expect(throws: HostError.self) { try HostJournal(folder: folder) }
    unlink(folder)
  }

  @Test func aTraceOnAnAffectedXenIsRefused() throws {
    let fake = FakeToolstack()
    let runner = try fake.runner()
    let error = #expect(throws: HostError.self) {
      try runner.checkTracing(GuestTrace(file: "t"))
    }
    #expect(error?.isUsage == true)
    #expect(error?.description.contains("Xen 4.17.5, and \(TracingFlaw.range)") == true)
    #expect(error?.description.contains("--xentrace-anyway") == true)
    try runner.checkTracing(GuestTrace(file: "t", isForced: true))
    for (version, isSafe) in [("4.17.7", true), ("4.17.6", false), ("", false)] {
      let other = FakeToolstack {
        $0.info = $0.info.replacingOccurrences(of: "4.17.5", with: version)
      }
      let refused = (try? other.runner().checkTracing(GuestTrace(file: "t"))) == nil
      #expect(refused == !isSafe, "\(version)")
    }
    let bare = FakeToolstack {
      $0.info = $0.info.replacingOccurrences(of: "hap shadow", with: "hap")
    }
    try bare.runner().checkTracing(GuestTrace(file: "t"))
  }

  @Test func aConsoleTakesOnlyLinesThatBeginWithTheMark() {
    var console = GuestConsole(domain: 9, before: "(XEN) booted\n")
    console.add(
      """
      he tail of a line (d9) SB half
      (XEN) (d9) SB one
      (XEN) [  12.345] (d9) SB two
      (d5) says (d9) SB forged
      (XEN) (d90) SB other
      (d9) SB three

      """)
    #expect(console.lines.map { GuestLine($0)?.text } == ["SB one", "SB two", "SB three"])
    #expect(!console.hasSaid(["SB forged"]) && console.hasSaid(["SB tw"]))
  }
}
