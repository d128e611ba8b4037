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
  /// The flags of the entry that maps the page.
  var flags: UInt32 = 0
  /// The first frame of the superpage.
  var superpageFrame = GFN(0)
  /// Whether the page lies beyond the guest's memory.
  var isOutside = false
  /// The table in the frame of the page, 0 for none.
  var target = 0
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
  mutating func walkGuest(_ address: UInt64, _ kind: AccessKind) -> GuestWalk? {
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
          let frame = GFN(first + walk.leafIndex)
          walk.superpageFrame = GFN(first)
          walk.flags = entry.flags
          walk.isOutside = frame.index >= memory.frameCount
          walk.target = memory.table(in: frame)
          break
        }
        table = memory.table(in: entry.frame)
        guard table != 0 else { return nil }
        walk.leafTable = table
        readLeaf(&walk)
        rights &= walk.flags
        if walk.flags & GuestEntry.Flag.present == 0 { return nil }
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

  /// Takes what the walk needs of the leaf entry; its frame is looked at only if it holds a table.
  @inline(__always)
  private func readLeaf(_ walk: inout GuestWalk) {
    let table = walk.leafTable
    let index = walk.leafIndex
    walk.flags = memory.flags(table, index)
    let base = memory.plane(table, index &>> 6, 0)
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    walk.isOutside = memory.planes[base &+ GuestMemory.Plane.outside] & bit != 0
    if memory.planes[base &+ GuestMemory.Plane.table] & bit != 0 {
      walk.target = memory.table(in: memory.frame(table, index))
    }
  }

  /// The table below the root register: the root, or with PAE the directory of that GiB.
  private mutating func topTable(_ leaf: UInt64) -> Int? {
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

  private mutating func markUsed(_ walk: inout GuestWalk, writes: Bool) {
    if walk.tables[0] == unpagedTable { return }
    for level in 0..<walk.depth {
      let isLast = level == walk.depth - 1
      memory.markUsed(
        walk.tables[level], walk.indices[level], dirty: writes && isLast && walk.isSuperpage)
    }
    walk.flags |= GuestEntry.Flag.accessed
    if writes { walk.flags |= GuestEntry.Flag.dirty }
    if !walk.isSuperpage { memory.markUsed(walk.leafTable, walk.leafIndex, dirty: writes) }
  }
}
