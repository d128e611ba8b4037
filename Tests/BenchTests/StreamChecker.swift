import GuestModel
import Testing

@testable import Bench

/// Follows a stream as a guest without a hypervisor would: translates every access, carries out
/// every write of an entry, and counts what happens in each second.
struct StreamChecker: ~Copyable {
  /// What was seen in a second.
  struct Second {
    var rootLoads = 0
    var nanoseconds: UInt64 = 0
    /// User pages accessed by masks, a word per 64 of them.
    var touched: [Place: UInt64] = [:]
    var demandFaults = 0
    var entryWrites = 0
    var fills = 0

    /// Touched leaf tables.
    func leaves(shift: UInt64) -> Set<Place> {
      Set(touched.keys.map { Place(root: $0.root, page: $0.page >> (shift - 18)) })
    }
    var pages: Int { touched.values.reduce(0) { $0 + $1.nonzeroBitCount } }
    var roots: Set<GFN> { Set(touched.keys.map(\.root)) }
  }

  /// 256 KiB, or a leaf table, of an address space.
  struct Place: Hashable {
    var root: GFN
    var page: UInt64
  }

  private(set) var seconds: [Second] = []
  private(set) var complaints: [String] = []
  private(set) var operationCount = 0
  private(set) var checksum: UInt64 = 0
  private var memory: GuestMemory
  private let mode: PagingMode
  private var current = Second()
  private var vcpu = 0
  private var roots: [GFN]
  private var modes: [PagingMode]
  private var tables: [Place: Int] = [:]
  private var faulting: UInt64?

  init(_ workload: SyntheticWorkload) {
    memory = workload.makeMemory()
    mode = workload.shape.mode
    roots = Array(repeating: GFN(0), count: workload.shape.vcpus)
    modes = Array(repeating: .unpaged, count: workload.shape.vcpus)
    var source = workload.makeSource()
    var block = OperationBlock(capacity: 1000)
    while true {
      block.removeAll()
      source.fill(&block)
      if block.count == 0 { break }
      for index in 0..<block.count { take(block.operations[index]) }
    }
  }

  private mutating func take(_ operation: Operation) {
    operationCount += 1
    checksum = (checksum &* 0x100_0000_01B3) ^ operation.head &+ operation.operand &* 31
    switch operation.code {
    case .onVCPU: vcpu = Int(operation.short)
    case .loadRoot:
      roots[vcpu] = GFN(Int(operation.operand))
      if modes[vcpu] != .unpaged { current.rootLoads += 1 }
    case .setMode:
      modes[vcpu] = PagingMode(rawValue: UInt8(operation.short)) ?? .unpaged
    case .mark:
      current.nanoseconds = operation.operand
      if operation.long == seconds.count { seconds.append(current) } else { complain("mark") }
      current = Second()
    case .accessMask: accessMask(operation)
    case .access: access(operation)
    case .writeEntry:
      current.entryWrites += 1
      write(at: operation.operand, count: 1, operation.long, ascending: false)
    case .fillEntries, .fillAscending:
      current.fills += 1
      write(
        at: operation.operand, count: Int(operation.short) + 1, operation.long,
        ascending: operation.code == .fillAscending)
    case .invalidatePage: break
    default: complain("an operation that is not expected")
    }
  }

  private mutating func complain(_ what: String) {
    if complaints.count < 5 { complaints.append("\(what) at operation \(operationCount)") }
  }

  private mutating func accessMask(_ operation: Operation) {
    let address = UInt64(bitPattern: Int64(Int32(bitPattern: operation.long)) << 18)
    let start = mode == .fourLevel ? address : address & 0xFFFF_FFFF
    if operation.operand == 0 { complain("an empty mask") }
    if !isMapped(start, mask: operation.operand, operation.kind) { complain("a page not mapped") }
    if operation.kind.contains(.user) {
      current.touched[Place(root: roots[vcpu], page: start >> 18), default: 0] |= operation.operand
    }
  }

