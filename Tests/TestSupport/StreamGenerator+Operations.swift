import GuestModel
import ShadowModel

/// The operations of a random stream.
extension StreamGenerator {
  mutating func makeOperations(_ count: Int) -> [Operation] {
    var operations: [Operation] = []
    if chance(9, in: 10) { boot(&operations) }
    let fetches = chance(1, in: 2)
    rootLoadPercent = pick([1, 3, 8, 20])
    announcesDying = chance(1, in: 2)
    while operations.count < count { addOperation(&operations, fetches: fetches) }
    return Array(operations.prefix(count))
  }

  /// Brings all vCPUs into the paged mode.
  private mutating func boot(_ operations: inout [Operation]) {
    for number in 0..<configuration.shape.vcpus where number == 0 || chance(5, in: 6) {
      if number != 0 { operations.append(.onVCPU(number)) }
      for _ in 0..<random.below(4) {
        operations.append(.access(UInt64(random.below(5000)) * 4096, randomKind(false)))
      }
      operations.append(.loadRoot(pick(layout.roots(mode))))
      operations.append(.setMode(mode))
    }
  }

  private mutating func addOperation(_ operations: inout [Operation], fetches: Bool) {
    if chance(rootLoadPercent, in: 100) { operations.append(randomRootLoad()) }
    switch random.below(100) {
    case 0..<45: operations.append(.access(randomAddress(), randomKind(fetches)))
    case 45..<49: operations.append(randomMask())
    case 49..<68: addEntryWrite(&operations)
    case 68..<75: addZeroWrites(&operations)
    case 75..<79: operations.append(randomFill())
    case 79..<82: addCopy(&operations)
    case 82..<85: operations.append(.invalidatePage(randomAddress()))
    case 85..<87: addModeChange(&operations)
    case 87: operations.append(randomAllocation())
    case 88..<94: operations.append(.onVCPU(random.below(configuration.shape.vcpus)))
    case 94: operations.append(.mark(UInt32(random.below(9)), nanoseconds: 5))
    case 95: operations.append(malformed())
    case 96 where announcesDying: addExit(&operations)
    case 97:
      let table = randomTable()
      let change = Operation.changeEntry(table, random.below(mode.entriesPerTable), .empty)
      operations.append(chance(1, in: 4) ? .unshadow(table) : change)
    case 98 where chance(1, in: 2):
      operations.append(.flushTLBs(random.next() & random.next()))
    default:
      // The same page again and again.
      let address = randomAddress()
      for _ in 0..<3 { operations.append(.access(address, randomKind(fetches))) }
    }
  }

  private mutating func randomKind(_ fetches: Bool) -> AccessKind {
    var kind: AccessKind = []
    switch random.below(10) {
    case 0...4: kind = .write
    case 5: if fetches { return .fetch }
    default: break
    }
    if chance(1, in: 5) { kind.insert(.user) }
    return kind
  }

  // MARK: Addresses

  private func address(_ upper: [Int], _ leaf: Int) -> UInt64 {
    let shifts = AddressSpace.upperShifts(mode)
    var address = UInt64(leaf) << 12
    for (index, shift) in zip(upper, shifts) { address |= UInt64(index) << shift }
    return address
  }

  private mutating func randomAddress() -> UInt64 {
    if chance(1, in: 3) { return tableAddress(randomTable(), 0) }
    if chance(1, in: 12) { return UInt64(random.below(8)) << 12 }
    let second = randomIndex(2)
    var upper = [second]
    if mode == .pae { upper = [random.below(4), second] }
    if mode == .fourLevel { upper = [randomIndex(4), randomIndex(3), second] }
    var address = address(upper, randomIndex(1)) + UInt64(random.below(512) * 8)
    // A canonical address, as programs have it, or a meaningless upper part.
    if chance(1, in: 8) { address |= 0xFFFF_0000_0000_0000 }
    return address
  }

  /// Where entry `index` of the table in `frame` can be written: a window, the superpage, or the
  /// frame's own number, which is right while unpaged.
  private mutating func tableAddress(_ frame: GFN, _ index: Int) -> UInt64 {
    let offset = UInt64(index * mode.entryBytes)
    let number = frame.index - layout.first
    var upper = [Int](repeating: 0, count: AddressSpace.upperShifts(mode).count)
    switch random.below(9) {
    case 0 where chance(1, in: 2): return UInt64(frame.index) * 4096 + offset
    case 1, 2:
      upper[upper.count - 1] = Self.superpageIndex
      return address(upper, frame.index) + offset
    default:
      upper[upper.count - 1] = pick(Self.windowIndices)
      return address(upper, number) + offset
    }
  }

