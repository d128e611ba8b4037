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
  init(_ workload: any Workload, name: String, limit: Int?) throws(InputError) {
    mode = workload.shape.mode
    self.name = name
    machine = Machine(
      ReplayMachine(workload.makeMemory(), mode: mode, root: nil, isPainted: false))
    for frame in 0..<machine.value.memory.frameCount
    where machine.value.memory.tableOfFrame[frame] != 0 {
      tables.insert(GFN(frame))
    }
    var state = ReplayStart(name: name, mode: mode)
    var reader = OperationReader(workload, limit: limit)
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

  /// The place of the guest in all roots, which is linked for one address in each mode.
  ///
  /// - Parameter superpages: how many it needs.
  /// - Throws: ``InputError`` when some root uses that place
  func place(superpages: Int) throws(InputError) -> ReplayLayout.Place {
    let isFree =
      switch mode {
      case .fourLevel: !Self.isSet(top, ReplayLayout.slot64)
      case .pae: Self.isFree(directories[ReplayLayout.slotPAE], ReplayLayout.entryPAE, superpages)
      case .twoLevel, .unpaged: Self.isFree(top, ReplayLayout.entryTwoLevel, superpages)
      }
    guard isFree, superpages <= ReplayLayout.windowSuperpages(mode) else {
      throw InputError(
        file: name,
        reason: isFree
          ? "its stream is too long for the replay guest's window of 128 MiB: shorten the workload"
          : "its roots use the addresses from 0x\(String(ReplayLayout.base(mode), radix: 16)) on, "
            + "where the replay guest lies")
    }
    return ReplayLayout.place(mode)
  }

  private static func isSet(_ bits: [UInt64], _ index: Int) -> Bool {
    bits[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  private static func isFree(_ bits: [UInt64], _ first: Int, _ count: Int) -> Bool {
    !(first..<min(first + count, bits.count * 64)).contains { isSet(bits, $0) }
  }
}
