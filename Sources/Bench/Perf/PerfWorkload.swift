public import GuestModel

/// A Linux guest as `perf script` or `trace-cmd report` saw it: each process's page tables as its
/// faults fill them.
///
/// A fault of the guest is an access that faults, the write of the entry through the kernel's map
/// of all memory, and the access again. Between faults a process is taken to touch the pages that
/// it faulted in last, each time that it runs. A process that ends has its tables zeroed.
///
/// The text is read twice before a run, once for threads and once for tables, and again in each
/// run: memory grows with processes, threads and tables, not with the text.
public struct PerfWorkload: Workload {
  /// The guest.
  public let shape: GuestShape
  /// What the recording tells and what it does not, for what an answer rests on.
  public let facts: [String]
  private let path: String
  private let tasks: PerfTasks
  private let plan: TracePlan

  /// Pages that a process touches each time that it runs.
  public static let workingSet = 64
  /// The share of lines that may be unreadable unless the caller says otherwise.
  static let unreadableShare = 0.01

  /// Reads the text at `path` for a guest of `shape`, which must be 64-bit.
  /// - Parameter isLossy: take a text with more than 1 % of unreadable lines
  /// - Throws: ``InputError`` with the first line that is wrong
  /// - Complexity: O(bytes) time; memory by threads, processes and tables
  public init(path: String, shape: GuestShape, isLossy: Bool = false) throws(InputError) {
    guard shape.mode == .fourLevel else {
      throw InputError(file: path, reason: "perf text is read for --mode 64-bit only")
    }
    var tasks = PerfTasks()
    let text = try PerfText(path: path)
    while let event = try text.next() { tasks.take(event) }
    tasks.finish()
    try Self.check(text.tally, tasks, path: path, isLossy: isLossy)
    var builder = PerfBuilder(shape: shape, tasks: tasks)
    let again = try PerfText(path: path)
    do {
      while let event = try again.next() {
        try builder.add(event)
        builder.operations.removeAll(keepingCapacity: true)
      }
    } catch { throw InputError(file: path, line: error.line, reason: error.reason) }
    self.shape = shape
    self.path = path
    self.tasks = tasks
    plan = builder.plan
    facts = Self.facts(text.tally, tasks)
  }

  /// Page tables without their leaf entries.
  public func makeMemory() -> GuestMemory { plan.makeMemory() }
  /// The operations.
  public func makeSource() -> any OperationSource {
    PerfSource(path: path, builder: PerfBuilder(shape: shape, tasks: tasks))
  }

  private static func check(
    _ tally: PerfText.Tally, _ tasks: PerfTasks, path: String, isLossy: Bool
  ) throws(InputError) {
    let known = tally.events + tally.unreadable
    if !isLossy, Double(tally.unreadable) > unreadableShare * Double(known) {
      throw InputError(
        file: path, line: tally.firstUnreadable,
        reason: "\(tally.unreadable) of \(known) lines with an event cannot be read, this first; "
          + "--lossy leaves them out")
    }
    guard tasks.faults > 0 else {
      throw InputError(
        file: path, line: tally.firstUnreadable,
        reason: "holds no page_fault_user event; record with perf record -e "
          + "sched:sched_switch,exceptions:page_fault_user,sched:sched_process_exec,"
          + "sched:sched_process_exit -a, then perf script -F comm,pid,tid,cpu,time,event,trace")
    }
  }

  private static func facts(_ tally: PerfText.Tally, _ tasks: PerfTasks) -> [String] {
    var facts = [
      "Switches and page faults of a Linux guest, in order; between faults a process is taken "
        + "to touch the \(workingSet) pages that it faulted in last."
    ]
    let (threads, processes) = tasks.counts
    facts.append(
      tasks.knowsProcesses
        ? "\(threads) threads of \(processes) processes: threads share their process's tables, which "
          + "end with its last thread."
        : "The text tells threads only: each is taken for a process with tables of its own, so a "
          + "guest with threads seems to need too much; perf script -F +pid tells them apart.")
    if tasks.withoutProcessor > 0 {
      facts.append(
        "\(tasks.withoutProcessor) of \(tasks.events) events do not say on which processor: taken "
          + "for the first.")
    }
    if tally.unreadable > 0 {
      facts.append(
        "\(tally.unreadable) of \(tally.events + tally.unreadable) lines with an event could not be "
          + "read and were left out, the first in line \(tally.firstUnreadable ?? 0).")
    }
    if tasks.jumpsBack > 0 {
      facts.append(
        "The clock runs back by more than a second \(tasks.jumpsBack) times: is this more than one "
          + "recording?")
    }
    return facts
  }
}

/// Reads the text again and makes the operations on the way.
private struct PerfSource: OperationSource {
  private let text: PerfText?
  private var builder: PerfBuilder
  private var next = 0
  private var isOver: Bool

  /// A source from the start; without operations where the text has gone since it was first read.
  init(path: String, builder: PerfBuilder) {
    text = try? PerfText(path: path)
    isOver = text == nil
    self.builder = builder
  }

  mutating func fill(_ block: inout OperationBlock) {
    while block.room > 0 {
      if next < builder.operations.count {
        block.append(builder.operations[next])
        next += 1
        continue
      }
      builder.operations.removeAll(keepingCapacity: true)
      next = 0
      if isOver { return }
      if builder.taken < builder.tasks.events, let event = try? text?.next() {
        // It was taken once before, with the same memory; what was written since is left out.
        try? builder.add(event)
      } else {
        isOver = true
        builder.finish()
      }
    }
  }
}