  /// A table and the level that it was meant for.
  private mutating func randomTarget() -> (frame: GFN, level: Int) {
    if mode == .pae && chance(1, in: 15) { return (pick(layout.tops), 2) }
    if chance(1, in: 20) { return (pick(layout.windows), 1) }
    let levels = mode == .fourLevel ? [1, 1, 1, 2, 3, 4] : [1, 1, 2]
    let level = pick(levels)
    return (pick(layout.tables[level]), level)
  }

  /// An index that seldom breaks the way to the low addresses.
  private mutating func writtenIndex(_ level: Int) -> Int {
    while true {
      let index = randomIndex(level)
      if !isLow(level, index) || chance(1, in: 60) { return index }
    }
  }

  // MARK: Single operations

  private mutating func randomRootLoad() -> Operation { .loadRoot(pick(layout.roots(mode))) }

  private mutating func randomMask() -> Operation {
    var mask = random.next() & random.next()
    if chance(1, in: 2) { mask &= random.next() & random.next() }
    return .accessMask(randomAddress() & ~0x3FFFF, mask, randomKind(false))
  }

  private mutating func addEntryWrite(_ operations: inout [Operation]) {
    let (frame, level) = randomTarget()
    for _ in 0..<1 + random.below(4) {
      var entry = randomEntry(level, from: frame)
      if chance(1, in: 6) { entry = .empty }
      operations.append(.writeEntry(tableAddress(frame, writtenIndex(level)), entry))
    }
    if chance(1, in: 3) { operations.append(.access(randomAddress(), randomKind(false))) }
  }

  /// Zero writes in a row, through one mapping.
  private mutating func addZeroWrites(_ operations: inout [Operation]) {
    let (frame, level) = randomTarget()
    let base = tableAddress(frame, 0)
    for _ in 0..<2 + random.below(2) {
      let offset = UInt64(writtenIndex(level) * mode.entryBytes)
      operations.append(.writeEntry(base + offset, .empty))
    }
  }

  private mutating func randomFill() -> Operation {
    let (frame, level) = randomTarget()
    let address = tableAddress(frame, writtenIndex(level))
    let ascending = chance(1, in: 2)
    var first = GuestEntry(frame: randomFrame(), flags: randomEntry(1, from: frame).flags)
    if chance(1, in: 4) { first = .empty }
    let count = 1 + random.below(level == 1 ? 40 : 2)
    return .fillEntries(address, count: count, first: first, ascending: ascending)
  }

  private mutating func addCopy(_ operations: inout [Operation]) {
    let (frame, level) = randomTarget()
    let source = chance(1, in: 20) ? randomFrame() : pick(layout.tables[level])
    let flags = pick([0, 0, GuestEntry.Flag.accessed | GuestEntry.Flag.dirty])
    for _ in 0..<1 + random.below(3) {
      let index = writtenIndex(level)
      operations.append(
        .copyEntry(tableAddress(frame, index), from: source, index: index, adding: flags))
    }
  }

  private mutating func addModeChange(_ operations: inout [Operation]) {
    if chance(2, in: 3) {
      operations.append(.setMode(mode))
      operations.append(.setMode(mode))
      return
    }
    operations.append(.setMode(.unpaged))
    for _ in 0..<random.below(6) { addOperation(&operations, fetches: false) }
    operations.append(.setMode(mode))
  }

  /// A process ends: it is announced, and its tables are cleared, with its root loaded or not.
  private mutating func addExit(_ operations: inout [Operation]) {
    var root = pick(layout.roots(mode))
    if chance(1, in: 8) { root = randomTable() }
    if chance(1, in: 3) { operations.append(.loadRoot(root)) }
    operations.append(.pagetableDying(root))
    if chance(1, in: 2) { operations.append(randomRootLoad()) }
    for _ in 0..<random.below(4) { addZeroWrites(&operations) }
    if chance(1, in: 2) {
      let index = writtenIndex(mode == .fourLevel ? 4 : 2)
      operations.append(.writeEntry(tableAddress(root, index), .empty))
    }
  }

  private mutating func randomAllocation() -> Operation {
    let change = chance(1, in: 2) ? random.below(12) : random.below(60) - 30
    return .setAllocation(pages: configuration.allocationPages + change)
  }

  /// Operations that must do nothing.
  private mutating func malformed() -> Operation {
    switch random.below(5) {
    case 0: .loadRoot(GFN(configuration.frameCount + random.below(9)))
    case 1: .onVCPU(configuration.shape.vcpus + random.below(3))
    case 2: Operation(.setMode, short: UInt16(random.below(9)))
    case 3: Operation(head: UInt64(100 + random.below(150)), operand: random.next())
    default: .copyEntry(randomAddress(), from: GFN(0xFFFFFF), index: 1023, adding: 3)
    }
  }
}
