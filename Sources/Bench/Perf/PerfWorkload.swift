public import GuestModel

/// A Linux guest as `perf script` saw it: each process's page tables as its faults fill them.
///
/// A fault of the guest is an access that faults, the write of the entry through the kernel's map of
/// all memory, and the access again. Between faults a process is taken to touch the pages that it
/// faulted in last, each time that it runs. A process that ends has its tables zeroed.
public struct PerfWorkload: Workload {
  /// The guest.
  public let shape: GuestShape
  private let plan: TracePlan
  private let operations: [Operation]

  /// Pages that a process touches each time that it runs.
  public static let workingSet = 64
  /// Where the kernel maps all memory.
  private static let directMap: UInt64 = 0xffff_8880_0000_0000

  /// Reads the text at `path` for a guest of `shape`, which must be 64-bit.
  public init(path: String, shape: GuestShape) throws(InputError) {
    guard shape.mode == .fourLevel else {
      throw InputError(file: path, reason: "perf text is read for --mode 64-bit only")
    }
    let events = try PerfEvents.load(path: path)
    self.shape = shape
    var builder = Builder(shape: shape)
    do {
      for event in events.events { try builder.add(event) }
      try builder.finish()
    } catch { throw InputError(file: path, reason: error.reason) }
    plan = builder.plan
    operations = builder.operations
  }

  /// Page tables without their leaf entries.
  public func makeMemory() -> GuestMemory { plan.makeMemory() }
  /// The operations.
  public func makeSource() -> any OperationSource { OperationList(operations) }

  /// A process's address space.
  private struct Space {
    var root: GFN
    var tables: [UInt64: GFN] = [:]
    var leaves: [UInt64: GFN] = [:]
    var present: Set<UInt64> = []
    var recent: [UInt64] = []
  }

  private struct Builder {
    var plan: TracePlan
    var operations: [Operation] = []
    private var spaces: [Space] = []
    /// The address space of each process.
    private var current: [Int: Int] = [:]
    /// What each vCPU runs.
    private var running: [Int?]
    private var isStarted: [Bool]
    private var vcpu = 0
    private var kernel: GFN?
    private var nextFrame: UInt32 = 1024
    private var markedNanoseconds: UInt64 = 0
    private var lastNanoseconds: UInt64 = 0
    private var phase: UInt32 = 0

    init(shape: GuestShape) {
      plan = TracePlan(shape: shape)
      running = [Int?](repeating: nil, count: shape.vcpus)
      isStarted = [Bool](repeating: false, count: shape.vcpus)
      for frame in 0..<1024 { plan.reserve(UInt64(frame)) }
    }

    mutating func add(_ event: PerfEvents.Event) throws(InputError) {
      lastNanoseconds = max(lastNanoseconds, event.nanoseconds)
      mark(every: 1_000_000_000)
      switch event.kind {
      case .fork: break
      case .switchTo:
        // The idle task borrows the tables of the one before it.
        if event.task != 0 { try run(event.task, on: event.processor) }
      case .fault:
        try run(event.task, on: event.processor)
        try fault(event)
      case .exec, .exit: end(event.task, on: event.processor)
      }
    }

    mutating func finish() throws(InputError) { mark(every: 1) }

    private mutating func mark(every nanoseconds: UInt64) {
      while lastNanoseconds - markedNanoseconds >= nanoseconds, isStarted.contains(true) {
        let length = nanoseconds == 1 ? lastNanoseconds - markedNanoseconds : nanoseconds
        operations.append(.mark(phase, nanoseconds: length))
        phase += 1
        markedNanoseconds += length
      }
    }

    /// Loads the root of a process, if the vCPU runs another one; it then touches what it uses.
    private mutating func run(_ task: Int, on processor: Int) throws(InputError) {
      let number = processor % running.count
      if number != vcpu {
        vcpu = number
        operations.append(.onVCPU(vcpu))
      }
      let space = try space(of: task)
      guard running[vcpu] != space else { return }
      running[vcpu] = space
      operations.append(.loadRoot(spaces[space].root))
      if !isStarted[vcpu] {
        isStarted[vcpu] = true
        operations.append(.setMode(.fourLevel))
      }
      for page in spaces[space].recent { operations.append(.access(page << 12, .user)) }
    }

