public import ShadowModel
import XenTrace

/// Xen's counters as a trace's own records show them, added up without the reconstruction.
///
/// A record is written for every shadow fault; a counter whose every step leaves a mark in one of
/// them can be added up to Xen's own figure. The self-check sets the model beside it.
public struct TraceTally: Sendable {
  /// The counters that a trace shows.
  public static let names: [Counters.Name] = [
    .fault, .faultFixed, .unsync, .resync, .prealloc1, .earlyUnshadow,
    .oosFixupAdd, .oosFixupEvict,
  ]

  /// What was counted in the whole trace; counters that it does not show are 0.
  public var counters = Counters()
  /// Faults that were fixed and on whose way shadows were made.
  public var promotions = 0
  /// Writes that were emulated, by the guest's own instruction or fast: a trace does not tell
  /// which.
  public var emulations = 0
  /// Roots given up to make room.
  public var unpins = 0
  /// Root loads.
  public var rootLoads = 0
  private var samples: [(rootLoads: Int, counters: Counters)] = []
  private var stride = 1

  /// The most samples of the counters over time.
  private static let sampleLimit = 2048

  /// Nothing counted yet.
  public init() {}

  /// Adds up the trace at `path`.
  /// - Throws: ``InputError`` when the file cannot be read
  public init(path: String) throws(InputError) {
    var reader = TallyReader()
    _ = try TraceFile.read(path, into: &reader)
    self = reader.tally
  }

  /// What had been counted when a `share`, 0 to 1, of the root loads was done.
  func counters(atShare share: Double) -> Counters {
    let wanted = Int((Double(rootLoads) * share).rounded())
    if wanted >= rootLoads { return counters }
    var (low, high) = (0, samples.count)
    while low < high {
      let middle = (low + high) / 2
      if samples[middle].rootLoads <= wanted { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? samples[low - 1].counters : Counters()
  }

  /// Counts a root load, and keeps what was counted before it every so often.
  mutating func noteRootLoad() {
    rootLoads += 1
    guard rootLoads.isMultiple(of: stride) else { return }
    samples.append((rootLoads, counters))
    guard samples.count == Self.sampleLimit else { return }
    stride *= 2
    samples = samples.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }
}

/// Adds up records, processor by processor.
private struct TallyReader: TraceSink {
  var tally = TraceTally()
  /// Whether room was made since the guest was last left, by processor.
  private var isMakingRoom: [Bool] = []

  mutating func take(_ record: TraceRecord, processor: Int) {
    if processor >= isMakingRoom.count {
      isMakingRoom += [Bool](repeating: false, count: processor + 1 - isMakingRoom.count)
    }
    switch TraceEvent(record) {
    case .vmExit: isMakingRoom[processor] = false
    case .controlWrite(let number, _) where number == 3: tally.noteRootLoad()
    case .shadow(let event): take(event, processor)
    default: break
    }
  }

  private mutating func take(_ event: ShadowTraceEvent, _ processor: Int) {
    switch event.kind {
    case .preallocUnpin:
      tally.unpins += 1
      if !isMakingRoom[processor] { tally.counters[.prealloc1] += 1 }
      isMakingRoom[processor] = true
      return
    case .resyncFull, .resyncOnly:
      tally.counters[.resync] += 1
      return
    case .wrmapBruteForce: return
    case .fixup: tally.counters[.faultFixed] += 1
    case .emulate, .emulateUnshadowEvent, .emulateUnshadowUnhandled:
      tally.emulations += 1
    default: break
    }
    tally.counters[.fault] += 1
    let flags = event.flags
    if flags.contains(.unshadowsEarly) { tally.counters[.earlyUnshadow] += 1 }
    isMakingRoom[processor] = false
    // What a fault that went another way has of these flags is not counted by Xen.
    guard event.kind == .fixup else { return }
    if flags.contains(.promotes) { tally.promotions += 1 }
    if flags.contains(.unsyncs) { tally.counters[.unsync] += 1 }
    if flags.contains(.addsFixup) { tally.counters[.oosFixupAdd] += 1 }
    if flags.contains(.evictsFixup) { tally.counters[.oosFixupEvict] += 1 }
  }
}
