import GuestModel

/// Rule F11 for many allocations.
extension SweepDomain {
  private mutating func reach(_ index: Int) -> Int {
    min(configuration.prefetchDistance, 512 &- (index & 511)) &- 1
  }

  /// A word of 64 bits that starts at any entry of a table's plane.
  @inline(__always)
  private mutating func window(_ table: Int, _ plane: Int, _ start: Int) -> UInt64 {
    let shift = UInt64(start & 63)
    let word = memory.plane(table, start &>> 6, plane)
    var bits = memory.planes[word] &>> shift
    if shift != 0 && start &>> 6 &+ 1 < memory.groupsPerTable {
      bits |= memory.planes[word &+ GuestMemory.Plane.count] &<< (64 &- shift)
    }
    return bits
  }

  /// F11, for the shadow of a leaf table.
  @inline(__always)
  mutating func prefetch(_ object: Int, _ table: Int, _ index: Int, _ mask: SizeMask) {
    let limit = reach(index)
    if limit <= 0 { return }
    let start = index &+ 1
    let present = window(table, GuestMemory.Plane.present, start)
    let writable = window(table, GuestMemory.Plane.writable, start)
    let accessed = window(table, GuestMemory.Plane.accessed, start)
    let dirty = window(table, GuestMemory.Plane.dirty, start)
    let length = min(limit, (present & (~accessed | writable & ~dirty)).trailingZeroBitCount)
    if length == 0 { return }
    if tables[table].outOfSync & mask != 0 {
      return prefetchOutOfSync(object, table, start, length, mask)
    }
    let fill = present & ((1 &<< UInt64(length)) &- 1)
    let special =
      window(table, GuestMemory.Plane.table, start)
      | window(table, GuestMemory.Plane.outside, start)
    let user = window(table, GuestMemory.Plane.user, start)
    let slot = Int(objects[object].slot)
    if special & fill != 0 || window(ofUsers: slot, start, user) & fill != 0 {
      return prefetchSlowly(object, table, start, fill, mask)
    }
    fillEntries(slot, start, fill, writable & dirty, user, mask)
    let last = start &+ 63 &- fill.leadingZeroBitCount
    if fill != 0 {
      objects[object].touched |= 1 &<< UInt32(truncatingIfNeeded: (start &>> 5) & 31)
      objects[object].touched |= 1 &<< UInt32(truncatingIfNeeded: (last &>> 5) & 31)
    }
  }

  /// Where the noted user rights differ from the guest's, from any entry on.
  @inline(__always)
  private mutating func window(ofUsers slot: Int, _ start: Int, _ user: UInt64) -> UInt64 {
    let shift = UInt64(start & 63)
    let word = slot &* 8 &+ start &>> 6
    var bits = leaves.user[word] &>> shift
    if shift != 0 && (start &>> 6) & 7 != 7 { bits |= leaves.user[word &+ 1] &<< (64 &- shift) }
    return bits ^ user
  }

  /// Makes the entries of `fill`, counted from `start`, present where those before them are.
  @inline(__always)
  private mutating func fillEntries(
    _ slot: Int, _ start: Int, _ fill: UInt64, _ writable: UInt64, _ user: UInt64,
    _ mask: SizeMask
  ) {
    var running = mask
    var left = fill
    var read: UInt64 = 0
    var write: UInt64 = 0
    let first = slot &* 512 &+ start
    while left != 0 {
      let bit = left.trailingZeroBitCount
      let entry = first &+ bit
      let old = leaves.present[entry]
      running &= ~old
      if running == 0 { break }
      let isWritable = (writable &>> UInt64(bit)) & 1 != 0
      let present = old | running
      let writers = leaves.writable[entry] & old | (isWritable ? running : 0)
      leaves.present[entry] = present
      leaves.writable[entry] = writers
      let place = left & (0 &- left)
      if full & ~present == 0 { read |= place }
      if full & ~writers == 0 { write |= place }
      left &= left &- 1
    }
    if read == 0 { return }
    let shift = UInt64(start & 63)
    let word = slot &* 32 &+ (start &>> 6) &* 4
    setCommonBits(word, read &<< shift, write &<< shift, user &<< shift)
    let rest = shift == 0 ? 0 : read &>> (64 &- shift)
    if rest != 0 {
      setCommonBits(
        word &+ 4, rest, write &>> (64 &- shift), user &>> (64 &- shift))
    }
  }

  @inline(__always)
  private mutating func setCommonBits(
    _ word: Int, _ read: UInt64, _ write: UInt64, _ user: UInt64
  ) {
    leaves.common[word] = leaves.common[word] | read
    leaves.common[word &+ 1] = leaves.common[word &+ 1] & ~read | write
    leaves.common[word &+ 2] = leaves.common[word &+ 2] & ~read | read & user
    leaves.common[word &+ 3] = leaves.common[word &+ 3] & ~read | write & user
  }

  @inline(never)
  private mutating func prefetchSlowly(
    _ object: Int, _ table: Int, _ start: Int, _ fill: UInt64, _ mask: SizeMask
  ) {
    var running = mask
    var left = fill
    while left != 0 {
      let index = start &+ left.trailingZeroBitCount
      left &= left &- 1
      running &= ~leaves.present[Int(objects[object].slot) &* 512 &+ index]
      if running == 0 { return }
      setFromGuest(object, table, index, running)
    }
  }

  @inline(never)
  private mutating func prefetchOutOfSync(
    _ object: Int, _ table: Int, _ start: Int, _ length: Int, _ mask: SizeMask
  ) {
    var running = mask
    for index in start..<(start &+ length) {
      running &= ~leaves.present[Int(objects[object].slot) &* 512 &+ index]
      if running == 0 { return }
      setFromGuest(object, table, index, running)
      noteInSnapshots(table, index, running)
    }
  }

  /// F11, for the shadow of a splintered superpage.
  @inline(never)
  mutating func prefetchSplinter(_ object: Int, _ walk: GuestWalk, _ mask: SizeMask) {
    let slot = Int(objects[object].slot)
    let first = walk.superpageFrame.index
    var running = mask
    for next in (walk.leafIndex + 1)..<(walk.leafIndex + 1 + max(0, reach(walk.leafIndex))) {
      running &= ~leaves.present[slot &* 512 &+ next]
      if running == 0 || first + next >= memory.frameCount { return }
      let target = Int(memory.tableOfFrame[first + next])
      var writable = walk.flags & GuestEntry.Flag.writable != 0 ? running : 0
      if target != 0 { writable &= ~pageTableMask(target) }
      setLeafEntry(
        object, next, running, present: true, writable: writable,
        user: walk.flags & GuestEntry.Flag.user != 0, target: target)
    }
  }
}
