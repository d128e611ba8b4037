import GuestModel

/// A domain with shadow paging: its guest's memory, its pool and its vCPUs.
///
/// Operations go in by ``execute(_:)``; counters and events come out. The rules are those of
/// docs/MODEL.md, whose numbers stand beside the code. A `Policy` other than Xen's and a `Listener`
/// are parameters of the type, so neither costs anything where it does nothing.
///
/// Methods that are not inlined are `mutating` even if they change nothing: the compiler passes a
/// domain of known type to them where it stands, while for others it makes a copy of all fields.
@safe
struct ShadowDomain<Policy: ReclaimPolicy, Listener: EventListener>: ~Copyable {
  let configuration: DomainConfiguration
  var memory: GuestMemory
  var counters = Counters()
  var listener: Listener

  /// Pool pages without the P2M's.
  var totalPages: Int
  /// Pool pages in use by nothing.
  var freePages: Int
  var peakPages = 0
  var isCrashed = false

  var leaves = LeafStore()
  var uppers = UpperStore()
  var lastSerial: UInt64 = 0
  /// The FL1 shadow of each superpage, by kind: 2-level, PAE, 64-bit.
  var splintersTwoLevel: Buffer<UInt32>
  var splintersPAE: Buffer<UInt32>
  var splinters: Buffer<UInt32>
  /// Per guest table: see ``TableField``.
  var tables: Buffer<UInt32>
  /// The table that stands for the unpaged guest's identity map.
  let unpagedTable: Int

  /// The pin list, most recently loaded first.
  var pinHead = ShadowRef.none
  var pinTail = ShadowRef.none
  var pinnedRoots = 0
  /// R5.
  var pinsL3 = true

  let vcpus: Buffer<VirtualCPU>
  var current = 0
  var outOfSyncActive = false
  /// U3: whether the guest ever told that a process ends.
  var announcesDying = false
  /// Whether any vCPU remembers an emulated write (W3).
  var remembersEmulation = false

  /// Moves on whenever a shadow mapping goes away: what was looked up before is void then.
  var generation: UInt32 = 1
  /// The generation in which the executing page was last found mapped.
  var codeGeneration: UInt32 = 0
  let walkTags = Buffer<UInt64>(repeating: 0, count: 512)
  let walkWords = Buffer<Int>(repeating: 0, count: 512)
  /// Pages of a leaf table of the current vCPU's mode: 9 or 10 bits.
  var leafBits: UInt64 = 10
  /// The part of an address that the current vCPU's mode translates, in pages.
  var pageMask: UInt64 = 0xf_ffff

  var accesses = 0
  var rootLoads = 0
  var phases: [Phase] = []
  /// Faults that the operation at hand may still take (F2).
  var faultsLeft = 0
  /// The entry that the operation at hand writes; nil for a plain write.
  var pendingEntry: GuestEntry?
  #if SHADOW_AUDIT
  /// Operations since the last audit.
  var operationsUnaudited = 0
  #endif

  init(
    configuration: DomainConfiguration, memory: consuming GuestMemory, listener: Listener
  ) {
    self.configuration = configuration
    self.listener = listener
    totalPages = configuration.createdAllocation - configuration.p2mPages
    freePages = totalPages
    unpagedTable = memory.makeDetachedTable()
    let frames = memory.frameCount
    splintersTwoLevel = Buffer(repeating: 0, count: frames / 1024 + 1)
    splintersPAE = Buffer(repeating: 0, count: frames / 512 + 1)
    splinters = Buffer(repeating: 0, count: frames / 512 + 1)
    tables = Buffer(repeating: 0, count: (memory.tableCount + 16) * TableField.count)
    vcpus = Buffer(repeating: VirtualCPU(), count: max(1, configuration.shape.vcpus))
    self.memory = memory
    for table in 1..<self.memory.tableCount { tables[table * TableField.count] = 0 }
    if Policy.listsEveryShadow { pinsL3 = false }
    noteFrames()
    create()
  }

  /// Writes each table's frame into its fields.
  private mutating func noteFrames() {
    for frame in 0..<memory.frameCount {
      let table = Int(memory.tableOfFrame[frame])
      if table != 0 {
        tables[table * TableField.count + TableField.frame] = UInt32(frame)
      }
    }
  }

  /// P2 and R7: the P2M's pages, then the vCPUs, of which the first one starts.
  private mutating func create() {
    counters.add(.alloc, configuration.p2mPages)
    counters.add(.allocCount, configuration.p2mPages)
    peakPages = configuration.p2mPages
    if totalPages < 0 || freePages < 0 {
      isCrashed = true
      return
    }
    for number in 0..<vcpus.count {
      createVCPU(number)
      if isCrashed { return }
    }
    startVCPU(0)
  }

  /// Does the operations of a block, in order.
  mutating func execute(_ block: borrowing OperationBlock) {
    run(block)
  }
}

/// The fields of a guest table, 16 words each: one cache line.
///
/// The words at the raw value of a kind of table shadow hold that shadow's slot, 0 for none.
enum TableField {
  static let count = 16
  /// A bit for each kind the table is shadowed as, and the two below.
  static let flags = 0
  /// Writable shadow mappings of the frame (W1).
  static let writableReferences = 2
  /// A leaf shadow and an index where a writable mapping was made last.
  static let hintSlot = 5
  static let hintIndex = 8
  /// The vCPU and slot where the table is out of sync: vcpu * 4 + slot.
  static let place = 10
  /// The frame that holds the table.
  static let frame = 13

  static let outOfSync: UInt32 = 1 << 16
  static let mayWrite: UInt32 = 1 << 17
  /// It was mapped writable when it became a page table: a resync after its write access was
  /// revoked (F7, F8) can do that.
  ///
  /// Xen then lets the guest write it unseen.
  static let promotedWritable: UInt32 = 1 << 18
  /// U4: it is the root of a process that ends.
  static let dying: UInt32 = 1 << 19
  static let typeMask: UInt32 = 0xffff
}

/// A vCPU as the shadow code sees it.
struct VirtualCPU: BitwiseCopyable {
  var isStarted = false
  var mode = PagingMode.unpaged
  /// CR3, as a frame.
  var rootFrame: UInt32 = 0
  /// PAE: the four top entries, as they were when the root was loaded.
  var topEntries: InlineArray<4, UInt32> = [0, 0, 0, 0]
  /// The loaded root shadows: upper slots, 0 for none.
  var roots: InlineArray<4, UInt32> = [0, 0, 0, 0]
  /// The page that it executes at, plus one; 0 before the first fetch.
  var codePage: UInt64 = 0
  /// How it fetches there.
  var codeKind: AccessKind = .fetch
  /// W3: the page, plus one, and the table of the last emulated write.
  var emulatedPage: UInt64 = 0
  var emulatedTable: UInt32 = 0
  /// U1: the table of the last zero write.
  var zeroedTable: UInt32 = 0
  /// U3: it tears a process down.
  var tearsDown = false
  /// The out-of-sync tables, 0 for none, and their snapshots.
  var outOfSync: InlineArray<3, UInt32> = [0, 0, 0]
  var snapshots: InlineArray<3, UInt32> = [0, 0, 0]
  var fixups: InlineArray<3, Fixups> = [Fixups(), Fixups(), Fixups()]
}

/// O3: where writable mappings of an out-of-sync table were made.
struct Fixups: BitwiseCopyable {
  var next = 0
  var serials: InlineArray<2, UInt64> = [0, 0]
  var slots: InlineArray<2, UInt32> = [0, 0]
  var indices: InlineArray<2, UInt32> = [0, 0]
}
