import GuestModel

/// What a walk of the guest's tables found (F4).
struct GuestWalk: BitwiseCopyable {
  /// Tables above the leaf level with the index used, the highest first.
  var tables: InlineArray<3, Int> = [0, 0, 0]
  var indices: InlineArray<3, Int> = [0, 0, 0]
  /// How many of them.
  var depth = 0
  /// The leaf table; 0 for a superpage.
  var leafTable = 0
  /// The index in the leaf table or superpage.
  var leafIndex = 0
  /// The entry that maps the page; a superpage's with the frame of the page itself.
  var entry = GuestEntry.empty
  /// The first frame of the superpage.
  var superpageFrame = GFN(0)
  /// The root slot that it went through: with PAE one per GiB.
  var rootSlot = 0

  var isSuperpage: Bool { leafTable == 0 }
}

extension ShadowDomain {
  /// An entry of a table, the unpaged guest's identity map included.
  @inline(__always)
  func guestEntry(_ table: Int, _ index: Int) -> GuestEntry {
    table == unpagedTable
      ? GuestEntry(frame: GFN(index &<< 10), flags: GuestEntry.Flag.all)
      : memory.entry(table, index)
  }

  /// F4: walks the guest's tables and, if the access is allowed, sets Accessed and Dirty.
  func walkGuest(_ address: UInt64, _ kind: AccessKind) -> GuestWalk? {
    var walk = GuestWalk()
    var rights = GuestEntry.Flag.writable | GuestEntry.Flag.user
    let page = (address &>> 12) & pageMask
    let leaf = page &>> leafBits
    walk.leafIndex = Int(page & ((1 &<< leafBits) &- 1))
    guard var table = topTable(leaf) else { return nil }
    let mode = vcpus[current].mode
    if mode == .pae { walk.rootSlot = Int(leaf &>> 9 & 3) }
    var shift: UInt64 = mode == .fourLevel ? 18 : 0
    let indexMask: UInt64 = mode == .fourLevel || mode == .pae ? 511 : 1023
    while true {
      let index = Int(leaf &>> shift & indexMask)
      let entry = guestEntry(table, index)
      guard entry.has(GuestEntry.Flag.present) else { return nil }
      rights &= entry.flags
      walk.tables[walk.depth] = table
      walk.indices[walk.depth] = index
      walk.depth += 1
      if shift == 0 {
        if entry.has(GuestEntry.Flag.superpage) {
          let first = entry.frame.index & ~((1 << Int(leafBits)) - 1)
          walk.superpageFrame = GFN(first)
          walk.entry = GuestEntry(frame: GFN(first + walk.leafIndex), flags: entry.flags)
          break
        }
        table = memory.table(in: entry.frame)
        guard table != 0 else { return nil }
        walk.leafTable = table
        walk.entry = memory.entry(table, walk.leafIndex)
        guard walk.entry.has(GuestEntry.Flag.present) else { return nil }
        rights &= walk.entry.flags
        break
      }
      table = memory.table(in: entry.frame)
      guard table != 0 else { return nil }
      shift &-= 9
    }
    if kind.contains(.write) && rights & GuestEntry.Flag.writable == 0 { return nil }
    if kind.contains(.user) && rights & GuestEntry.Flag.user == 0 { return nil }
    markUsed(&walk, writes: kind.contains(.write))
    return walk
  }

  /// The table below the root register: the root, or with PAE the directory of that GiB.
  private func topTable(_ leaf: UInt64) -> Int? {
    let table: Int
    switch vcpus[current].mode {
    case .unpaged: table = unpagedTable
    case .pae:
      let entry = GuestEntry(rawValue: vcpus[current].topEntries[Int(leaf &>> 9 & 3)])
      guard entry.has(GuestEntry.Flag.present) else { return nil }
      table = memory.table(in: entry.frame)
    case .twoLevel, .fourLevel: table = memory.table(in: GFN(vcpus[current].rootFrame))
    }
    return table == 0 ? nil : table
  }

  private func markUsed(_ walk: inout GuestWalk, writes: Bool) {
    if walk.tables[0] == unpagedTable { return }
    for level in 0..<walk.depth {
      let isLast = level == walk.depth - 1
      memory.markUsed(
        walk.tables[level], walk.indices[level], dirty: writes && isLast && walk.isSuperpage)
    }
    var flags = walk.entry.flags | GuestEntry.Flag.accessed
    if writes { flags |= GuestEntry.Flag.dirty }
    walk.entry = GuestEntry(frame: walk.entry.frame, flags: flags)
    if !walk.isSuperpage { memory.markUsed(walk.leafTable, walk.leafIndex, dirty: writes) }
  }
}
