import GuestModel

/// Rules F10, F11, W for many allocations.
extension SweepDomain {
  /// The allocations at which a table is shadowed.
  @inline(__always)
  mutating func pageTableMask(_ table: Int) -> SizeMask {
    let object = Int(tables[table].object)
    if object == 0 { return 0 }
    let resident = objects[object].resident
    return objects[object].sibling == 0 ? resident : resident | siblingMask(object)
  }

  @inline(never)
  private mutating func siblingMask(_ object: Int) -> SizeMask {
    var next = Int(objects[object].sibling)
    var mask: SizeMask = 0
    while next != 0 {
      mask |= objects[next].resident
      next = Int(objects[next].sibling)
    }
    return mask
  }

  /// A leaf shadow is made again: what was left of it at those allocations goes.
  @inline(never)
  mutating func forgetEntries(_ object: Int, _ mask: SizeMask) {
    let slot = Int(objects[object].slot)
    var chunks = objects[object].touched
    var anything: SizeMask = 0
    while chunks != 0 {
      let chunk = chunks.trailingZeroBitCount
      chunks &= chunks &- 1
      let first = slot &* 512 &+ chunk &* 32
      var left: SizeMask = 0
      for entry in first..<(first &+ 32) {
        let kept = leaves.present[entry] & ~mask
        leaves.present[entry] = kept
        leaves.writable[entry] = leaves.writable[entry] & kept
        left |= kept
      }
      anything |= left
      if left == 0 { objects[object].touched &= ~(1 &<< UInt32(chunk)) }
      let word = slot &* 32 &+ (chunk &>> 1) &* 4
      let half: UInt64 = chunk & 1 == 0 ? 0xffff_ffff_0000_0000 : 0xffff_ffff
      for kind in 0..<4 { leaves.common[word &+ kind] = leaves.common[word &+ kind] & half }
    }
    if anything == 0 { objects[object].mapsTables = false }
  }

  /// Makes an entry present at the allocations of `mask`, writable at those of `writable`.
  @inline(__always)
  mutating func mapEntry(
    _ object: Int, _ index: Int, _ mask: SizeMask, writable: SizeMask, user: Bool
  ) {
    let slot = Int(objects[object].slot)
    let entry = slot &* 512 &+ index
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    let others = leaves.present[entry] & ~mask
    let present = others | mask
    let writes = leaves.writable[entry] & others | writable
    leaves.present[entry] = present
    leaves.writable[entry] = writes
    objects[object].touched |= 1 &<< UInt32(truncatingIfNeeded: (index &>> 5) & 31)
    let userWord = slot &* 8 &+ index &>> 6
    let users = leaves.user[userWord]
    if (users & bit != 0) != user {
      dropFewer(mask, others & objects[object].resident & ~mask, .stale)
      if mask & full == 0 { return }
      leaves.user[userWord] = user ? users | bit : users & ~bit
    }
    setCommon(
      slot, index, bit, present: full & ~present == 0, writes: full & ~writes == 0, user: user)
  }

  @inline(__always)
  mutating func setCommon(
    _ slot: Int, _ index: Int, _ bit: UInt64, present: Bool, writes: Bool, user: Bool
  ) {
    let word = slot &* 32 &+ (index &>> 6) &* 4
    let read: UInt64 = present ? bit : 0
    let write: UInt64 = writes ? bit : 0
    leaves.common[word] = leaves.common[word] & ~bit | read
    leaves.common[word &+ 1] = leaves.common[word &+ 1] & ~bit | write
    leaves.common[word &+ 2] = leaves.common[word &+ 2] & ~bit | (user ? read : 0)
    leaves.common[word &+ 3] = leaves.common[word &+ 3] & ~bit | (user ? write : 0)
  }

