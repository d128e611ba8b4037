public import GuestModel
import XenTrace

/// The guest operations that would cause a trace, and how sure that is.
public struct TraceReconstruction: Sendable {
  /// The guest.
  public let shape: GuestShape
  /// The operations.
  public let operations: [Operation]
  /// What the trace itself counted and what is known of it.
  public let origin: TraceOrigin
  /// What takes the place of the first ``traceBegin`` operations at sizes larger than the traced
  /// one, whose guest would have lost less before the trace began; empty where nothing does.
  let warmUp: [Operation]
  let traceBegin: Int
  let plan: TracePlan
  let figures: TraceFigures

  /// Reads and reconstructs the trace at `path`.
  ///
  /// - Parameters:
  ///   - gigahertz: the clock by which cycles become nanoseconds
  public init(
    path: String, mode: PagingMode? = nil, memoryMiB: Int? = nil, vcpus: Int? = nil,
    gigahertz: Double
  ) throws(InputError) {
    var collector = TraceCollector()
    let readout = try TraceFile.read(path, into: &collector)
    let mode = mode ?? Self.mode(collector.levels)
    let vcpus = vcpus ?? (collector.namesVCPUs ? collector.vcpuCount : 1)
    let memory = memoryMiB ?? Self.memoryMiB(collector.highestFrame)
    collector.finish(vcpus: vcpus)
    guard collector.steps.contains(where: { $0.kind == .fixup }) else {
      throw InputError(
        file: path,
        reason: "holds no shadow fault: where 'shadowbench host info' says that tracing is safe "
          + "(XSA-477), record with xentrace -D -e 0x0048f000 while the guest runs with shadow paging"
      )
    }
    shape = GuestShape(mode: mode, memoryMiB: memory, vcpus: vcpus)
    let turns = TraceTurns(collector.steps, mode: mode, vcpus: vcpus)
    let layout = TraceLayout(turns)
    // The other modes' traces from the start are still looked at as a whole.
    guard turns.startsUnpaged && mode != .fourLevel else {
      let lockstep: LockstepResult
      do {
        lockstep = try LockstepResult(
          collector.allSteps, layout, shape, startsUnpaged: turns.startsUnpaged,
          gigahertz: gigahertz)
      } catch { throw InputError(file: path, reason: error.reason) }
      operations = lockstep.operations
      warmUp = lockstep.warmUp
      traceBegin = lockstep.traceBegin
      plan = lockstep.plan
      figures = TraceFigures(turns, TraceTables(turns, layout))
      origin = TraceOrigin(collector, readout, lockstep, isMemoryGuessed: memoryMiB == nil)
      return
    }
    var tables = TraceTables(turns, layout)
    let writes = TraceWrites(turns, layout, &tables)
    let touches = TraceTouches(turns, layout, writes)
    let laid: TraceMemory
    do {
      laid = try TraceMemory(shape: shape, turns: turns, layout: layout, tables: tables)
    } catch { throw InputError(file: path, reason: error.reason) }
    let stream = TraceOperations(
      turns, layout, tables, writes, touches, laid, gigahertz: gigahertz)
    operations = stream.operations
    warmUp = []
    traceBegin = 0
    plan = laid.plan
    figures = TraceFigures(turns, tables)
    origin = TraceOrigin(
      collector, readout, turns: turns, tables: tables, writes: writes, touches: touches,
      unexplained: stream.unexplained, isMemoryGuessed: memoryMiB == nil)
  }

  /// The mode of most faults; of the longest tables when there are as many.
  private static func mode(_ levels: [Int]) -> PagingMode {
    if levels[4] > 0 && levels[4] >= levels[3] { return .fourLevel }
    return levels[3] >= max(1, levels[2]) ? .pae : levels[4] > 0 ? .fourLevel : .twoLevel
  }

  /// Memory enough for the highest frame that was seen, in steps of 64 MiB.
  private static func memoryMiB(_ highestFrame: UInt64) -> Int {
    let mebibytes = Int(min(highestFrame >> 8, 65_535)) + 1
    return min(65_536, (mebibytes + 63) / 64 * 64)
  }
}

/// What a trace itself counted, and what a reconstruction from it rests on.
public struct TraceOrigin: Sendable {
  /// Faults fixed.
  public var faultsFixed: Int
  /// Roots given up.
  public var unpins: Int
  /// Root loads.
  public var rootLoads: Int
  /// Address spaces.
  public var spaces: Int
  /// Address spaces that were never seen cold, once, and more often.
  public var seenCold: [Int]
  /// How alike the cold turns of an address space are, 0 to 1; nil if none was cold twice.
  public var likeness: Double?
  /// Whether hits were filled in.
  public var fillsHits: Bool
  /// Runs of writes to page tables, and those whose tables are known.
  public var writeRuns: Int
  /// Runs of writes whose tables are known.
  public var knownWriteRuns: Int
  /// Faults that nothing was made of.
  public var unexplained: Int
  /// Steps that there was no room for.
  public var dropped: Int
  /// Records lost by Xen, and places where the file is damaged.
  public var lost: Int
  /// That a processor's time runs back in the trace, if it does.
  public var rewindSentence: String?
  /// Whether the guest's memory was guessed from the frames seen.
  public var isMemoryGuessed: Bool
  /// Pages in use when room was made, P2M pages included: the size that the trace was taken at,
  /// less what residents that only hit hold unseen; nil when no room was made.
  public var tracedPages: Int?
  /// Whether the trace begins before the guest pages, so that nothing was shadowed then.
  public var beginsUnpaged: Bool

  init(
    _ collector: TraceCollector, _ readout: TraceReadout, _ lockstep: LockstepResult,
    isMemoryGuessed: Bool
  ) {
    faultsFixed = collector.allSteps.count { $0.kind == .fixup }
    unpins = collector.unpins
    rootLoads = collector.allSteps.count { $0.kind == .rootLoad }
    seenCold = lockstep.seenCold
    spaces = seenCold.reduce(0, +)
    fillsHits = seenCold[1] + seenCold[2] > 0
    writeRuns = lockstep.figures.unsyncs
    knownWriteRuns = writeRuns - lockstep.figures.unknownTables
    unexplained = lockstep.figures.unexplained
    dropped = collector.dropped
    lost = Int(min(collector.lostRecords, 1 << 60)) + Int(readout.damages)
    rewindSentence = readout.rewindSentence
    self.isMemoryGuessed = isMemoryGuessed
    tracedPages = lockstep.tracedPages
    beginsUnpaged = lockstep.beginsUnpaged
  }

  init(
    _ collector: TraceCollector, _ readout: TraceReadout, turns: TraceTurns,
    tables: TraceTables, writes: TraceWrites, touches: TraceTouches, unexplained: Int,
    isMemoryGuessed: Bool
  ) {
    faultsFixed = collector.steps.count { $0.kind == .fixup }
    unpins = collector.unpins
    rootLoads = collector.steps.count { $0.kind == .rootLoad }
    spaces = touches.seenCold.reduce(0, +)
    seenCold = touches.seenCold
    likeness = touches.likeness
    fillsHits = touches.isRepeating
    writeRuns = writes.bursts.count
    knownWriteRuns = writes.bursts.count { writes.tableOfFrame[$0.frames[0]] != nil }
    self.unexplained = unexplained
    dropped = collector.dropped
    lost = Int(min(collector.lostRecords, 1 << 60)) + Int(readout.damages)
    rewindSentence = readout.rewindSentence
    self.isMemoryGuessed = isMemoryGuessed
    beginsUnpaged = turns.startsUnpaged
  }
}
