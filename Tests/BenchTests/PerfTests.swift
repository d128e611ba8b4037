import Foundation
import GuestModel
import ShadowModel
import Testing

@testable import Bench

@Suite struct PerfTests {
  static let text = """
    # a comment
         bash  100 [000]    10.000000: sched:sched_switch: prev_comm=swapper/0 prev_pid=0 \
    prev_prio=120 prev_state=R ==> next_comm=bash next_pid=100 next_prio=120
         bash  100 [000]    10.100000: exceptions:page_fault_user: address=0x7f0000001000 \
    ip=0x400000 error_code=0x6
         bash  100 [000]    10.200000: exceptions:page_fault_user: address=7f0000002abc \
    ip=0x400000 error_code=0x4
     my prog  101/102 [001]    10.300000000: exceptions:page_fault_user: \
    address=0x7f0000001000 ip=0x1 error_code=0x6
         bash  100 [000]    11.500000: sched:sched_process_fork: comm=bash pid=100 \
    child_comm=bash child_pid=103
         bash  100 [000]    12.000000: sched:sched_process_exit: comm=bash pid=100 prio=120
         bash  100 [000]    nonsense sched:sched_switch: next_pid=1

    """

  /// What the lines of a text hold.
  static func contents(_ text: String) -> [PerfLine.Content] {
    text.split(separator: "\n").map { line in
      Array(line.utf8).withUnsafeBytes { PerfLine($0).content }
    }
  }

  static func events(_ text: String) -> [PerfEvent] {
    contents(text).compactMap { if case .event(let event) = $0 { event } else { nil } }
  }

  @Test func linesAreRead() {
    let contents = Self.contents(Self.text)
    #expect(contents.first == .other && contents.last == .unreadable)
    let events = Self.events(Self.text)
    #expect(events.map(\.kind) == [.switchTo, .fault, .fault, .fault, .fork, .exit])
    #expect(events.map(\.task.thread) == [100, 100, 100, 102, 100, 100])
    #expect(events.map(\.task.process) == [nil, nil, nil, 101, nil, nil])
    #expect(events.map(\.other) == [100, 0, 0, 0, 103, 100])
    #expect(events[1].isWrite)
    #expect(events[2].address == 0x7f00_0000_2abc)
    #expect(!events[2].isWrite)
    #expect(events[3].processor == 1)
    #expect(events[3].nanoseconds == 10_300_000_000)
  }

  @Test func faultsFillTables() throws {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).perf.txt"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.text.write(toFile: path, atomically: true, encoding: .utf8)
    let input = try InputResolver.standard.open(
      InputRequest(path, memoryMiB: 256, vcpus: 2, isLossy: true))
    #expect(input.kind == "perf text")
    let settings = RunSettings(
      sizing: Sizing(shape: input.shape), makePager: StandardModel.pager)
    let run = try Runner(settings: settings).run(input.makeWorkload(1), seed: 1, pages: 2048)
    // Three faults of the guest.
    #expect(run.counters[.faultBailRealFault] == 3)
    // The second one of a process is filled in a table that is shadowed by then.
    #expect(run.counters[.unsync] == 1)
    #expect(run.phases.count == 2)
    #expect(!run.isCrashed)
  }

  @Test func textWithoutFaultsIsRefused() throws {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).perf"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "nothing here\n".write(toFile: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: InputError.self) {
      try InputResolver.standard.open(InputRequest(path))
    }
    #expect(error?.reason.contains("page_fault_user") == true)
  }
}
