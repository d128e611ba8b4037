import GuestModel

/// Makes a guest's operations of the events of its recording, one after the other.
struct PerfBuilder {
  /// A process's address space.
  private struct Space {
    var root: GFN
    var tables: [UInt64: GFN] = [:]
    var leaves: [UInt64: GFN] = [:]
    var present: Set<UInt64> = []
    /// The pages that faulted last, each once, the oldest first.
    var recent: [UInt64] = []
  }

  /// The guest's memory before the first operation, as far as it is known by now.
  private(set) var plan: TracePlan
  /// What the events since the caller last emptied this came to.
  var operations: [Operation] = []
  let tasks: PerfTasks
  /// Events that were taken.
  private(set) var taken = 0
  private var spaces: [Space] = []
  /// The address space of each process.
  private var current: [Int32: Int] = [:]
  /// What each vCPU runs.
  private var running: [Int?]
  private var isStarted: [Bool]
  private var vcpu = 0
  private var kernel: GFN?
  private var nextFrame: UInt32 = 1024
  private var markedNanoseconds: UInt64
  private var lastNanoseconds: UInt64
  private var phase: UInt32 = 0

  /// Where the kernel maps all memory.
  private static let directMap: UInt64 = 0xffff_8880_0000_0000
  /// Guest time between two marks, nanoseconds.
  private static let second: UInt64 = 1_000_000_000
  /// A gap between two events after which one mark stands for all of it, nanoseconds.
  private static let longestGap: UInt64 = 60 * second

  /// Nothing yet.
  init(shape: GuestShape, tasks: PerfTasks) {
    plan = TracePlan(shape: shape)
    self.tasks = tasks
    running = [Int?](repeating: nil, count: shape.vcpus)
    isStarted = [Bool](repeating: false, count: shape.vcpus)
    markedNanoseconds = tasks.start
    lastNanoseconds = tasks.start
    for frame in 0..<1024 { plan.reserve(UInt64(frame)) }
  }

  /// Takes the next event.
  mutating func add(_ next: PerfEvent) throws(InputError) {
    defer { taken += 1 }
    lastNanoseconds = max(lastNanoseconds, next.nanoseconds)
    mark()
    let processor = Int(next.processor ?? 0) % running.count
    switch next.kind {
    case .fork: break
    case .switchTo:
      // The idle task borrows the tables of the one before it.
      if next.other != 0 {
        try run(tasks.process(of: next.other, at: taken), on: processor)
      }
    case .fault:
      let process = next.task.process ?? tasks.process(of: next.task.thread, at: taken)
      try run(process, on: processor)
      try fault(next)
    case .exec: end(tasks.process(of: next.other, at: taken), on: processor)
    case .exit:
      if tasks.endsProcess(at: taken) {
        end(tasks.process(of: next.other, at: taken), on: processor)
      }
    }
  }

  /// Takes the end of the recording.
  mutating func finish() {
    guard isStarted.contains(true), lastNanoseconds > markedNanoseconds else { return }
    emitMark(lastNanoseconds - markedNanoseconds)
  }

  private mutating func mark() {
    guard isStarted.contains(true) else {
      markedNanoseconds = lastNanoseconds
      return
    }
    if lastNanoseconds - markedNanoseconds > Self.longestGap {
      emitMark(lastNanoseconds - markedNanoseconds)
    }
    while lastNanoseconds - markedNanoseconds >= Self.second { emitMark(Self.second) }
  }

  private mutating func emitMark(_ nanoseconds: UInt64) {
    operations.append(.mark(phase, nanoseconds: nanoseconds))
    phase &+= 1
    markedNanoseconds += nanoseconds
  }

  /// Loads the root of a process, if the vCPU runs another one; it then touches what it uses.
  private mutating func run(_ process: Int32, on number: Int) throws(InputError) {
    go(to: number)
    let space = try space(of: process)
    guard running[vcpu] != space else { return }
    running[vcpu] = space
    operations.append(.loadRoot(spaces[space].root))
    if !isStarted[vcpu] {
      isStarted[vcpu] = true
      operations.append(.setMode(.fourLevel))
    }
    for page in spaces[space].recent { operations.append(.access(page << 12, .user)) }
  }

  private mutating func go(to number: Int) {
    guard number != vcpu else { return }
    vcpu = number
    operations.append(.onVCPU(vcpu))
  }

  private mutating func space(of process: Int32) throws(InputError) -> Int {
    if let known = current[process] { return known }
    let root = try plan.makeTable()
    plan.set(root, 273, GuestEntry(frame: try kernelTables(), flags: AddressSpace.linkFlags))
    spaces.append(Space(root: root))
    current[process] = spaces.count - 1
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

  private mutating func fault(_ event: PerfEvent) throws(InputError) {
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
    plan.set(second, Int(leaf & 511), GuestEntry(frame: table, flags: AddressSpace.linkFlags))
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

  /// A process ends, or takes another program: its leaf tables are zeroed.
  private mutating func end(_ process: Int32, on number: Int) {
    guard let space = current.removeValue(forKey: process), running[number] != nil else { return }
    go(to: number)
    for (_, table) in spaces[space].leaves.sorted(by: { $0.key < $1.key }) {
      operations.append(
        .fillEntries(Self.mapped(table, 0), count: 512, first: .empty, ascending: false))
    }
    spaces[space] = Space(root: spaces[space].root)
  }
}