    private mutating func space(of task: Int) throws(InputError) -> Int {
      if let known = current[task] { return known }
      let root = try plan.makeTable()
      plan.set(root, 273, GuestEntry(frame: try kernelTables(), flags: AddressSpace.linkFlags))
      spaces.append(Space(root: root))
      current[task] = spaces.count - 1
      return spaces.count - 1
    }

    /// The kernel's map of all memory by superpages, one for all.
    private mutating func kernelTables() throws(InputError) -> GFN {
      if let kernel { return kernel }
      let top = try plan.makeTable()
      let flags =
        GuestEntry.Flag.present | GuestEntry.Flag.writable | GuestEntry.Flag.accessed
        | GuestEntry.Flag.dirty | GuestEntry.Flag.superpage
      for gibibyte in 0..<((plan.frameCount + (1 << 18) - 1) >> 18) {
        let directory = try plan.makeTable()
        plan.set(top, gibibyte, GuestEntry(frame: directory, flags: AddressSpace.linkFlags))
        for index in 0..<512 {
          plan.set(
            directory, index, GuestEntry(frame: GFN(gibibyte << 18 + index << 9), flags: flags))
        }
      }
      kernel = top
      return top
    }

    private mutating func fault(_ event: PerfEvents.Event) throws(InputError) {
      guard let space = running[vcpu], event.address < 1 << 47 else { return }
      let page = event.address >> 12
      let kind: AccessKind = event.isWrite ? [.user, .write] : .user
      let leaf = try leafTable(space, page >> 9)
      operations.append(.access(event.address, kind))
      if spaces[space].present.insert(page).inserted {
        let flags =
          GuestEntry.Flag.present | GuestEntry.Flag.writable | GuestEntry.Flag.user
          | GuestEntry.Flag.accessed | (event.isWrite ? GuestEntry.Flag.dirty : 0)
        operations.append(
          .writeEntry(
            Self.mapped(leaf, Int(page & 511)), GuestEntry(frame: takeFrame(), flags: flags)))
        operations.append(.access(event.address, kind))
      }
      spaces[space].recent.removeAll { $0 == page }
      spaces[space].recent.append(page)
      if spaces[space].recent.count > PerfWorkload.workingSet {
        spaces[space].recent.removeFirst()
      }
    }

    private static func mapped(_ table: GFN, _ index: Int) -> UInt64 {
      directMap + UInt64(table.rawValue) << 12 + UInt64(index * 8)
    }

    /// Data frames, handed out over and over: below the tables.
    private mutating func takeFrame() -> GFN {
      let frame = GFN(nextFrame)
      nextFrame = nextFrame + 1 < UInt32(plan.frameCount / 2) ? nextFrame + 1 : 1024
      return frame
    }

    private mutating func leafTable(_ space: Int, _ leaf: UInt64) throws(InputError) -> GFN {
      if let known = spaces[space].leaves[leaf] { return known }
      let third = try upper(space, leaf >> 18, spaces[space].root, Int(leaf >> 18 & 511), level: 3)
      let second = try upper(space, leaf >> 9, third, Int(leaf >> 9 & 511), level: 2)
      let table = try plan.makeTable()
      plan.set(
        second, Int(leaf & 511), GuestEntry(frame: table, flags: AddressSpace.linkFlags))
      spaces[space].leaves[leaf] = table
      return table
    }

    private mutating func upper(
      _ space: Int, _ prefix: UInt64, _ parent: GFN, _ index: Int, level: UInt64
    ) throws(InputError) -> GFN {
      let key = level << 56 | prefix
      if let known = spaces[space].tables[key] { return known }
      let table = try plan.makeTable()
      plan.set(parent, index, GuestEntry(frame: table, flags: AddressSpace.linkFlags))
      spaces[space].tables[key] = table
      return table
    }

    /// The process ends, or takes another program: its leaf tables are zeroed.
    private mutating func end(_ task: Int, on processor: Int) {
      guard let space = current.removeValue(forKey: task), running[vcpu] != nil else { return }
      for (_, table) in spaces[space].leaves.sorted(by: { $0.key < $1.key }) {
        operations.append(
          .fillEntries(Self.mapped(table, 0), count: 512, first: .empty, ascending: false))
      }
      spaces[space].recent.removeAll()
      spaces[space].present.removeAll()
    }
  }
}
