import GuestModel

/// One domain at up to 64 allocations at once, over one stream of operations.
///
/// It follows the same rules as ``ShadowDomain``; what differs between allocations is a bit in a
/// mask, so that an operation is done once for all of them, and a fault, a new shadow or an
/// eviction once for those concerned. The guest's memory must stay the same for all; where it
/// would not, or where a rare rule comes in (see ``Refusal``), the sweep stops and says why: the
/// allocations are then run one by one.
@safe
struct SweepDomain: ~Copyable {
  /// Why a sweep cannot go on.
  enum Refusal: String {
    case crash = "the pool runs out at some size"
    case stageTwo = "loaded roots are given up at some size"
    case emulation = "a write to a page table is emulated"
    case selfMap = "a table is used at more than one level"
    case divergence = "the guest's memory differs between sizes"
    case rootsOfL3 = "room is made while L3 tables are still pinned"
    case operation = "the host changes the allocation"
    case restarts = "an access faults without end"
    case overflow = "a table has thousands of parents"
    case userWrite = "user mode writes a page table"
  }

  let configuration: DomainConfiguration
  let count: Int
  let full: SizeMask
  var memory: GuestMemory
  let counters: SlicedCounters
  var pages: SlicedPages
  let totals: [Int]
  var refusal: Refusal?
  /// The allocations that the refusal is about; the others could have gone on.
  var refused: SizeMask = 0

  var objects = Buffer<SweepObject>(repeating: SweepObject(), count: 256)
  var objectCount = 1
  var references = SlicedReferences()
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
  var pinnedL4s = 0
  var pinsL3 = true

  let vcpus: Buffer<SweepVCPU>
  var outOfSync: [OutOfSyncEntry] = []
  var current = 0
  var isOutOfSyncActive = false
  /// The page, plus one, of the last emulated write (W3).
  var emulatedPage: UInt64 = 0

  var generation: UInt32 = 1
  var codeGeneration: UInt32 = 0
  let walkTags = Buffer<UInt64>(repeating: 0, count: 512)
  let walkWords = Buffer<Int>(repeating: 0, count: 512)
  var leafBits: UInt64 = 10
  var pageMask: UInt64 = 0xf_ffff

  var accesses = 0
  var rootLoads = 0
  var marks: [SweepMark] = []
  var faultsLeft = 0
  var pendingEntry: GuestEntry?

  init(
    configuration: DomainConfiguration, allocations: [Int], memory: consuming GuestMemory
  ) {
    precondition(!allocations.isEmpty && allocations.count <= 64, "1 to 64 allocations")
    self.configuration = configuration
    count = allocations.count
    full = count == 64 ? ~0 : 1 << UInt64(count) - 1
    counters = SlicedCounters(full: full)
    totals = allocations.map {
      configuration.effectiveAllocation($0) - configuration.p2mPages
    }
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
    var tooSmall: SizeMask = 0
    for (number, pages) in totals.enumerated() where pages < 16 { tooSmall |= 1 << UInt64(number) }
    if tooSmall != 0 {
      refuse(.crash, tooSmall)
    } else {
      startVCPU(0)
    }
  }

  /// What is said of one allocation: everything a single run would.
  func counters(_ number: Int) -> Counters {
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
    configuration.p2mPages + totals[number] - pages.leastValue(number)
  }

  /// Ends the pass, for a reason that all allocations share.
  mutating func refuse(_ reason: Refusal) { refuse(reason, full) }

  /// Ends the pass, for a reason that the allocations of `mask` have.
  mutating func refuse(_ reason: Refusal, _ mask: SizeMask) {
    guard refusal == nil else { return }
    refusal = reason
    refused = mask & full == 0 ? full : mask & full
  }

  /// Ends the pass because the allocations of `mask` part from the others: the fewer give way.
  mutating func refuse(_ reason: Refusal, between mask: SizeMask) {
    let one = mask & full
    let other = full & ~one
    refuse(reason, one.nonzeroBitCount <= other.nonzeroBitCount || other == 0 ? one : other)
  }
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
  /// Its shadow; a table has one kind here.
  var object: UInt32 = 0
  var frame: UInt32 = 0
  /// The allocations at which it is out of sync, and may be written (W5).
  var outOfSync: SizeMask = 0
  var mayWrite: SizeMask = 0
  /// Writable mappings (W1): the allocations with one, and with two or more, bit planes.
  var writers: InlineArray<4, SizeMask> = [0, 0, 0, 0]
  /// Where a writable mapping was made last.
  var hintObject: UInt32 = 0
  var hintIndex: UInt32 = 0

  var anyWriter: SizeMask { writers[0] | writers[1] | writers[2] | writers[3] }
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
