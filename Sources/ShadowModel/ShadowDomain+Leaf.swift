import GuestModel

/// Rules F10, F11 and W4: entries of leaf shadows.
extension ShadowDomain {
  /// W4: sets one entry of a leaf shadow.
  ///
  /// `target` is the table in the frame that it maps, 0 for
  /// none.
  mutating func setLeafEntry(
    _ slot: Int, _ index: Int, present: Bool, writable: Bool, user: Bool, target: Int
  ) {
    let writes = present && writable
    if writes && target != 0 && mayWrite(target) { addFixup(target, slot, index) }
    let word = LeafStore.word(slot, index)
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    let wasPresent = leaves.words[word] & bit != 0
    let oldTarget = leaves.words[word &+ 1] & bit != 0 ? mappedTable(slot, index) : 0
    if present {
      mapBits(word, bit, writable ? bit : 0, user ? bit : 0)
    } else if wasPresent {
      for kind in 0..<4 { leaves.words[word &+ kind] &= ~bit }
      invalidate()
    }
    if writes && target != 0 {
      addWritableReference(target, slot, index)
    }
    if oldTarget != 0 { dropWritableReference(oldTarget) }
  }

  /// The table in the frame that an entry of a leaf shadow maps, by its source; 0 for none.
  mutating func mappedTable(_ slot: Int, _ index: Int) -> Int {
    let header = leaves.headers[slot]
    if header.table == 0 { return memory.table(in: GFN(Int(header.frame) + index)) }
    let source = Int(header.source)
    let plane = memory.plane(source, index >> 6, GuestMemory.Plane.table)
    if memory.planes[plane] >> UInt64(index & 63) & 1 == 0 { return 0 }
    return memory.table(in: GFN(memory.targets[source &* memory.entriesPerTable &+ index]))
  }

  /// The snapshot of an out-of-sync leaf table gets the guest's entry.
  @inline(__always)
  func noteInSnapshot(_ table: Int, _ slot: Int, _ index: Int) {
    memory.copyEntry(from: table, to: Int(leaves.headers[slot].source), at: index)
  }

  /// A word of 64 bits that starts at any entry of a table's plane.
  @inline(__always)
  private func window(_ table: Int, _ plane: Int, _ start: Int) -> UInt64 {
    let group = start &>> 6
    let shift = UInt64(start & 63)
    let word = memory.plane(table, group, plane)
    var bits = memory.planes[word] &>> shift
    if shift != 0 && group &+ 1 < memory.groupsPerTable {
      bits |= memory.planes[word &+ GuestMemory.Plane.count] &<< (64 &- shift)
    }
    return bits
  }

  /// The entries that are present in the shadow, from any entry on, within the page.
  @inline(__always)
  private func presentWindow(_ slot: Int, _ start: Int) -> UInt64 {
    let shift = UInt64(start & 63)
    let word = LeafStore.word(slot, start)
    var bits = leaves.words[word] &>> shift
    if shift != 0 && (start &>> 6) & 7 != 7 { bits |= leaves.words[word &+ 4] &<< (64 &- shift) }
    return bits
  }

  /// F11: entries that may be looked at after `index`.
  @inline(__always)
  private func reach(_ index: Int) -> Int {
    min(configuration.prefetchDistance, 512 &- (index & 511)) &- 1
  }

  /// F11, for the shadow of a leaf table.
  /// - Complexity: O(1): a handful of words, besides entries that map page tables
  @inline(__always)
  mutating func prefetch(_ slot: Int, _ table: Int, _ index: Int) {
    let limit = reach(index)
    if limit <= 0 { return }
    let start = index &+ 1
    let present = window(table, GuestMemory.Plane.present, start)
    let writable = window(table, GuestMemory.Plane.writable, start)
    let accessed = window(table, GuestMemory.Plane.accessed, start)
    let dirty = window(table, GuestMemory.Plane.dirty, start)
    let stop = presentWindow(slot, start) | present & (~accessed | writable & ~dirty)
    let length = min(limit, stop.trailingZeroBitCount)
    if length == 0 { return }
    if leaves.headers[slot].source != leaves.headers[slot].table {
      prefetchOutOfSync(slot, table, start, length)
      return
    }
    let mask: UInt64 = (1 &<< UInt64(length)) &- 1
    let fill =
      present & mask & ~window(table, GuestMemory.Plane.outside, start)
    if fill == 0 { return }
    let special = fill & window(table, GuestMemory.Plane.table, start)
    fillRun(
      slot, start, fill & ~special, writable & dirty, window(table, GuestMemory.Plane.user, start))
    if special != 0 { prefetchTables(slot, table, start, special) }
  }

  /// Makes the entries of `fill`, counted from `start`, present.
  @inline(__always)
  private func fillRun(
    _ slot: Int, _ start: Int, _ fill: UInt64, _ writable: UInt64, _ user: UInt64
  ) {
    let shift = UInt64(start & 63)
    let word = LeafStore.word(slot, start)
    mapBits(word, fill &<< shift, writable &<< shift, user &<< shift)
    let rest = shift == 0 ? 0 : fill &>> (64 &- shift)
    if rest != 0 {
      mapBits(word &+ 4, rest, writable &>> (64 &- shift), user &>> (64 &- shift))
    }
  }

  @inline(never)
  private mutating func prefetchTables(_ slot: Int, _ table: Int, _ start: Int, _ bits: UInt64) {
    var left = bits
    while left != 0 {
      setFromGuest(slot, table, start + left.trailingZeroBitCount)
      left &= left - 1
    }
  }

  @inline(never)
  private mutating func prefetchOutOfSync(_ slot: Int, _ table: Int, _ start: Int, _ length: Int) {
    for index in start..<(start + length) {
      setFromGuest(slot, table, index)
      noteInSnapshot(table, slot, index)
    }
  }

  /// F10 as no write: an entry of a leaf shadow becomes what the guest's says.
  mutating func setFromGuest(_ slot: Int, _ table: Int, _ index: Int) {
    let entry = memory.entry(table, index)
    let present =
      entry.has(GuestEntry.Flag.present | GuestEntry.Flag.accessed)
      && entry.frame.index < memory.frameCount
    let target = memory.table(in: entry.frame)
    let writable =
      entry.has(GuestEntry.Flag.writable | GuestEntry.Flag.dirty)
      && !(target != 0 && isPageTable(target))
    setLeafEntry(
      slot, index, present: present, writable: writable,
      user: entry.has(GuestEntry.Flag.user), target: target)
  }

  /// F11, for the shadow of a splintered superpage.
  @inline(never)
  mutating func prefetchSplinter(_ slot: Int, _ walk: GuestWalk) {
    let limit = reach(walk.leafIndex)
    if limit <= 0 { return }
    let start = walk.leafIndex + 1
    let first = walk.superpageFrame.index + start
    let length = min(
      limit, presentWindow(slot, start).trailingZeroBitCount, memory.frameCount - first)
    if length <= 0 { return }
    let writable = walk.flags & GuestEntry.Flag.writable != 0
    let user = walk.flags & GuestEntry.Flag.user != 0
    for offset in 0..<length {
      let target = Int(memory.tableOfFrame[first + offset])
      setLeafEntry(
        slot, start + offset, present: true,
        writable: writable && !(target != 0 && isPageTable(target)), user: user, target: target)
    }
  }
}
