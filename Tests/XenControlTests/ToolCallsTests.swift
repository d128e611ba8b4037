import Foundation
import Testing

@testable import XenControl

@Suite struct ToolCallsTests {
  let tools = ToolCalls.system()

  @Test func aProgramsOutputAndCodeAreKept() throws {
    let outcome = try tools.run(["sh", "-c", "echo out; echo wrong >&2; exit 3"], 20)
    #expect(outcome == ToolOutcome(code: 3, output: "out\n", errors: "wrong\n"))
    #expect(outcome.complaint == "wrong")
    let long = try tools.run(["sh", "-c", "head -c 1000000 /dev/zero; cat"], 20)
    #expect(long.code == 0 && long.output.utf8.count == 1_000_000)
  }

  @Test func aProgramThatDoesNotEndIsKilledWithItsChildren() throws {
    let began = ContinuousClock.now
    let outcome = try tools.run(["sh", "-c", "echo begun; sleep 60; echo never"], 0.5)
    #expect(outcome.isTimedOut && !outcome.isGood && outcome.code == 128 + 9)
    #expect(outcome.output == "begun\n")
    #expect(outcome.complaint == "it did not end in time: begun")
    #expect(ContinuousClock.now - began < .seconds(20))
  }

  @Test func aProgramThatGoesOnBesideIsStopped() throws {
    let tool = try tools.start([
      "sh", "-c", "trap 'echo flushed; exit 0' TERM; echo up; while :; do sleep 0.05; done",
    ])
    usleep(300_000)
    let outcome = tool.stop()
    #expect(outcome == ToolOutcome(output: "up\nflushed\n"))
  }

  @Test func aProgramThatIsNotThereIsNamed() {
    #expect(!tools.isThere("no-such-program"))
    #expect(tools.isThere("sh"))
    #expect(throws: HostError.noTool("no-such-program is not on this machine")) {
      try tools.run(["no-such-program"], 1)
    }
  }

  @Test func signalsOfATerminalDoNotReachIt() throws {
    let outcome = try tools.run(["sh", "-c", "ps -o pgid= -p $$; echo $$"], 20)
    let words = outcome.output.split(whereSeparator: \.isWhitespace)
    if outcome.isGood && words.count == 2 { #expect(words[0] == words[1]) }
  }

  @Test func whatXlSaysIsRead() {
    let info = ToolstackInfo(
      text: "garbage\nxen_version : 4.20.0\nvirt_caps   : pv hvm\ncpu_mhz : 0\nfree_memory : x\n")
    #expect(info.version == "4.20.0" && info.hasShadowPaging == nil && info.freeMiB == nil)
    #expect(info.megahertz == nil)
    let header = "Name  ID  Mem VCPUs State Time(s)\n"
    #expect(
      ListedState(text: header + "a b 3 64 1 r----- 1.0\n", domain: 3) == .alive)
    #expect(ListedState(text: header + "a 3 64 1 ---s-- 1.0\n", domain: 3) == .shutDown)
    #expect(ListedState(text: header, domain: 3) == nil)
    #expect(ListedState(text: "\u{0}\n3\n", domain: 3) == nil)
  }

  @Test func theConsoleIsGatheredFromSeveralLooks() {
    var console = GuestConsole(domain: 3, before: "(XEN) x\n(d3) old\n")
    console.add("(XEN) x\n(d3) old\n(d3) one\n(d33) no\n(d3) tw")
    console.add("d3) old\n(d3) one\n(d3) two\n")
    console.add("two\n(d3) three\n")
    #expect(console.text == "(d3) one\n(d3) two\n(d3) three\n")
  }
}
