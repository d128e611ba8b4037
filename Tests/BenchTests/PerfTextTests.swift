import Foundation
import GuestModel
import ShadowModel
import Testing

@testable import Bench

/// perf's and trace-cmd's texts as people have them: layouts, threads, damage.
@Suite struct PerfTextTests {
  private static let fields =
    "prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=8 next_prio=120"

  @Test(arguments: [
    "java  7/7 [002]    12.500000: sched:sched_switch: \(fields)",
    "     java     7/7     [002] 12.500000000:       sched:sched_switch: \(fields)",
    "[x] srv 1.5: odd  7/7 [002]    12.500000: sched:sched_switch: \(fields)",
    "kworker/0:1  7/7 [002]    12.500000:          1 sched:sched_switch: \(fields)",
    "java  7/7 [002]    12.500000: sched:sched_switch: prev_comm=x next_pid=99 prev_pid=7 "
      + "==> next_comm=a next_pid=5 b next_pid=8 next_prio=120\r",
  ])
  func everyLayoutIsTheSame(_ line: String) {
    #expect(
      PerfTests.events(line) == [
        PerfEvent(
          kind: .switchTo, nanoseconds: 12_500_000_000, processor: 2,
          task: .init(thread: 7, process: 7), other: 8)
      ])
  }

  @Test(arguments: [
    "java  7    12.500000: sched:sched_switch: \(fields)",
    "          a-b-7     12.500000: sched_switch: \(fields)",
  ])
  func theProcessorCanBeMissing(_ line: String) {
    #expect(
      PerfTests.events(line) == [
        PerfEvent(
          kind: .switchTo, nanoseconds: 12_500_000_000, processor: nil, task: .init(thread: 7),
          other: 8)
      ])
  }

  @Test(arguments: [
    "          <idle>-0     [002] d..2.    12.500000: sched_switch: \(fields)",
    "          <idle>-0     [002]    12.500000: sched_switch:         swapper/2:0 [120] R ==> b:8 [120]",
    "          <idle>-0     [002] d..2    12.500000: sched_switch:   a:b c:0 [120] R ==> b: c:8 [120]",
  ])
  func traceCmdIsRead(_ line: String) {
    let events = PerfTests.events(line)
    #expect(events.map(\.other) == [8] && events.map(\.task.thread) == [0], "\(events)")
    #expect(events.map(\.processor) == [2] && events.map(\.nanoseconds) == [12_500_000_000])
  }

  @Test(arguments: [
    "java 7 [001] 1.0: exceptions:page_fault_user: address=0x1000 ip=0x4",
    "java 7 [001] 1.0: exceptions:page_fault_user: address= error_code=0x6",
    "java 7 [001] 99999999999.0: exceptions:page_fault_user: address=0x1 error_code=0x6",
    "java 7 [001] 1.0000000000: exceptions:page_fault_user: address=0x1 error_code=0x6",
    "java 99999999999 [001] 1.0: exceptions:page_fault_user: address=0x1 error_code=0x6",
    "java 7 [-1] 1.0: exceptions:page_fault_user: address=0x1 error_code=0x6",
    "java 7 [99999999] 1.0: exceptions:page_fault_user: address=0x1 error_code=0x6",
    "java 7 [001] 1.0: sched:sched_switch: next_pid=-5", "sched:sched_switch:",
    ": sched_switch: ==>", "1.0: sched_switch: ==> x [120]",
  ])
  func whatCannotBeReadIsCounted(_ line: String) {
    #expect(PerfTests.contents(line) == [.unreadable])
  }

  @Test(arguments: [
    "java 7 [001] 1.0: cycles:u: 7f00 main (/bin/java)", "\t7f3a23 __libc_start (libc.so)",
    "# cmdline : perf record -e sched:sched_switch -a", "PID COMM sched_switch", "",
  ])
  func otherLinesAreNoEvents(_ line: String) {
    #expect(PerfTests.contents(line + "\n").allSatisfy { $0 == .other })
  }

  /// A process with `threads` threads of which each faults, runs and ends, then goes on.
  private static func threaded(process: Int, threads: Int, hasProcesses: Bool) -> String {
    var text = ""
    var time = 1000.0
    func line(_ thread: Int, _ event: String, _ fields: String) {
      time += 0.001
      let task = hasProcesses ? "\(process)/\(thread)" : "\(thread)"
      text += "java worker  \(task) [000] \(String(format: "%.6f", time)): \(event): \(fields)\n"
    }
    for thread in (process + 1)...(process + threads) {
      line(
        process, "sched:sched_process_fork",
        "comm=j pid=\(process) child_comm=j child_pid=\(thread)")
      // It is first seen as the next one.
      line(process, "sched:sched_switch", "prev_pid=\(process) ==> next_comm=j next_pid=\(thread)")
      for page in 0..<8 {
        line(
          thread, "exceptions:page_fault_user",
          "address=0x\(String(0x7f00_0000_0000 + page << 12, radix: 16)) ip=0x1 error_code=0x6")
      }
      line(thread, "sched:sched_process_exit", "comm=j pid=\(thread) prio=120")
      line(thread, "sched:sched_switch", "prev_pid=\(thread) ==> next_comm=j next_pid=\(process)")
    }
    line(process, "sched:sched_process_exit", "comm=j pid=\(process) prio=120")
    return text
  }

  private func run(_ text: String) throws -> (run: RunPoint, facts: [String]) {
    try Folder.with(["guest.perf.txt": Data(text.utf8)]) { folder in
      let input = try InputResolver.standard.open(
        InputRequest(folder + "/guest.perf.txt", memoryMiB: 256, vcpus: 1))
      let settings = RunSettings(
        sizing: Sizing(shape: input.shape), makePager: StandardModel.pager)
      let run = try Runner(settings: settings).run(input.makeWorkload(1), seed: 1, pages: 8192)
      return (run, input.facts)
    }
  }

  @Test func threadsShareTheirProcesssTables() throws {
    let threads = try run(Self.threaded(process: 500, threads: 40, hasProcesses: true))
    // Eight pages are filled once, by whichever thread comes first, and stay until the last ends.
    #expect(threads.run.counters[.faultBailRealFault] == 8)
    #expect(
      threads.facts.contains { $0.hasPrefix("41 threads of 1 processes") }, "\(threads.facts)")
    let alone = try run(Self.threaded(process: 500, threads: 40, hasProcesses: false))
    #expect(alone.run.counters[.faultBailRealFault] == 40 * 8)
    #expect(alone.facts.contains { $0.contains("tells threads only") })
    #expect(alone.run.counters[.alloc] > 5 * threads.run.counters[.alloc])
  }

  @Test func theLastThreadEndsItsProcess() throws {
    let twice = Self.threaded(process: 500, threads: 3, hasProcesses: true)
    // The same numbers again: another process, whose tables are filled anew.
    let forked =
      twice + "sh 1/1 [000] 1999.0: sched:sched_process_fork: child_pid=500\n"
      + twice.replacingOccurrences(of: " 1000.0", with: " 2000.0")
    #expect(try run(forked).run.counters[.faultBailRealFault] == 16)
  }

  @Test func moreThanAHundredthUnreadableIsAnError() throws {
    let good = Self.threaded(process: 500, threads: 20, hasProcesses: true)
    let bad = "java 7 [001] nonsense: sched:sched_switch: next_pid=1\n"
    let facts = try run(bad + good).facts
    #expect(facts.contains { $0.hasPrefix("1 of ") && $0.hasSuffix("the first in line 1.") })
    let error = #expect(throws: InputError.self) { try run(good + bad + bad + bad) }
    #expect(error?.line == good.split(separator: "\n").count + 1)
    #expect(error?.reason.contains("--lossy") == true)
  }

  @Test func aClockFromAnotherAgeEndsSoon() throws {
    let text = Self.threaded(process: 500, threads: 2, hasProcesses: true)
    let late = "java 500/500 [000] 8589934591.0: sched:sched_switch: next_pid=500\n"
    #expect(try run(text + late).run.phases.count < 10)
    let early = "java 500/500 [000] 0.0: sched:sched_switch: next_pid=500\n"
    #expect(try run(text + early).facts.contains { $0.contains("clock runs back") })
  }

  @Test func linesWithoutEndAreCounted() throws {
    let good = Self.threaded(process: 500, threads: 20, hasProcesses: true)
    let long = String(repeating: "x", count: 3 << 20)
    let facts = try run(good + long + "\n" + good).facts
    #expect(facts.contains { $0.hasPrefix("1 of ") })
  }
}