  /// W4: sets an entry of a leaf shadow at the allocations of `mask`.
  mutating func setLeafEntry(
    _ object: Int, _ index: Int, _ mask: SizeMask, present: Bool, writable: SizeMask, user: Bool,
    target: Int
  ) {
    let fixed = present && target != 0 ? writable & tables[target].mayWrite : 0
    if fixed != 0 { addFixup(target, object, index, fixed) }
    let slot = Int(objects[object].slot)
    let entry = slot &* 512 &+ index
    let oldWriters = leaves.writable[entry] & mask & objects[object].resident
    if present {
      mapEntry(object, index, mask, writable: writable, user: user)
    } else if leaves.present[entry] & mask != 0 {
      leaves.present[entry] = leaves.present[entry] & ~mask
      leaves.writable[entry] = leaves.writable[entry] & ~mask
      setCommon(
        slot, index, 1 &<< UInt64(index & 63), present: false, writes: false, user: false)
      invalidate()
    }
    if present && target != 0 && writable != 0 { addWriter(target, object, index, writable) }
    if oldWriters != 0 && objects[object].mapsTables {
      dropWriters(mappedBy: object, index, oldWriters)
    }
  }

  /// The allocations of `mask` at which an entry maps a frame: by the table's snapshot where that
  /// is out of sync.
  private mutating func mapping(
    _ object: Int, _ index: Int, _ frame: GFN, _ mask: SizeMask
  ) -> SizeMask {
    let table = Int(objects[object].table)
    if table == 0 {
      return Int(objects[object].frame) + index == frame.index ? mask : 0
    }
    var left = mask
    var found: SizeMask = 0
    if tables[table].outOfSync & mask != 0 {
      for entry in outOfSync where entry.table == table && entry.mask & left != 0 {
        if memory.frame(entry.snapshot, index) == frame { found |= entry.mask & left }
        left &= ~entry.mask
      }
    }
    return memory.frame(table, index) == frame ? found | left : found
  }

  /// W4: what an entry mapped loses writable mappings.
  private mutating func dropWriters(mappedBy object: Int, _ index: Int, _ mask: SizeMask) {
    let owner = Int(objects[object].table)
    if owner == 0 {
      return dropWriter(memory.table(in: GFN(Int(objects[object].frame) + index)), mask)
    }
    var left = mask
    if tables[owner].outOfSync & mask != 0 {
      for entry in outOfSync where entry.table == owner && entry.mask & left != 0 {
        dropWriter(memory.table(in: memory.frame(entry.snapshot, index)), entry.mask & left)
        left &= ~entry.mask
      }
    }
    if left != 0 { dropWriter(memory.table(in: memory.frame(owner, index)), left) }
  }

  private mutating func addWriter(_ table: Int, _ object: Int, _ index: Int, _ mask: SizeMask) {
    var carry = mask
    for plane in 0..<6 where carry != 0 {
      let old = tables[table].writers[plane]
      tables[table].writers[plane] = old ^ carry
      carry &= old
    }
    if carry != 0 { drop(carry, .overflow) }
    tables[table].hintObject = UInt32(object)
    tables[table].hintIndex = UInt32(index)
    objects[object].mapsTables = true
  }

  private mutating func dropWriter(_ table: Int, _ mask: SizeMask) {
    if table == 0 { return }
    var borrow = mask
    for plane in 0..<6 where borrow != 0 {
      let old = tables[table].writers[plane]
      tables[table].writers[plane] = old ^ borrow
      borrow &= ~old
    }
  }

  /// W2: the allocations of `mask` at which there was a writable mapping.
  @inline(__always)
  mutating func revokeWriteAccess(_ table: Int, _ mask: SizeMask) -> SizeMask {
    let writers = tables[table].anyWriter & mask
    if writers == 0 { return 0 }
    let revoked = writers & ~(pageTableMask(table) & ~tables[table].mayWrite)
    if revoked != 0 {
      counters.count(.writeable, revoked)
      removeWriters(of: table, revoked)
    }
    return revoked
  }

  /// Clears the writable bit of every entry that maps the table's frame at these allocations.
  @inline(never)
  mutating func removeWriters(of table: Int, _ mask: SizeMask) {
    let frame = GFN(tables[table].frame)
    removeWriter(Int(tables[table].hintObject), Int(tables[table].hintIndex), table, mask)
    for object in [
      splintersTwoLevel[frame.index >> 10], splintersPAE[frame.index >> 9],
      splinters[frame.index >> 9],
    ] {
      let entries =
        object == 0 || objects[Int(object)].type != ShadowType.fl1TwoLevel.rawValue ? 512 : 1024
      removeWriter(Int(object), frame.index & (entries - 1), table, mask)
    }
    guard tables[table].anyWriter & mask != 0 else { return }
    for object in 1..<objectCount
    where objects[object].mapsTables && objects[object].table != 0 {
      for index in 0..<memory.entriesPerTable {
        removeWriter(object, index, table, mask)
      }
    }
    drop(tables[table].anyWriter & mask, .stale)
  }

