import GuestModel

/// What a look at the whole workload tells before its stream is made.
struct ReplaySurvey {
  /// Frames that hold a table at some time.
  var tables: Set<GFN> = []
  /// Tables that the workload begins to fill with something else than a whole page of entries.
  var uncleared: Set<GFN> = []
  /// Tables that are loaded as roots.
  var roots: Set<GFN> = []
  /// Frames that accesses reach and that hold no table.
  var touched: Set<GFN> = []
  /// Top entries that some root uses, or some address: a bit each.
  var top = [UInt64](repeating: 0, count: 16)
  /// With PAE, the same for the directories of each top entry.
  var directories = [[UInt64]](repeating: [UInt64](repeating: 0, count: 8), count: 4)

  private let mode: PagingMode
  private let name: String
  private var machine: Machine

  /// Holds what cannot be copied.
  private final class Machine {
    var value: ReplayMachine
    init(_ value: consuming ReplayMachine) { self.value = value }
  }

  /// Looks at a workload.
  /// - Throws: ``InputError`` for what the replay guest cannot do
  init(_ workload: any Workload, name: String) throws(InputError) {
    mode = workload.shape.mode
    self.name = name
    let memory = workload.makeMemory()
    for frame in 0..<memory.frameCount where memory.tableOfFrame[frame] != 0 {
      tables.insert(GFN(frame))
    }
    machine = Machine(ReplayMachine(memory, mode: mode, root: nil, isPainted: false))
    var state = ReplayStart(name: name, mode: mode)
    var reader = OperationReader(workload)
    while let operation = reader.next() {
      guard let operation = try state.take(operation) else { continue }
      try note(operation)
    }
    scan()
    touched.subtract(tables)
  }

  private func error(_ reason: String) -> InputError { InputError(file: name, reason: reason) }

  private mutating func note(_ operation: Operation) throws(InputError) {
    switch operation.code {
    case .access: noteAccess(operation.operand, operation.kind)
    case .accessMask:
      let base = UInt64(operation.long) << 18
      for bit in UInt64(0)..<64 where operation.operand >> bit & 1 == 1 {
        noteAccess(base + bit << 12, operation.kind)
      }
    case .invalidatePage: noteAddress(operation.operand)
    case .loadRoot:
      let root = GFN(UInt32(truncatingIfNeeded: operation.operand))
      guard root.index < machine.value.memory.frameCount else {
        throw error("the root \(root.rawValue) lies beyond the guest's memory")
      }
      scan()
      machine.value.root = root
      roots.insert(root)
      tables.insert(root)
      scan()
    default: try noteWrite(operation)
    }
  }

  private mutating func noteWrite(_ operation: Operation) throws(InputError) {
    noteAddress(operation.operand)
    guard case .frame(let frame) = machine.value.translate(operation.operand, .write) else {
      return
    }
    if tables.insert(frame).inserted {
      let isWhole =
        (operation.code == .fillEntries || operation.code == .fillAscending)
        && Int(operation.short) + 1 == mode.entriesPerTable
      if !isWhole { uncleared.insert(frame) }
    }
    var operation = operation
    if operation.code == .copyEntry {
      let table = machine.value.memory.table(in: GFN(operation.long))
      let index = Int(operation.short & 1023)
      let entry = table == 0 ? GuestEntry.empty : machine.value.memory.entry(table, index)
      operation = .writeEntry(
        operation.operand,
        GuestEntry(rawValue: entry.rawValue | UInt32(operation.short >> 10)))
    }
    if let problem = machine.value.perform(operation) { throw error(problem) }
  }

  private mutating func noteAccess(_ address: UInt64, _ kind: AccessKind) {
    noteAddress(address)
    if case .frame(let frame) = machine.value.translate(address, kind) { touched.insert(frame) }
  }

  private mutating func noteAddress(_ address: UInt64) {
    guard machine.value.root != nil else { return }
    switch mode {
    case .fourLevel: mark(&top, Int(address >> 39 & 511))
    case .pae:
      mark(&top, Int(address >> 30 & 3))
      mark(&directories[Int(address >> 30 & 3)], Int(address >> 21 & 511))
    case .twoLevel, .unpaged: mark(&top, Int(address >> 22 & 1023))
    }
  }

  private func mark(_ bits: inout [UInt64], _ index: Int) {
    bits[index >> 6] |= 1 << UInt64(index & 63)
  }

  /// Notes which entries the loaded root uses.
  private mutating func scan() {
    guard let root = machine.value.root else { return }
    let table = machine.value.memory.table(in: root)
    guard table != 0 else { return }
    if mode != .pae {
      Self.add(table, machine.value.memory, &top)
      return
    }
    for slot in 0..<4 {
      let entry = machine.value.memory.entry(table, slot)
      guard entry.has(GuestEntry.Flag.present) else { continue }
      mark(&top, slot)
      let directory = machine.value.memory.table(in: entry.frame)
      if directory != 0 { Self.add(directory, machine.value.memory, &directories[slot]) }
    }
  }