  private mutating func access(_ operation: Operation) {
    let isHit = isMapped(operation.operand, operation.kind)
    if let address = faulting {
      if address != operation.operand || !isHit { complain("a fault that is not fixed") }
      faulting = nil
    } else if isHit {
      complain("a demand fault that does not fault")
    } else {
      current.demandFaults += 1
      faulting = operation.operand
    }
  }

  private mutating func write(at address: UInt64, count: Int, _ raw: UInt32, ascending: Bool) {
    guard let frame = translate(address, .write) else { return complain("no table to write") }
    let table = memory.table(in: frame)
    let first = Int(address & 4095) / mode.entryBytes
    guard table != 0, first + count <= mode.entriesPerTable else {
      return complain("a write that is not to a table")
    }
    let entry = GuestEntry(rawValue: raw)
    for index in 0..<count {
      let frame = entry.frame + (ascending ? index : 0)
      if memory.table(in: frame) != 0, entry.has(GuestEntry.Flag.present) {
        complain("a user page that is a table")
      }
      memory.setEntry(table, first + index, GuestEntry(frame: frame, flags: entry.flags))
    }
  }

  private mutating func isMapped(_ address: UInt64, _ kind: AccessKind) -> Bool {
    translate(address, kind) != nil
  }

  /// Whether all pages of `mask` are mapped for `kind`, and were used before.
  private mutating func isMapped(_ start: UInt64, mask: UInt64, _ kind: AccessKind) -> Bool {
    let table = lastDirectory(start)
    guard table != 0 else { return false }
    guard table > 0 else { return isMapped(start, kind) }
    let group = Int(start >> 18) & (mode.entriesPerTable / 64 - 1)
    var missing: UInt64 = 0
    for number in Self.planes(kind) {
      missing |= ~memory.planes[memory.plane(table, group, number)]
    }
    return mask & missing == 0
  }

  private static func planes(_ kind: AccessKind) -> [Int] {
    typealias Plane = GuestMemory.Plane
    var planes = [Plane.present, Plane.accessed]
    if kind.contains(.write) { planes += [Plane.writable, Plane.dirty] }
    if kind.contains(.user) { planes += [Plane.user] }
    return planes
  }

  /// As `directory`, remembered: tables above the leaf tables never change.
  private mutating func lastDirectory(_ address: UInt64) -> Int {
    guard modes[vcpu] == mode else { return 0 }
    let place = Place(root: roots[vcpu], page: address >> mode.leafShift)
    let table = tables[place] ?? directory(address)
    tables[place] = table
    return table
  }

  /// The frame of `address`, nil if it is not mapped for `kind` or not used before.
  private mutating func translate(_ address: UInt64, _ kind: AccessKind) -> GFN? {
    let table = lastDirectory(address)
    guard table != 0 else { return nil }
    let isLarge = table < 0
    let shift: UInt64 = isLarge ? mode.leafShift : 12
    let mask = UInt64(mode.entriesPerTable - 1)
    let entry = memory.entry(abs(table), Int(address >> shift & mask))
    var flags: UInt32 = 0
    for number in Self.planes(kind) { flags |= 1 << UInt32(number) }
    guard entry.has(flags) else { return nil }
    let page = isLarge ? Int(address >> 12 & (1 << (mode.leafShift - 12) - 1)) : 0
    return entry.frame + page
  }

  /// The leaf table of `address`, or the negative directory if a superpage maps it, or 0.
  private func directory(_ address: UInt64) -> Int {
    var table = memory.table(in: roots[vcpu])
    let mask = UInt64(mode.entriesPerTable - 1)
    for shift in AddressSpace.upperShifts(mode) {
      guard table != 0 else { return 0 }
      let index = Int(address >> shift & mask)
      let entry = memory.entry(table, index)
      guard entry.has(GuestEntry.Flag.present) else { return 0 }
      if entry.has(GuestEntry.Flag.superpage) { return -table }
      table = memory.table(in: entry.frame)
    }
    return table
  }
}
