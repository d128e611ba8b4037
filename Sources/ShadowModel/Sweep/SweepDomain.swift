import GuestModel

/// One domain at up to 64 allocations at once, over one stream of operations.
///
/// It follows the same rules as ``ShadowDomain``; what differs between allocations is a bit in a
/// mask, so that an operation is done once for all of them, and a fault, a new shadow or an
/// eviction once for those concerned. The guest's memory is one for all: allocations at which it
/// would come to differ, or a rare rule comes in (see ``Reason``), are dropped and the others go
/// on. Bits of dropped allocations, wherever they are left, mean nothing.
@safe
struct SweepDomain: ~Copyable {
  /// Why allocations are dropped.
  enum Reason: String {
    case divergence = "the guest's memory comes to differ"
    case stale = "a stale mapping comes to differ"
    case rootsOfL3 = "room is made, or roots differ, while L3 tables are pinned"
    case allocation = "the host sets an enormous allocation"
    case overflow = "a table has too many parents or writable mappings"
    case emptySlot = "a root slot is empty"
  }

  let configuration: DomainConfiguration
  let count: Int
  /// The allocations still in the pass.
  private(set) var full: SizeMask
  private(set) var dropped: SizeMask = 0
  private(set) var crashed: SizeMask = 0
  private(set) var reasons: [Reason?]
  /// What was counted at allocations that crashed, up to then.
  private(set) var ends: [SweepEnd?]
  var memory: GuestMemory
  var counters: SlicedCounters
  var pages: SlicedPages
  var totals: [Int]
  /// The peaks before the allocation was last changed.
  var peaks: [Int]

  var objects = Buffer<SweepObject>(repeating: SweepObject(), count: 256)
  var objectCount = 1
  var references = SlicedReferences()
  var ups = Buffer<SweepUp>(repeating: SweepUp(), count: 64)
  var upCount = 1
  var spareUp: UInt32 = 0
  var leaves: SweepLeaves
  var uppers: SweepUppers
  var lastSerial: UInt64 = 0
  /// FL1 objects of superpages, by kind.
  let splintersTwoLevel: Buffer<UInt32>
  let splintersPAE: Buffer<UInt32>
  let splinters: Buffer<UInt32>
  var tables: Buffer<SweepTable>
  let unpagedTable: Int
  var spareSnapshots: [Int] = []

  /// The pin list, most recently loaded first: one order for all allocations.
  var listHead: UInt32 = 0
  /// The last object of each allocation's list, and which allocations have one.
  let tailOf = Buffer<UInt32>(repeating: 0, count: 64)
  var tailed: SizeMask = 0
  var pinsL3 = true

  let vcpus: Buffer<SweepVCPU>
  var outOfSync: [OutOfSyncEntry] = []
  var current = 0
  var isOutOfSyncActive = false
  /// W3, and the allocations at which any vCPU remembers an emulated write.
  var emulations: [SweepEmulation] = []
  var remembering: SizeMask = 0
  /// U1, and the allocations at which any vCPU remembers a zero write.
  var zeroWrites: [SweepZeroWrite] = []
  var zeroing: SizeMask = 0
  /// U3: whether the guest ever told that a process ends.
  var announcesDying = false
  /// The writes of the operation at hand that are to be emulated.
  var emulating: [SweepEmulation] = []

  var generation: UInt32 = 1
  var codeGeneration: UInt32 = 0
  let walkTags = Buffer<UInt64>(repeating: 0, count: 512)
  let walkWords = Buffer<Int>(repeating: 0, count: 512)
  var leafBits: UInt64 = 10
  var pageMask: UInt64 = 0xf_ffff

  var accesses = 0
  var rootLoads = 0
  /// Accesses that are counted and still to come.
  var accessesAhead = 0
  var marks: [SweepMark] = []
  /// Faults that each allocation took in the operation at hand (F2), bit planes.
  var faultsTaken: InlineArray<7, SizeMask> = [0, 0, 0, 0, 0, 0, 0]
  var pendingEntry: GuestEntry?

  init(
    configuration: DomainConfiguration, allocations: [Int], memory: consuming GuestMemory
  ) {
    precondition(!allocations.isEmpty && allocations.count <= 64, "1 to 64 allocations")
    self.configuration = configuration
    count = allocations.count
    let everything: SizeMask = count == 64 ? ~0 : 1 << UInt64(count) - 1
    full = everything
    counters = SlicedCounters(full: everything)
    totals = allocations.map {
      var created = configuration
      created.allocationPages = $0
      return created.createdAllocation - configuration.p2mPages
    }
    reasons = Array(repeating: nil, count: allocations.count)
    ends = Array(repeating: nil, count: allocations.count)
    peaks = Array(repeating: 0, count: allocations.count)
    pages = SlicedPages(totals.map { max(0, $0) })
    unpagedTable = memory.makeDetachedTable()
    let frames = memory.frameCount
    splintersTwoLevel = Buffer(repeating: 0, count: frames / 1024 + 1)
    splintersPAE = Buffer(repeating: 0, count: frames / 512 + 1)
    splinters = Buffer(repeating: 0, count: frames / 512 + 1)
    leaves = SweepLeaves(slots: 2 * (memory.tableCount + frames / 512 + 64))
    uppers = SweepUppers(slots: memory.tableCount / 4 + 256)
    tables = Buffer(repeating: SweepTable(), count: memory.tableCount + 64)
    vcpus = Buffer(repeating: SweepVCPU(), count: max(1, configuration.shape.vcpus))
    self.memory = memory
    for frame in 0..<frames {
      let table = Int(self.memory.tableOfFrame[frame])
      if table != 0 { tables[table].frame = UInt32(frame) }
    }
    var hopeless: SizeMask = 0
    for (number, total) in totals.enumerated() where total < 0 {
      hopeless |= 1 << UInt64(number)
    }
    crash(hopeless)
    for number in 0..<vcpus.count { createVCPU(number) }
    startVCPU(0)
  }

