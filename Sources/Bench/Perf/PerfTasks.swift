/// Which threads belong to which process, and when processes end: what one reading of a whole text
/// tells, for the reading that follows the events.
///
/// Memory grows with threads and processes, not with events.
struct PerfTasks: Sendable {
  /// Where a thread's process begins to be known.
  private struct Owner {
    var event: Int
    var process: Int32
  }

  private var owners: [Int32: [Owner]] = [:]
  /// The last threads' exits, by the number of the event.
  private var ends: Set<Int> = []
  /// Exits after which nothing of their process was seen so far.
  private var candidates: [Int32: Int] = [:]
  private var exited: Set<Int32> = []
  /// Threads of each process that were seen and did not end.
  private var live: [Int32: Set<Int32>] = [:]
  private var event = 0
  private var firstNanoseconds: UInt64?
  private var lastNanoseconds: UInt64 = 0
  /// Faults, events with a process beside the thread, and events without a processor.
  private(set) var faults = 0
  private(set) var withProcess = 0
  private(set) var withoutProcessor = 0
  /// Times at which the clock ran back by more than a second.
  private(set) var jumpsBack = 0

  /// The events that were taken.
  var events: Int { event }
  /// Whether the text tells threads from processes.
  var knowsProcesses: Bool { withProcess > 0 }
  /// The time of the first event, nanoseconds.
  var start: UInt64 { firstNanoseconds ?? 0 }

  /// Threads that were seen, and processes that they belong to.
  var counts: (threads: Int, processes: Int) {
    let processes = owners.reduce(into: Set<Int32>()) { set, owner in
      for known in owner.value { set.insert(known.process) }
    }
    return (owners.values.reduce(0) { $0 + $1.count }, processes.count)
  }

  /// Takes the next event of the text.
  mutating func take(_ next: PerfEvent) {
    defer { event += 1 }
    if firstNanoseconds == nil { firstNanoseconds = next.nanoseconds }
    if next.nanoseconds + 1_000_000_000 < lastNanoseconds { jumpsBack += 1 }
    lastNanoseconds = max(lastNanoseconds, next.nanoseconds)
    if next.kind == .fault { faults += 1 }
    if next.processor == nil { withoutProcessor += 1 }
    if let process = next.task.process { note(next.task.thread, process) }
    switch next.kind {
    case .fork:
      exited.remove(next.other)
      // A new thread, or process, by that number: the one before it is gone.
      if let end = candidates.removeValue(forKey: next.other) { ends.insert(end) }
      if owners[next.other] != nil { owners[next.other]?.append(Owner(event: event, process: -1)) }
    case .exit:
      exited.insert(next.other)
      let process = process(of: next.other, at: event)
      live[process]?.remove(next.other)
      if let isLast = next.isLast {
        if isLast { ends.insert(event) }
      } else if live[process]?.isEmpty != false {
        candidates[process] = event
      }
    case .switchTo, .fault, .exec: break
    }
  }

  /// Ends the reading: exits after which nothing came were the last.
  mutating func finish() {
    ends.formUnion(candidates.values)
    candidates.removeAll()
  }

  private mutating func note(_ thread: Int32, _ process: Int32) {
    withProcess += 1
    if !exited.contains(thread) {
      candidates.removeValue(forKey: process)
      live[process, default: []].insert(thread)
    }
    let known = owners[thread]?.last
    if known?.process == -1, let last = owners[thread]?.indices.last {
      owners[thread]?[last].process = process
    } else if known?.process != process {
      owners[thread, default: []].append(Owner(event: event, process: process))
    }
  }

  /// The process of a thread at an event: as known then, else as it turns out later; the thread
  /// itself where the text never says.
  func process(of thread: Int32, at event: Int) -> Int32 {
    guard knowsProcesses, thread != 0 else { return thread }
    guard let known = owners[thread] else { return thread }
    let owner = known.last { $0.event <= event } ?? known.first
    return owner.map { $0.process < 0 ? thread : $0.process } ?? thread
  }

  /// Whether the exit that is this event ends its process.
  func endsProcess(at event: Int) -> Bool { !knowsProcesses || ends.contains(event) }
}
