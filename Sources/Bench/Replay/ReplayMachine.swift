import GuestModel

/// What the replay guest reports about a phase: from one mark, or the start, to the next.
public struct ReplayPhase: Hashable, Sendable {
  /// Its number, from 0 on.
  public var number: Int
  /// Operations of the stream, the mark that ends it not among them.
  public var operations: Int
  /// Accesses that they made, table entries that were written among them.
  public var accesses: Int
  /// Page faults that the guest itself took.
  public var faults: Int
  /// A checksum over addresses and values.
  public var checksum: UInt64

  /// A phase.
  public init(number: Int, operations: Int, accesses: Int, faults: Int, checksum: UInt64) {
    self.number = number
    self.operations = operations
    self.accesses = accesses
    self.faults = faults
    self.checksum = checksum
  }
}

/// A processor without shadows: does a stream's operations on memory, and foretells by that what
/// the replay guest reports.
struct ReplayMachine: ~Copyable {
  /// What an address leads to.
  enum Translation: Hashable {
    case frame(GFN)
    case fault
    case outside
  }

  /// The guest's tables.
  var memory: GuestMemory
  let mode: PagingMode
  /// The loaded root; nil while unpaged.
  var root: GFN?
  /// Phases that have ended.
  private(set) var phases: [ReplayPhase] = []
  private var phase = ReplayPhase(
    number: 0, operations: 0, accesses: 0, faults: 0, checksum: ReplayRules.start)
  /// Operations so far.
  private(set) var number: UInt32 = 0
  /// The first word of each frame that holds no table.
  private var words: [UInt32]
  private var carried: UInt32 = 0
  private let isPainted: Bool

  /// A processor with `memory`, unpaged.
  init(_ memory: consuming GuestMemory, mode: PagingMode, root: GFN?, isPainted: Bool) {
    words = [UInt32](repeating: 0, count: isPainted ? memory.frameCount : 0)
    self.memory = memory
    self.mode = mode
    self.root = root
    self.isPainted = isPainted
  }

  /// Where `address` leads for an access of `kind`.
  func translate(_ address: UInt64, _ kind: AccessKind) -> Translation {
    guard var frame = root else { return inside(GFN(UInt32(truncatingIfNeeded: address >> 12))) }
    let mask = UInt64(mode.entriesPerTable - 1)
    for shift in Self.shifts(mode) {
      let table = memory.table(in: frame)
      guard table != 0 else { return .fault }
      let isPAETop = mode == .pae && shift == 30
      let entry = memory.entry(table, Int(address >> shift & (isPAETop ? 3 : mask)))
      guard entry.has(GuestEntry.Flag.present) else { return .fault }
      if !isPAETop {
        if kind.contains(.write) && !entry.has(GuestEntry.Flag.writable) { return .fault }
        if kind.contains(.user) && !entry.has(GuestEntry.Flag.user) { return .fault }
      }
      frame = entry.frame
      if shift == mode.leafShift && entry.has(GuestEntry.Flag.superpage) {
        return inside(frame + Int(address >> 12 & mask))
      }
    }
    return inside(frame)
  }

  private func inside(_ frame: GFN) -> Translation {
    frame.index < memory.frameCount ? .frame(frame) : .outside
  }

  private static func shifts(_ mode: PagingMode) -> [UInt64] {
    AddressSpace.upperShifts(mode) + [12]
  }

  /// Does one operation; a text if the replay guest could not.
  mutating func perform(_ operation: Operation) -> String? {
    defer { number &+= 1 }
    if operation.code == .mark {
      endPhase()
      return nil
    }
    phase.operations += 1
    switch operation.rawCode {
    case Operation.Code.access.rawValue:
      return access(operation.operand, operation.kind)
    case Operation.Code.accessMask.rawValue:
      let base = UInt64(operation.long) << 18
      for bit in UInt64(0)..<64 where operation.operand >> bit & 1 == 1 {
        if let problem = access(base + bit << 12, operation.kind) { return problem }
      }
    case Operation.Code.writeEntry.rawValue, Operation.Code.fillEntries.rawValue,
      Operation.Code.fillAscending.rawValue, Operation.Code.copyEntry.rawValue:
      return write(operation)
    case Operation.Code.loadRoot.rawValue:
      root = GFN(UInt32(truncatingIfNeeded: operation.operand))
      mix(operation.operand)
    case Operation.Code.invalidatePage.rawValue:
      mix(ReplayRules.canonical(operation.operand))
    case ReplayRules.paint: return paint(operation)
    case ReplayRules.source: return readSource(operation.operand)
    default: return "the code \(operation.rawCode) is none that the replay guest does"
    }
    return nil
  }