  /// Takes write access from one entry, where it maps the table so.
  mutating func removeWriter(_ object: Int, _ index: Int, _ table: Int, _ mask: SizeMask) {
    guard object != 0, let type = ShadowType(rawValue: objects[object].type), type.isLeaf,
      index < type.pages * 512
    else { return }
    let slot = Int(objects[object].slot)
    let entry = slot &* 512 &+ index
    var removed = leaves.writable[entry] & mask & objects[object].resident
    if removed != 0 { removed = mapping(object, index, GFN(tables[table].frame), removed) }
    guard removed != 0 else { return }
    leaves.writable[entry] = leaves.writable[entry] & ~removed
    let word = slot &* 32 &+ (index &>> 6) &* 4
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    leaves.common[word &+ 1] = leaves.common[word &+ 1] & ~bit
    leaves.common[word &+ 3] = leaves.common[word &+ 3] & ~bit
    dropWriter(table, removed)
  }

  /// A leaf shadow goes away at some allocations, and with it its writable mappings.
  mutating func releaseWriters(_ object: Int, _ mask: SizeMask) {
    guard let type = ShadowType(rawValue: objects[object].type) else { return }
    for fixup in outOfSync.indices {
      for number in 0..<2 where outOfSync[fixup].fixups[number].object == object {
        outOfSync[fixup].fixups[number].mask &= ~mask
      }
    }
    let slot = Int(objects[object].slot)
    for index in 0..<(type.pages * 512) {
      let entry = slot &* 512 &+ index
      let writers = leaves.writable[entry] & mask & objects[object].resident
      if writers == 0 { continue }
      leaves.writable[entry] = leaves.writable[entry] & ~writers
      dropWriters(mappedBy: object, index, writers)
    }
  }

  /// A frame has just become one that holds a table: its writable mappings count from now on.
  mutating func adoptWriters(of table: Int, in frame: GFN) {
    let splinter = [
      (splintersTwoLevel[frame.index >> 10], 1024), (splintersPAE[frame.index >> 9], 512),
      (splinters[frame.index >> 9], 512),
    ]
    for case let (object, entries) in splinter where object != 0 {
      adoptWriter(Int(object), frame.index & (entries - 1), table, frame)
    }
    guard memory.namedFrames[frame.index >> 6] >> UInt64(frame.index & 63) & 1 == 1 else {
      return
    }
    for object in 1..<objectCount where objects[object].table != 0 {
      guard let type = ShadowType(rawValue: objects[object].type), type.isLeaf else { continue }
      for index in 0..<memory.entriesPerTable { adoptWriter(object, index, table, frame) }
    }
  }

  private mutating func adoptWriter(_ object: Int, _ index: Int, _ table: Int, _ frame: GFN) {
    let entry = Int(objects[object].slot) &* 512 &+ index
    var writers = leaves.writable[entry] & objects[object].resident & full
    if writers != 0 { writers = mapping(object, index, frame, writers) }
    if writers != 0 { addWriter(table, object, index, writers) }
  }

  /// F10 as no write.
  mutating func setFromGuest(_ object: Int, _ table: Int, _ index: Int, _ mask: SizeMask) {
    let entry = memory.entry(table, index)
    let present =
      entry.has(GuestEntry.Flag.present | GuestEntry.Flag.accessed)
      && entry.frame.index < memory.frameCount
    let target = memory.table(in: entry.frame)
    var writable =
      entry.has(GuestEntry.Flag.writable | GuestEntry.Flag.dirty) && present ? mask : 0
    if target != 0 { writable &= ~pageTableMask(target) }
    setLeafEntry(
      object, index, mask, present: present, writable: writable,
      user: entry.has(GuestEntry.Flag.user), target: target)
  }
}
