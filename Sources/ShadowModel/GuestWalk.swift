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

/// How a vCPU sees the guest's tables: what a walk starts from.
struct GuestView: BitwiseCopyable {
  var mode: PagingMode
  /// CR3, as a frame.
  var rootFrame: UInt32
  /// PAE: the top entries as they were when the root was loaded.
  var topEntries: InlineArray<4, UInt32>
  /// The table that stands for the unpaged guest's identity map.
  var unpagedTable: Int
  /// Pages of a leaf table: 9 or 10 bits.
  var leafBits: UInt64
  /// The part of an address that the mode translates, in pages.
  var pageMask: UInt64

  /// The part of an address that a mode translates, in pages, and the bits of a leaf table.
  static func geometry(_ mode: PagingMode) -> (pageMask: UInt64, leafBits: UInt64) {
    switch mode {
    case .unpaged, .twoLevel: (0xf_ffff, 10)
    case .pae: (0xf_ffff, 9)
    case .fourLevel: (0xf_ffff_ffff, 9)
    }
  }

  /// An entry of a table, the unpaged guest's identity map included.
  @inline(__always)
  func entry(_ memory: borrowing GuestMemory, _ table: Int, _ index: Int) -> GuestEntry {
    table == unpagedTable
      ? GuestEntry(frame: GFN(index &<< 10), flags: GuestEntry.Flag.all)
      : memory.entry(table, index)
  }

  /// F4: walks the guest's tables; nil if the access is not allowed.
  ///
  /// Marks nothing.
  @inline(__always)
  func walk(
    _ memory: borrowing GuestMemory, _ address: UInt64, _ kind: AccessKind
  ) -> GuestWalk? {
    var walk = GuestWalk()
    var rights = GuestEntry.Flag.writable | GuestEntry.Flag.user
    let page = (address &>> 12) & pageMask
    let leaf = page &>> leafBits
    walk.leafIndex = Int(page & ((1 &<< leafBits) &- 1))
    guard var table = topTable(memory, leaf) else { return nil }
    if mode == .pae { walk.rootSlot = Int(leaf &>> 9 & 3) }
    var shift: UInt64 = mode == .fourLevel ? 18 : 0
    let indexMask: UInt64 = mode == .fourLevel || mode == .pae ? 511 : 1023
    while true {
      let index = Int(leaf &>> shift & indexMask)
      let entry = entry(memory, table, index)
      guard entry.has(GuestEntry.Flag.present) else { return nil }
      rights &= entry.flags
      walk.tables[walk.depth] = table
      walk.indices[walk.depth] = index
      walk.depth += 1
      if shift == 0 && entry.has(GuestEntry.Flag.superpage) {
        readSuperpage(memory, entry, &walk)
        break
      }
      table = memory.table(in: entry.frame)
      guard table != 0 else { return nil }
      if shift == 0 {
        walk.leafTable = table
        readLeaf(memory, &walk)
        rights &= walk.flags
        if walk.flags & GuestEntry.Flag.present == 0 { return nil }
        break
      }
      shift &-= 9
    }
    if kind.contains(.write) && rights & GuestEntry.Flag.writable == 0 { return nil }
    if kind.contains(.user) && rights & GuestEntry.Flag.user == 0 { return nil }
    return walk
  }

  @inline(__always)
  private func readSuperpage(
    _ memory: borrowing GuestMemory, _ entry: GuestEntry, _ walk: inout GuestWalk
  ) {
    let first = entry.frame.index & ~((1 << Int(leafBits)) - 1)
    let frame = GFN(first + walk.leafIndex)
    walk.superpageFrame = GFN(first)
    walk.flags = entry.flags
    walk.isOutside = frame.index >= memory.frameCount
    walk.target = memory.table(in: frame)
  }

  /// Takes what the walk needs of the leaf entry; its frame is looked at only if it holds a table.
  @inline(__always)
  private func readLeaf(_ memory: borrowing GuestMemory, _ walk: inout GuestWalk) {
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
  @inline(__always)
  private func topTable(_ memory: borrowing GuestMemory, _ leaf: UInt64) -> Int? {
    let table: Int
    switch mode {
    case .unpaged: table = unpagedTable
    case .pae:
      let entry = GuestEntry(rawValue: topEntries[Int(leaf &>> 9 & 3)])
      guard entry.has(GuestEntry.Flag.present) else { return nil }
      table = memory.table(in: entry.frame)
    case .twoLevel, .fourLevel: table = memory.table(in: GFN(rootFrame))
    }
    return table == 0 ? nil : table
  }

  /// F4: sets Accessed and Dirty in the entries of a walk; false if they all were set already.
  @inline(__always)
  @discardableResult
  func mark(
    _ memory: borrowing GuestMemory, _ walk: inout GuestWalk, writes: Bool
  ) -> Bool {
    if walk.tables[0] == unpagedTable { return false }
    var isNew = false
    for level in 0..<walk.depth {
      let dirty = writes && level == walk.depth - 1 && walk.isSuperpage
      isNew = memory.markUsed(walk.tables[level], walk.indices[level], dirty: dirty) || isNew
    }
    if !walk.isSuperpage {
      isNew = memory.markUsed(walk.leafTable, walk.leafIndex, dirty: writes) || isNew
    }
    walk.flags |= GuestEntry.Flag.accessed
    if writes { walk.flags |= GuestEntry.Flag.dirty }
    return isNew
  }
}

extension ShadowDomain {
  /// How the current vCPU sees the guest's tables.
  @inline(__always)
  var view: GuestView {
    GuestView(
      mode: vcpus[current].mode, rootFrame: vcpus[current].rootFrame,
      topEntries: vcpus[current].topEntries, unpagedTable: unpagedTable, leafBits: leafBits,
      pageMask: pageMask)
  }

  /// An entry of a table, the unpaged guest's identity map included.
  @inline(__always)
  func guestEntry(_ table: Int, _ index: Int) -> GuestEntry { view.entry(memory, table, index) }

  /// F4: walks the guest's tables and, if the access is allowed, sets Accessed and Dirty.
  mutating func walkGuest(_ address: UInt64, _ kind: AccessKind) -> GuestWalk? {
    let view = view
    guard var walk = view.walk(memory, address, kind) else { return nil }
    view.mark(memory, &walk, writes: kind.contains(.write))
    return walk
  }
}
