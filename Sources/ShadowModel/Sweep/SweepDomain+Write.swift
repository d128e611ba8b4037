import GuestModel

/// Writes of table entries for many allocations: they must come out the same at all of them.
extension SweepDomain {
  private var entryBytes: Int { configuration.shape.mode.entryBytes }

  mutating func write(_ operation: Operation) {
    let address = operation.operand
    var count = 1
    if operation.code == .fillEntries || operation.code == .fillAscending {
      count = min(Int(operation.short) + 1, (4096 - Int(address & 4095)) / entryBytes)
    }
    var number = 0
    while number < count && refusal == nil {
      let place = address &+ UInt64(number * entryBytes)
      accesses += 1
      faultsLeft = 64
      pendingEntry = operation.entry(number, memory)
      if allHit(place, .write) && codeGeneration == generation || becomesWritable(place) {
        store(operation, place, from: number, count: count)
        accesses += count - number - 1
        return
      }
      number += 1
    }
  }

  private mutating func store(
    _ operation: Operation, _ address: UInt64, from start: Int, count: Int
  ) {
    let page = (address &>> 12) & pageMask
    let leaf = shadowPath(page &>> leafBits).leaf
    let owner = Int(objects[leaf].table)
    let index = Int(page & ((1 &<< leafBits) &- 1))
    if owner != 0 && tables[owner].outOfSync != 0 {
      return refuse(.divergence, between: tables[owner].outOfSync)
    }
    let frame =
      owner == 0
      ? GFN(Int(objects[leaf].frame) + index)
      : GFN(memory.targets[owner &* memory.entriesPerTable &+ index])
    var table = memory.table(in: frame)
    for number in start..<count {
      let entry = operation.entry(number, memory)
      if table == 0 {
        if entry.rawValue == 0 { continue }
        table = ensureTable(in: frame)
      }
      let place = Int(operation.operand & 4095) / entryBytes + number
      if place < memory.entriesPerTable { memory.setEntry(table, place, entry) }
    }
  }

  /// E1 in the one case that guests meet while all allocations still agree: a new entry of a
  /// directory whose table is not shadowed yet.
  mutating func emulateAtBoot(_ address: UInt64, _ table: Int, _ mask: SizeMask) {
    guard mask == full, let new = pendingEntry, new.rawValue != 0,
      let type = ShadowType(rawValue: objects[Int(tables[table].object)].type), !type.isLeaf,
      !new.has(GuestEntry.Flag.superpage), new.frame.index < memory.frameCount,
      configuration.shape.mode != .pae
    else { return refuse(.emulation) }
    let index = Int(address & 4095) / entryBytes
    let old = memory.entry(table, index)
    let slot = Int(objects[Int(tables[table].object)].slot)
    guard uppers.links[slot * 1024 + index] == 0, new.has(GuestEntry.Flag.present),
      !old.has(GuestEntry.Flag.present)
    else { return refuse(.emulation) }
    counters.count(.faultEmulateWrite, full)
    memory.setEntry(table, index, new)
    _ = lookUp(table, type, full)
    counters.count(type.validationCounter, full)
    let (_, missing) = lookUp(ensureTable(in: new.frame), type.tableBelow, full)
    if missing != full { refuse(.emulation) }
    emulatedPage = (address &>> 12) & pageMask &+ 1
  }
}