  /// The allocations of `mask` leave the pass; the others go on.
  mutating func drop(_ mask: SizeMask, _ reason: Reason) {
    var leaving = mask & full
    if leaving == 0 { return }
    dropped |= leaving
    leave(leaving)
    while leaving != 0 {
      reasons[leaving.trailingZeroBitCount] = reason
      leaving &= leaving &- 1
    }
  }

  /// Of two groups that come to differ the smaller one leaves the pass.
  mutating func dropFewer(_ one: SizeMask, _ other: SizeMask, _ reason: Reason) {
    let (one, other) = (one & full, other & full)
    if one == 0 || other == 0 { return }
    drop(one.nonzeroBitCount < other.nonzeroBitCount ? one : other, reason)
  }

  /// The domain crashes at the allocations of `mask`: nothing is counted there any more.
  mutating func crash(_ mask: SizeMask) {
    var leaving = mask & full
    crashed |= leaving
    let all = leaving
    while leaving != 0 {
      let number = leaving.trailingZeroBitCount
      ends[number] = SweepEnd(
        counters: counters(number), accesses: accesses - accessesAhead, rootLoads: rootLoads,
        peakPages: peakPages(number), marks: marks.count)
      leaving &= leaving &- 1
    }
    leave(all)
  }

  private mutating func leave(_ mask: SizeMask) {
    full &= ~mask
    counters.full = full
  }

  /// What is said of one allocation: everything a single run would.
  func counters(_ number: Int) -> Counters {
    if let end = ends[number] { return end.counters }
    var result = Counters()
    for name in Counters.Name.allCases {
      result[name] = counters.value(name.rawValue, number)
    }
    result[.alloc] += configuration.p2mPages
    result[.allocCount] =
      configuration.p2mPages + counters.value(SlicedCounters.pagesTaken, number)
      - counters.value(SlicedCounters.pagesGiven, number)
    return result
  }

  /// Most pages in use at once at one allocation.
  func peakPages(_ number: Int) -> Int {
    if let end = ends[number] { return end.peakPages }
    let used = max(0, totals[number]) - pages.leastValue(number)
    return configuration.p2mPages + max(peaks[number], used)
  }
}

/// What was counted at an allocation at which the domain crashed.
struct SweepEnd {
  var counters: Counters
  var accesses: Int
  var rootLoads: Int
  var peakPages: Int
  var marks: Int
}

/// W3: the page, plus one, and the table of an emulated write, at the allocations of `mask`.
struct SweepEmulation {
  var vcpu: Int
  var page: UInt64
  var table: Int
  var mask: SizeMask
  /// Whether the write is remembered when it is done: not if it was emulated at once.
  var isRemembered = true
}

/// U1: the table of a vCPU's last zero write, at the allocations of `mask`.
struct SweepZeroWrite {
  var vcpu: Int
  var table: Int
  var mask: SizeMask
}

/// A mark, with the counters of all allocations.
struct SweepMark {
  var number: Int
  var nanoseconds: UInt64
  var counters: [Counters]
  var accesses: Int
  var rootLoads: Int
}

/// What a sweep keeps of a guest table.
struct SweepTable: BitwiseCopyable {
  /// Its shadow of one kind; those of other kinds are its siblings.
  var object: UInt32 = 0
  var frame: UInt32 = 0
  /// The allocations at which it is out of sync, and may be written (W5).
  var outOfSync: SizeMask = 0
  var mayWrite: SizeMask = 0
  /// The allocations at which it is the root of a process that ends (U4).
  var dying: SizeMask = 0
  /// Writable mappings (W1): the allocations with one, and with two or more, bit planes.
  var writers: InlineArray<6, SizeMask> = [0, 0, 0, 0, 0, 0]
  /// Where a writable mapping was made last.
  var hintObject: UInt32 = 0
  var hintIndex: UInt32 = 0

  var anyWriter: SizeMask {
    writers[0] | writers[1] | writers[2] | writers[3] | writers[4] | writers[5]
  }
}

/// A vCPU of a sweep.
struct SweepVCPU: BitwiseCopyable {
  var isStarted = false
  var mode = PagingMode.unpaged
  var rootFrame: UInt32 = 0
  var topEntries: InlineArray<4, UInt32> = [0, 0, 0, 0]
  /// The loaded root objects, the same at every allocation.
  var roots: InlineArray<4, UInt32> = [0, 0, 0, 0]
  var codePage: UInt64 = 0
  var codeKind: AccessKind = .fetch
  /// U3: the allocations at which it tears a process down.
  var tearsDown: SizeMask = 0
}

/// A table that is out of sync in a vCPU's slot, at some allocations.
struct OutOfSyncEntry {
  var vcpu: Int
  var place: Int
  var table: Int
  var mask: SizeMask
  var snapshot: Int
  var fixups: [SweepFixup] = [SweepFixup(), SweepFixup()]
  var next = 0
}

/// O3: a noted writable mapping; it is there at the allocations of `mask`.
struct SweepFixup {
  var isTaken = false
  var object = 0
  var index = 0
  var mask: SizeMask = 0
}
