/// The page tables of real programs, and what of them was used: what a capture's files say.
///
/// A capture has the page tables of each process as they were when it ended, the entries accessed
/// in each interval, and over a few seconds the order in which the processes ran. See
/// `docs/CAPTURES.md` for what a ``CaptureWorkload`` makes of it.
///
/// Memory: 16 bytes for a run of adjacent pages, 12 and a bitmap of 64 bytes for a table touched.
public struct Capture: Sendable {
  /// What the capture was loaded from: the common beginning of its files' names.
  public let path: String
  /// The processes, in the order of the map.
  public let processes: [Process]
  /// Leaf tables, process by process, upwards.
  let leaves: [Leaf]
  /// Runs of entries, leaf by leaf, upwards.
  let runs: [Run]
  /// The intervals in order.
  let intervals: [Interval]
  /// The bitmaps that ``Touched/bitmap`` counts.
  let bitmaps: [EntryMask]
  /// What happened to processes of the capture, in order.
  let events: [Event]
  /// Microseconds from the first event recorded to the last.
  public let eventSpanMicroseconds: Int
  /// Interval lines, tables and events that concern what the map does not have: left out.
  public let skippedCount: Int
  /// Distinct frames that the page tables name.
  public let distinctFrameCount: Int

  init(path: String, map: CaptureMap, events: CaptureEvents, intervals: CaptureIntervals) {
    self.path = path
    processes = map.processes
    leaves = map.leaves
    runs = map.runs
    self.intervals = intervals.intervals
    bitmaps = intervals.bitmaps
    self.events = events.events
    eventSpanMicroseconds = events.spanMicroseconds
    skippedCount = intervals.skippedCount + events.skippedCount
    distinctFrameCount = Self.distinctFrames(map.runs)
  }

  private static func distinctFrames(_ runs: [Run]) -> Int {
    var reached = 0
    var total = 0
    for run in runs.sorted(by: { $0.frame < $1.frame }) {
      let end = Int(run.frame) + Int(run.count)
      total += max(0, end - max(reached, Int(run.frame)))
      reached = max(reached, end)
    }
    return total
  }
}

extension Capture {
  /// The capture's name: the last component of its path.
  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  /// Processes in the map.
  public var processCount: Int { processes.count }
  /// Leaf tables of all processes.
  public var leafTableCount: Int { leaves.count }
  /// Tables above the leaves, of all processes: L2, L3 and one L4 each.
  public var upperTableCount: Int {
    processes.reduce(0) { $0 + 1 + $1.level2TableCount + $1.level3TableCount }
  }
  /// Entries present in the leaf tables.
  public var presentEntryCount: Int { runs.reduce(0) { $0 + Int($1.count) } }
  /// Intervals recorded.
  public var intervalCount: Int { intervals.count }
  /// The mean length of an interval, nanoseconds.
  public var meanIntervalNanoseconds: UInt64 {
    intervals.reduce(0) { $0 + $1.nanoseconds } / UInt64(max(1, intervals.count))
  }
  /// Whether the order in which processes ran was recorded.
  public var hasEvents: Bool { !events.isEmpty }

  /// What the capture does not say, a sentence each.
  var gaps: [String] {
    var gaps: [String] = []
    if !hasEvents {
      gaps.append(
        "The capture has no events: in which order processes ran, and how often, is not known; "
          + "each that touched something has one turn an interval, in an order drawn at random.")
    } else if !events.contains(where: { $0.kind == .run }) {
      gaps.append(
        "The capture's events hold no switch: in which order processes ran, and how often, is not "
          + "known; each has one turn an interval, in an order drawn at random.")
    }
    let isIdle = intervals.allSatisfy { $0.visits.allSatisfy { $0.touched.isEmpty } }
    if isIdle { gaps.append("The capture has no accesses: no process touches a page of its own.") }
    if skippedCount > 0 {
      gaps.append(
        "\(skippedCount) interval lines, tables and events are of what the map does not have, and "
          + "left out.")
    }
    return gaps
  }

  /// Leaf tables that were touched in interval `index`, and entries accessed in them.
  ///
  /// - Precondition: `index` is below ``intervalCount``.
  public func touched(inInterval index: Int) -> (leafTables: Int, entries: Int) {
    let touched = intervals[index].visits.flatMap(\.touched)
    return (touched.count, touched.reduce(0) { $0 + Int($1.accessed) })
  }
}

extension Capture {
  /// A process and the size of its page tables.
  public struct Process: Hashable, Sendable {
    /// The process number.
    public let pid: Int
    /// The program's name.
    public let name: String
    /// Its L2 tables, with four levels.
    public let level2TableCount: Int
    /// Its L3 tables.
    public let level3TableCount: Int
    /// Its leaf tables, as indices of ``Capture/leaves``.
    var leaves: Range<Int>
    /// Its leaf tables.
    public var leafTableCount: Int { leaves.count }
  }

  /// A last-level table of 512 entries.
  struct Leaf {
    /// Which 2 MiB of the address space it maps: the address shifted right by 21.
    let number: UInt32
    /// Its entries, as indices of ``Capture/runs``.
    let runs: Range<Int>
  }

  /// Adjacent entries that name adjacent frames.
  struct Run {
    /// The first frame: the same number in two processes is the same page.
    let frame: UInt32
    /// The first entry.
    let entry: UInt16
    /// How many entries.
    let count: UInt16
    /// Whether they are writable.
    let isWritable: Bool
    /// The entries.
    var entries: Range<Int> { Int(entry)..<Int(entry) + Int(count) }
  }

  /// What was touched between two looks at the Accessed bits.
  struct Interval {
    /// Processes alive.
    let processCount: Int
    /// Its length.
    let nanoseconds: UInt64
    /// What each process touched, in the order of the file.
    var visits: [Visit] = []
  }

  /// What one process touched in an interval.
  struct Visit {
    /// The process, as an index.
    let process: Int
    /// The leaf tables, upwards.
    var touched: [Touched] = []
  }

  /// A leaf table with entries that were used in an interval.
  struct Touched {
    /// The table, as an index of ``Capture/leaves``.
    let leaf: Int32
    /// The bitmap of the entries accessed, as an index of ``Capture/bitmaps``; -1 for none.
    let bitmap: Int32
    /// Entries with Accessed set.
    let accessed: UInt16
    /// Entries with Dirty set.
    let dirty: UInt16
  }

  /// Something that happened to a process of the capture.
  struct Event {
    /// The kinds, with the letters that stand for them.
    enum Kind: String {
      /// A processor went over to the process.
      case run = "s"
      /// A page fault of the process.
      case fault = "f"
      /// It began as a copy of another one.
      case fork = "F"
      /// It took on another program.
      case exec = "X"
      /// It ended.
      case exit = "Q"
    }
    /// Microseconds since the first event.
    let microseconds: Int
    /// The processor.
    let cpu: Int
    /// What happened.
    let kind: Kind
    /// The process, as an index; of a fork the new one.
    let process: Int
    /// A fault's leaf table: the address shifted right by 21.
    var leafNumber: UInt32 = 0
    /// A fault's entry in that table.
    var entry: UInt16 = 0
    /// Whether the fault was a write.
    var isWrite = false
  }
}
