import GuestModel

/// Writes of table entries for many allocations.
///
/// Memory is one for all: a write takes place once, when all allocations have come to it, whether
/// they store or have it emulated. Those that would leave other memory than most are dropped.
extension SweepDomain {
  var entryBytes: Int { configuration.shape.mode.entryBytes }

  mutating func write(_ operation: Operation) {
    let address = operation.operand
    var count = 1
    if operation.code == .fillEntries || operation.code == .fillAscending {
      count = min(Int(operation.short) + 1, (4096 - Int(address & 4095)) / entryBytes)
    }
    var stores: [SweepWrite] = []
    var storing: SizeMask = 0
    var number = 0
    while number < count && full != 0 {
      let place = address &+ UInt64(number * entryBytes)
      accesses += 1
      faultsTaken = [0, 0, 0, 0, 0, 0, 0]
      pendingEntry = operation.entry(number, memory)
      let isPlain = number == 0 && codeGeneration == generation && allHit(place, .write)
      let hitting = isPlain ? full : mend(place, .write, full & ~storing, checksCode: true)
      if hitting != 0 { addStores(place, hitting, &stores) }
      storing |= hitting
      if stores.count == 1 && full & ~storing == 0 {
        store(operation, stores[0].frame, from: number, count: count)
        accesses += count - number - 1
        return
      }
      for group in stores.indices { stores[group].entry = operation.entry(number, memory) }
      if let write = agreed(place, stores) { emulate(place, write) }
      number += 1
    }
  }

  /// The frames that a write reaches where it hits.
  private mutating func addStores(
    _ address: UInt64, _ mask: SizeMask, _ stores: inout [SweepWrite]
  ) {
    let page = (address &>> 12) & pageMask
    let leaf = shadowPath(page &>> leafBits).leaf
    let owner = Int(objects[leaf].table)
    let index = Int(page & ((1 &<< leafBits) &- 1))
    if owner == 0 {
      return Self.add(GFN(Int(objects[leaf].frame) + index), mask, &stores)
    }
    var left = mask
    if tables[owner].outOfSync & mask != 0 {
      for entry in outOfSync where entry.table == owner && entry.mask & left != 0 {
        Self.add(memory.frame(entry.snapshot, index), entry.mask & left, &stores)
        left &= ~entry.mask
      }
    }
    if left != 0 { Self.add(memory.frame(owner, index), left, &stores) }
  }

  private static func add(_ frame: GFN, _ mask: SizeMask, _ stores: inout [SweepWrite]) {
    if let same = stores.firstIndex(where: { $0.frame == frame }) {
      stores[same].mask |= mask
    } else {
      stores.append(SweepWrite(frame: frame, entry: .empty, mask: mask))
    }
  }

  /// Every allocation stores this entry and all that follow it in the page.
  private mutating func store(
    _ operation: Operation, _ frame: GFN, from start: Int, count: Int
  ) {
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

  /// What is written: by the most allocations, if not all, and the others are dropped.
  private mutating func agreed(_ address: UInt64, _ stores: [SweepWrite]) -> SweepWrite? {
    let index = Int(address & 4095) / entryBytes
    var writes = stores
    for group in emulating {
      writes.append(
        SweepWrite(
          frame: GFN(tables[group.table].frame), entry: pendingEntry ?? .empty, mask: group.mask))
    }
    var kinds: [SweepWrite] = []
    var idle = SweepWrite(frame: GFN(0), entry: .empty, mask: full, isIdle: true)
    for write in writes {
      let table = memory.table(in: write.frame)
      let old = table == 0 || index >= memory.entriesPerTable ? .empty : memory.entry(table, index)
      if old == write.entry || index >= memory.entriesPerTable { continue }
      idle.mask &= ~write.mask
      let same = kinds.firstIndex { $0.frame == write.frame && $0.entry == write.entry }
      if let same { kinds[same].mask |= write.mask } else { kinds.append(write) }
    }
    kinds.append(idle)
    let most = kinds.max {
      ($0.mask & full).nonzeroBitCount < ($1.mask & full).nonzeroBitCount
    }
    guard let most else { return nil }
    drop(~most.mask, .divergence)
    return most
  }
}

/// A write of an entry, at the allocations of `mask`.
struct SweepWrite {
  var frame: GFN
  var entry: GuestEntry
  var mask: SizeMask
  /// Whether it leaves memory as it was.
  var isIdle = false
}