  private static func add(_ table: Int, _ memory: borrowing GuestMemory, _ bits: inout [UInt64]) {
    for group in 0..<memory.groupsPerTable {
      bits[group] |= memory.planes[memory.plane(table, group, GuestMemory.Plane.present)]
    }
  }

  /// A place for the guest in all roots.
  ///
  /// Entries below `reserved` (superpages, or with PAE top entries) are those of the guest's own
  /// map of all memory.
  /// - Parameter superpages: how many the guest needs.
  func place(superpages: Int, memoryMiB: Int) throws(InputError) -> ReplayLayout.Place {
    func isFree(_ bits: [UInt64], _ index: Int) -> Bool {
      bits[index >> 6] >> UInt64(index & 63) & 1 == 0
    }
    func run(_ bits: [UInt64], from start: Int, to end: Int) -> Int? {
      guard end - superpages >= start else { return nil }
      return (start...(end - superpages)).reversed().first { first in
        (first..<first + superpages).allSatisfy { isFree(bits, $0) }
      }
    }
    switch mode {
    case .fourLevel:
      if let slot = (1..<512).first(where: { isFree(top, $0) }) { return .top(slot: slot) }
    case .pae:
      let own = (memoryMiB + 1023) / 1024
      if let slot = (own..<4).reversed().first(where: { isFree(top, $0) }) {
        return .top(slot: slot)
      }
      for slot in (0..<4).reversed() {
        let start = max(0, min(512, memoryMiB / 2 - slot * 512))
        if let first = run(directories[slot], from: start, to: 512) {
          return .directory(slot: slot, first: first)
        }
      }
    case .twoLevel, .unpaged:
      if let first = run(top, from: memoryMiB / 4, to: 1024) { return .root(first: first) }
    }
    throw InputError(
      file: name,
      reason: "its roots leave no room for the replay guest's own \(superpages) superpages")
  }
}

/// A workload's operations one by one.
struct OperationReader: ~Copyable {
  private var source: any OperationSource
  private var block = OperationBlock()
  private var position = 0

  /// The operations of `workload` from the first one on.
  init(_ workload: any Workload) { source = workload.makeSource() }

  /// The next one; nil at the end.
  mutating func next() -> Operation? {
    if position == block.count {
      block.removeAll()
      source.fill(&block)
      position = 0
      if block.count == 0 { return nil }
    }
    defer { position += 1 }
    return block.operations[position]
  }
}

/// The start of a workload's guest, and what it does that the replay guest cannot.
///
/// The replay guest pages from its first operation on, with a root of its own that maps all memory
/// where it is. What the workload does while unpaged happens there; its first root is loaded
/// where the workload turns paging on.
struct ReplayStart {
  let name: String
  let mode: PagingMode
  /// Whether the workload's guest pages.
  private(set) var isPaged = false
  private var pending: Operation?
  private var number = 0

  init(name: String, mode: PagingMode) {
    self.name = name
    self.mode = mode
  }

  private func error(_ what: String) -> InputError {
    InputError(file: name, reason: "operation \(number): \(what)")
  }

  /// The operation that the replay guest does for one of the workload's; nil if none.
  mutating func take(_ operation: Operation) throws(InputError) -> Operation? {
    defer { number += 1 }
    guard let code = operation.code else { throw error("the code \(operation.rawCode) is none") }
    switch code {
    case .onVCPU:
      guard operation.short == 0 else {
        throw error("another vCPU than the first runs; the replay guest has one: give --vcpus 1")
      }
      return nil
    case .setAllocation:
      throw error("the host changes the allocation, which the replay guest cannot do")
    case .setMode: return try setMode(PagingMode(rawValue: UInt8(truncatingIfNeeded: operation.short)))
    case .loadRoot where !isPaged:
      pending = operation
      return nil
    case .access, .accessMask:
      let kind = AccessKind(rawValue: operation.kind.rawValue & 3)
      return Operation(code, kind: kind, long: operation.long, operand: operation.operand)
    default: return operation
    }
  }

  private mutating func setMode(_ wanted: PagingMode?) throws(InputError) -> Operation? {
    if wanted == .unpaged && !isPaged { return nil }
    guard wanted == mode, !isPaged else {
      throw error("the paging mode changes once paging is on, which the replay guest cannot do")
    }
    guard let root = pending else { throw error("paging is turned on without a root") }
    isPaged = true
    pending = nil
    return root
  }
}
