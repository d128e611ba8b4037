import GuestModel

@testable import Bench

/// Follows a capture's operations through its page tables, and notes who touches what.
///
/// It knows nothing of shadows: it is the processor, as far as a capture's operations need one.
struct CaptureReplay: ~Copyable {
  /// A page of a process, by its leaf table as an index of the layout's places.
  struct Page: Hashable {
    var place: Int
    var entry: Int
  }

  let workload: CaptureWorkload
  var memory: GuestMemory
  /// The entries of each place that mask operations touched.
  var touched: [EntryMask]
  /// Those that they wrote.
  var written: [EntryMask]
  /// How often they touched each page, if that is wanted.
  var touches: [Page: Int] = [:]
  /// Kernel entries.
  var kernelReads = 0
  /// What was wrong, the first few of it.
  var complaints: [String] = []
  private var vcpu = 0
  private var roots: [Int: Int] = [:]
  private let processOfRoot: [Int: Int]
  private let countsTouches: Bool

  init(_ workload: CaptureWorkload, countsTouches: Bool = false) {
    self.workload = workload
    self.countsTouches = countsTouches
    touched = Array(repeating: .zero, count: workload.layout.places.count)
    written = touched
    memory = workload.makeMemory()
    var processOfRoot: [Int: Int] = [:]
    for (process, root) in workload.layout.roots.enumerated() {
      processOfRoot[root.index] = process
    }
    self.processOfRoot = processOfRoot
  }

  mutating func perform(_ operation: Operation) {
    switch operation.code {
    case .onVCPU: vcpu = Int(operation.short)
    case .loadRoot: roots[vcpu] = Int(operation.operand)
    case .setMode, .mark: break
    case .access: access(operation)
    case .accessMask: accessMask(operation)
    case .writeEntry:
      write(operation.operand, 1, GuestEntry(rawValue: operation.long), ascending: false)
    case .fillEntries, .fillAscending:
      write(
        operation.operand, Int(operation.short) + 1, GuestEntry(rawValue: operation.long),
        ascending: operation.code == .fillAscending)
    default: complain("unexpected \(operation)")
    }
  }

  /// Forgets what was touched.
  mutating func forget() {
    for place in touched.indices {
      touched[place] = .zero
      written[place] = .zero
    }
    touches.removeAll()
  }

  private mutating func complain(_ text: String) {
    if complaints.count < 5 { complaints.append(text) }
  }

  /// The table that the last step of a walk uses, and the index in it; nil where it ends early.
  private func walk(_ address: UInt64) -> (table: Int, index: Int, isSuperpage: Bool)? {
    let mode = workload.shape.mode
    let mask = UInt64(mode.entriesPerTable - 1)
    guard let root = roots[vcpu] else { return nil }
    var table = memory.table(in: GFN(root))
    for shift in AddressSpace.upperShifts(mode) {
      let index = Int(address >> shift & mask)
      let entry = memory.entry(table, index)
      guard entry.has(GuestEntry.Flag.present) else { return nil }
      if entry.has(GuestEntry.Flag.superpage) { return (table, index, true) }
      table = memory.table(in: entry.frame)
      guard table != 0 else { return nil }
    }
    return (table, Int(address >> 12 & mask), false)
  }

  private mutating func access(_ operation: Operation) {
    let address = operation.operand
    guard let step = walk(address) else {
      return complain("access to \(String(address, radix: 16)): no table")
    }
    let entry = memory.entry(step.table, step.index)
    if operation.kind == .read {
      kernelReads += 1
      if !step.isSuperpage { complain("a kernel read outside the direct map") }
    }
    let user = operation.kind.contains(.user) ? GuestEntry.Flag.user : 0
    let write = operation.kind.contains(.write) ? GuestEntry.Flag.writable : 0
    if !entry.has(GuestEntry.Flag.present | GuestEntry.Flag.accessed | user | write) {
      complain("access to \(String(address, radix: 16)): entry \(entry)")
    }
  }

  private mutating func accessMask(_ operation: Operation) {
    let address = UInt64(operation.long) << 18
    guard let step = walk(address), !step.isSuperpage, let root = roots[vcpu],
      let process = processOfRoot[root]
    else { return complain("accesses to \(String(address, radix: 16)): no table") }
    let base = memory.plane(step.table, step.index >> 6, 0)
    var allowed = memory.planes[base + GuestMemory.Plane.present]
    allowed &= memory.planes[base + GuestMemory.Plane.user]
    allowed &= memory.planes[base + GuestMemory.Plane.accessed]
    if operation.kind.contains(.write) {
      allowed &= memory.planes[base + GuestMemory.Plane.writable]
      allowed &= memory.planes[base + GuestMemory.Plane.dirty]
    }
    if operation.operand & ~allowed != 0 || operation.operand == 0 {
      complain("accesses to \(String(address, radix: 16)): \(operation)")
    }
    guard let place = place(of: address, process) else { return complain("no place") }
    let word = Int(address >> 18 & 7)
    touched[place][word] |= operation.operand
    if operation.kind.contains(.write) { written[place][word] |= operation.operand }
    guard countsTouches else { return }
    for bit in 0..<64 where operation.operand >> UInt64(bit) & 1 == 1 {
      touches[Page(place: place, entry: word * 64 + bit), default: 0] += 1
    }
  }

  /// The place that maps `address`, by bisection: a process's places go upwards.
  private func place(of address: UInt64, _ process: Int) -> Int? {
    let layout = workload.layout
    var range = layout.placesOfProcess[process]
    while range.count > 1 {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        layout.places[middle].address <= address
        ? middle..<range.upperBound : range.lowerBound..<middle
    }
    guard let found = range.first, layout.places[found].address >> 21 == address >> 21 else {
      return nil
    }
    return found
  }

  private mutating func write(
    _ address: UInt64, _ count: Int, _ first: GuestEntry, ascending: Bool
  ) {
    let mode = workload.shape.mode
    guard let step = walk(address), step.isSuperpage else {
      return complain("an entry is written at \(String(address, radix: 16))")
    }
    let offset = Int(address - workload.layout.directMap.base)
    let table = memory.table(in: GFN(offset >> 12))
    let index = (offset & 4095) / mode.entryBytes
    guard table != 0, index + count <= mode.entriesPerTable else {
      return complain("\(count) entries are written at \(index) of table \(table)")
    }
    for entry in 0..<count {
      let frame = ascending ? first.frame + entry : first.frame
      memory.setEntry(table, index + entry, GuestEntry(frame: frame, flags: first.flags))
    }
  }
}

/// All operations of a workload.
func operations(of workload: CaptureWorkload, blockSize: Int = 4096) -> [Operation] {
  var source = workload.makeSource()
  var block = OperationBlock(capacity: blockSize)
  var result: [Operation] = []
  while true {
    block.removeAll()
    source.fill(&block)
    if block.count == 0 { return result }
    for index in 0..<block.count { result.append(block.operations[index]) }
  }
}
