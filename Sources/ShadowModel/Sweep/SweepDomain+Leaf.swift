import GuestModel

/// Rules F10, F11, W for many allocations.
extension SweepDomain {
  /// The allocations at which a table is shadowed.
  @inline(__always)
  mutating func pageTableMask(_ table: Int) -> SizeMask {
    let object = Int(tables[table].object)
    return object == 0 ? 0 : objects[object].resident
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
      if others & objects[object].resident != 0 { refuse(.divergence, between: others) }
      leaves.user[userWord] = user ? users | bit : users & ~bit
    }
    setCommon(slot, index, bit, present: present == full, writes: writes == full, user: user)
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
    let oldTarget = oldWriters == 0 ? 0 : mappedTable(object, index)
    if oldTarget < 0 { return refuse(.divergence, oldWriters) }
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
    if oldTarget != 0 { dropWriter(oldTarget, oldWriters) }
  }

  /// The table in the frame that an entry maps, 0 for none, -1 if allocations may disagree.
  private mutating func mappedTable(_ object: Int, _ index: Int) -> Int {
    let table = Int(objects[object].table)
    if table == 0 { return memory.table(in: GFN(Int(objects[object].frame) + index)) }
    if tables[table].outOfSync != 0 { return objects[object].mapsTables ? -1 : 0 }
    return memory.table(in: GFN(memory.targets[table &* memory.entriesPerTable &+ index]))
  }

  private mutating func addWriter(_ table: Int, _ object: Int, _ index: Int, _ mask: SizeMask) {
    var carry = mask
    for plane in 0..<4 where carry != 0 {
      let old = tables[table].writers[plane]
      tables[table].writers[plane] = old ^ carry
      carry &= old
    }
    if carry != 0 { refuse(.overflow, carry) }
    tables[table].hintObject = UInt32(object)
    tables[table].hintIndex = UInt32(index)
    objects[object].mapsTables = true
  }

  private mutating func dropWriter(_ table: Int, _ mask: SizeMask) {
    var borrow = mask
    for plane in 0..<4 where borrow != 0 {
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
    let left = tables[table].anyWriter & mask
    if left != 0 { refuse(.divergence, left) }
  }

  /// Takes write access from one entry, where it maps the table so.
  mutating func removeWriter(_ object: Int, _ index: Int, _ table: Int, _ mask: SizeMask) {
    guard object != 0, let type = ShadowType(rawValue: objects[object].type), type.isLeaf,
      index < type.pages * 512
    else { return }
    let slot = Int(objects[object].slot)
    let entry = slot &* 512 &+ index
    let removed = leaves.writable[entry] & mask & objects[object].resident
    guard removed != 0 else { return }
    let mapped = mappedTable(object, index)
    if mapped < 0 { return refuse(.divergence, removed) }
    guard mapped == table else { return }
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
      let table = mappedTable(object, index)
      if table < 0 { return refuse(.divergence, writers) }
      leaves.writable[entry] = leaves.writable[entry] & ~writers
      if table != 0 { dropWriter(table, writers) }
    }
  }

  /// A frame has just become one that holds a table: its writable mappings count from now on.
  mutating func adoptWriters(of table: Int, in frame: GFN) {
    let splinter = [
      (splintersTwoLevel[frame.index >> 10], 1024), (splintersPAE[frame.index >> 9], 512),
      (splinters[frame.index >> 9], 512),
    ]
    for case let (object, entries) in splinter where object != 0 {
      adoptWriter(Int(object), frame.index & (entries - 1), table)
    }
    guard memory.namedFrames[frame.index >> 6] >> UInt64(frame.index & 63) & 1 == 1 else {
      return
    }
    for object in 1..<objectCount where objects[object].table != 0 {
      guard let type = ShadowType(rawValue: objects[object].type), type.isLeaf else { continue }
      let owner = Int(objects[object].table)
      for index in 0..<memory.entriesPerTable
      where memory.targets[owner &* memory.entriesPerTable &+ index] == frame.rawValue {
        if tables[owner].outOfSync != 0 {
          return refuse(.divergence, between: tables[owner].outOfSync)
        }
        adoptWriter(object, index, table)
      }
    }
  }

  private mutating func adoptWriter(_ object: Int, _ index: Int, _ table: Int) {
    let entry = Int(objects[object].slot) &* 512 &+ index
    let writers = leaves.writable[entry] & objects[object].resident
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
