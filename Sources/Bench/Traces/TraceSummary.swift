public import XenTrace

/// What a trace contains, added up record by record in constant memory.
public struct TraceSummary: TraceSink, Sendable {
  /// Events of shadow paging, by their number.
  public internal(set) var shadowEvents = InlineArray<16, UInt64>(repeating: 0)
  /// Faults fixed by what was done on the way; one fault can count to several.
  public internal(set) var causes = InlineArray<9, UInt64>(repeating: 0)
  /// Shadow events by the levels of the guest's paging, 2 to 4.
  public internal(set) var pagingEvents = InlineArray<5, UInt64>(repeating: 0)
  /// Exit to entry, by kind.
  public internal(set) var arcs = [CycleHistogram](
    repeating: CycleHistogram(), count: ArcKind.allCases.count)
  /// Exits by the processor's reason code.
  public internal(set) var exitReasons = [UInt64](repeating: 0, count: Self.reasonLimit + 1)
  /// The address spaces.
  public internal(set) var spaces = TraceSpaces()
  /// What happened when.
  public internal(set) var timeline = TraceTimeline()
  /// vCPUs that are named in the trace.
  public internal(set) var vcpus: Set<VCPUName> = []
  /// Records that the buffers had no room for.
  public internal(set) var lostRecords: UInt64 = 0
  /// How often there was no room.
  public internal(set) var lostPeriods: UInt64 = 0
  /// The first time stamp, cycles.
  public internal(set) var firstCycles: UInt64 = .max
  /// The last time stamp, cycles.
  public internal(set) var lastCycles: UInt64 = 0
  /// Records by class: general, scheduler, HVM, memory, PV, shadow, hardware, guest, other.
  public internal(set) var classes = InlineArray<12, UInt64>(repeating: 0)
  /// CR3 writes.
  public internal(set) var rootLoads: UInt64 = 0
  /// Writes of any control register.
  public internal(set) var controlWrites: UInt64 = 0
  /// Page invalidations that have a record of their own.
  public internal(set) var invalidations: UInt64 = 0
  /// Records of a known number that are too short to be read.
  public internal(set) var unreadable: UInt64 = 0
  /// Re-shadowings of roots that were given up earlier.
  public internal(set) var reshadowings: UInt64 = 0
  /// Whether something is there that only Xen 4.19 and later writes.
  public internal(set) var isSince419 = false
  /// Whether exits are numbered as AMD's, or Intel's; nil when nothing tells.
  public internal(set) var isAMD: Bool?

  var states: [ProcessorState] = []
  var pageFaultReasons = InlineArray<2, UInt64>(repeating: 0)

  static let reasonLimit = 1100

  /// Nothing yet.
  public init() {}

  /// Classes of ``causes``, in order.
  public static let causeNames = [
    "promote", "unpin", "unhook", "unsync", "oos_add", "oos_evict", "wrmap", "wrmap_bf", "update",
  ]

  /// What is known of a processor at a moment.
  struct ProcessorState {
    var records: UInt64 = 0
    var exitCycles: UInt64 = 0
    var isOut = false
    var kind = ArcKind.other
    var reason: UInt32 = 0
    var unpins = 0
    var hasBruteForce = false
    var space: Int?
    var lastCycles: UInt64 = 0
    var running: VCPUName?
  }

  /// Events of a kind.
  public func count(_ kind: ShadowTraceEvent.Kind) -> UInt64 { shadowEvents[Int(kind.rawValue)] }

  /// Cycles from the first time stamp to the last.
  public var spanCycles: UInt64 { lastCycles > firstCycles ? lastCycles - firstCycles : 0 }

  /// Cycles of one processor's share of the span: of all that wrote exits and entries.
  public var processorCycles: UInt64 {
    spanCycles &* UInt64(max(1, states.count { $0.lastCycles > 0 }))
  }

  /// Cycles of shadow work.
  public var shadowCycles: UInt64 {
    ArcKind.allCases.reduce(0) { $1.isShadowWork ? $0 &+ arcs[$1.rawValue].total : $0 }
  }

  /// Names of the paging modes that shadow events came from, the most frequent first.
  public var pagingModes: [TracePaging] {
    TracePaging.allCases.filter { pagingEvents[Int($0.rawValue)] > 0 }
      .sorted { pagingEvents[Int($0.rawValue)] > pagingEvents[Int($1.rawValue)] }
  }
}