  /// Ends the last phase.
  mutating func endPhase() {
    phases.append(phase)
    phase = ReplayPhase(
      number: phases.count, operations: 0, accesses: 0, faults: 0, checksum: ReplayRules.start)
  }

  private mutating func mix(_ value: UInt64) {
    phase.checksum = ReplayRules.mix(phase.checksum, value)
  }

  private mutating func access(_ address: UInt64, _ kind: AccessKind) -> String? {
    phase.accesses += 1
    mix(ReplayRules.canonical(address))
    switch translate(address, kind) {
    case .outside: return Self.outside(address)
    case .fault:
      phase.faults += 1
      mix(ReplayRules.faulted)
    case .frame(let frame): mix(UInt64(ReplayRules.seen(value(address, kind, frame))))
    }
    return nil
  }

  /// What an access reads or writes, as it counts.
  private mutating func value(_ address: UInt64, _ kind: AccessKind, _ frame: GFN) -> UInt32 {
    let isTable = memory.table(in: frame) != 0
    if kind.contains(.write) {
      if kind.rawValue & ReplayRules.keep != 0 { return 0 }
      let stamp = ReplayRules.stamp(number, address)
      if isPainted { words[frame.index] = stamp }
      return stamp
    }
    guard isPainted else { return 0 }
    guard isTable else { return words[frame.index] }
    return ReplayRules.hardware(entry(at: address, in: frame).rawValue)
  }

  private func entry(at address: UInt64, in frame: GFN) -> GuestEntry {
    let table = memory.table(in: frame)
    return table == 0 ? .empty : memory.entry(table, Int(address & 4095) / mode.entryBytes)
  }

  private static func outside(_ address: UInt64) -> String {
    "the address 0x\(String(address, radix: 16)) leads to a frame beyond the guest's memory"
  }

  private mutating func paint(_ operation: Operation) -> String? {
    let count = Int(operation.short) + 1
    phase.accesses += count
    mix(operation.operand)
    mix(UInt64(count))
    for page in 0..<count {
      let address = operation.operand + UInt64(page) << 12
      guard case .frame(let frame) = translate(address, .write) else {
        return Self.outside(address)
      }
      if isPainted { words[frame.index] = UInt32(truncatingIfNeeded: address) }
    }
    return nil
  }

  private mutating func readSource(_ address: UInt64) -> String? {
    phase.accesses += 1
    guard case .frame(let frame) = translate(address, .read) else { return Self.outside(address) }
    carried = entry(at: address, in: frame).rawValue
    mix(ReplayRules.canonical(address))
    mix(UInt64(ReplayRules.seen(ReplayRules.hardware(carried))))
    return nil
  }

  private mutating func write(_ operation: Operation) -> String? {
    let isFill = operation.code == .fillEntries || operation.code == .fillAscending
    let count = isFill ? Int(operation.short) + 1 : 1
    let first = Int(operation.operand & 4095) / mode.entryBytes
    guard first + count <= mode.entriesPerTable else { return "the entries leave their page" }
    guard Int(operation.operand & 4095) & (mode.entryBytes - 1) == 0 else {
      return "the entry's address is not a multiple of \(mode.entryBytes)"
    }
    phase.accesses += count
    let value =
      operation.code == .copyEntry
      ? carried | UInt32(operation.short >> 10) : operation.long
    mix(ReplayRules.canonical(operation.operand))
    mix(UInt64(ReplayRules.seen(ReplayRules.hardware(value))) | UInt64(count) << 32)
    switch translate(operation.operand, .write) {
    case .outside: return Self.outside(operation.operand)
    case .fault:
      phase.faults += count
      mix(ReplayRules.faulted)
    case .frame(let frame):
      let table = memory.ensureTable(in: frame)
      let step: UInt32 = operation.code == .fillAscending ? 0x100 : 0
      for offset in 0..<count {
        memory.setEntry(
          table, first + offset, GuestEntry(rawValue: value &+ UInt32(offset) &* step))
      }
    }
    return nil
  }
}
