import GuestModel

/// Rules O and I1 for many allocations.
///
/// A table that is out of sync has an entry for each set of allocations at which its snapshot and
/// its noted mappings are the same; sets are split where they part.
extension SweepDomain {
  /// O1, at the allocations of `mask`, at which the table is shadowed.
  mutating func unsync(_ table: Int, _ mask: SizeMask) {
    let leaf = object(of: table) { $0.isLeaf }
    guard isOutOfSyncActive, leaf != 0 else { return }
    var fresh = mask & full & objects[leaf].resident & ~tables[table].outOfSync
    var other = Int(tables[table].object)
    while other != 0 {
      if other != leaf { fresh &= ~objects[other].resident }
      other = Int(objects[other].sibling)
    }
    if fresh == 0 { return }
    tables[table].outOfSync |= fresh
    tables[table].mayWrite |= fresh
    let home = homeSlot(table)
    let next = (home + 1) % 3
    let occupants = outOfSync.filter {
      $0.vcpu == current && $0.place == home && $0.mask & fresh != 0
    }
    for occupant in occupants {
      let concerned = occupant.mask & fresh
      if homeSlot(occupant.table) == home {
        evict(place: next, concerned)
        if let number = outOfSync.firstIndex(where: {
          $0.table == occupant.table && $0.mask & concerned != 0
        }) {
          outOfSync[split(number, concerned)].place = next
        }
      } else {
        evict(place: home, concerned)
      }
    }
    place(table, home, fresh)
    counters.count(.unsync, fresh)
  }

  /// O2: a table's home slot.
  private mutating func homeSlot(_ table: Int) -> Int {
    configuration.placement.home(ofFrame: Int(tables[table].frame))
  }

  private mutating func place(_ table: Int, _ home: Int, _ mask: SizeMask) {
    let snapshot = spareSnapshots.popLast() ?? makeSnapshot()
    memory.copyTable(from: table, to: snapshot)
    outOfSync.append(
      OutOfSyncEntry(vcpu: current, place: home, table: table, mask: mask, snapshot: snapshot))
  }

  private mutating func makeSnapshot() -> Int {
    let table = memory.makeDetachedTable()
    if table >= tables.count { tables.grow(to: table * 2, filling: SweepTable()) }
    return table
  }

  /// Whatever is in a slot of the current vCPU at these allocations is resynced.
  private mutating func evict(place: Int, _ mask: SizeMask) {
    while let number = outOfSync.firstIndex(where: {
      $0.vcpu == current && $0.place == place && $0.mask & mask != 0
    }) {
      let part = split(number, outOfSync[number].mask & mask)
      counters.count(.unsyncEvict, outOfSync[part].mask)
      fullResync(part)
    }
  }

  /// Makes the allocations of `mask` an entry of their own; its index.
  private mutating func split(_ number: Int, _ mask: SizeMask) -> Int {
    if outOfSync[number].mask == mask { return number }
    var part = outOfSync[number]
    outOfSync[number].mask &= ~mask
    part.mask = mask
    part.snapshot = spareSnapshots.popLast() ?? makeSnapshot()
    memory.copyTable(from: outOfSync[number].snapshot, to: part.snapshot)
    for fixup in 0..<2 {
      outOfSync[number].fixups[fixup].mask &= ~mask
      part.fixups[fixup].mask &= mask
    }
    outOfSync.append(part)
    return outOfSync.count - 1
  }

  private mutating func removeEntry(_ number: Int) {
    spareSnapshots.append(outOfSync[number].snapshot)
    outOfSync.swapAt(number, outOfSync.count - 1)
    outOfSync.removeLast()
  }

  /// O4.
  mutating func leaveOutOfSync(_ table: Int, _ mask: SizeMask) {
    tables[table].outOfSync &= ~mask
    tables[table].mayWrite &= ~mask
    var number = 0
    while number < outOfSync.count {
      if outOfSync[number].table == table && outOfSync[number].mask & mask != 0 {
        outOfSync[number].mask &= ~mask
        for fixup in 0..<2 { outOfSync[number].fixups[fixup].mask &= ~mask }
        if outOfSync[number].mask == 0 {
          removeEntry(number)
          continue
        }
      }
      number += 1
    }
  }

  /// O3.
  mutating func addFixup(_ table: Int, _ object: Int, _ index: Int, _ mask: SizeMask) {
    counters.count(.oosFixupAdd, mask)
    for number in outOfSync.indices
    where outOfSync[number].table == table && outOfSync[number].mask & mask != 0 {
      var fresh = outOfSync[number].mask & mask
      for fixup in outOfSync[number].fixups
      where fixup.isTaken && fixup.object == object && fixup.index == index {
        fresh &= ~fixup.mask
      }
      if fresh == 0 { continue }
      let part = split(number, fresh)
      let next = outOfSync[part].next
      if outOfSync[part].fixups[next].isTaken {
        counters.count(.oosFixupEvict, fresh)
        let old = outOfSync[part].fixups[next]
        noteTearingDown(table, fresh)
        removeWriter(old.object, old.index, table, old.mask & fresh)
      }
      outOfSync[part].fixups[next] = SweepFixup(
        isTaken: true, object: object, index: index, mask: fresh)
      outOfSync[part].next = (next + 1) % 2
    }
  }

  /// O5 for a table at the allocations of `mask`.
  mutating func resync(_ table: Int, _ mask: SizeMask) {
    while let number = outOfSync.firstIndex(where: {
      $0.table == table && $0.mask & mask != 0
    }) {
      fullResync(split(number, outOfSync[number].mask & mask))
    }
  }

  /// O5; the entry is removed.
  private mutating func fullResync(_ number: Int) {
    let entry = outOfSync[number]
    let table = entry.table
    for fixup in entry.fixups where fixup.isTaken {
      noteTearingDown(table, entry.mask)
      removeWriter(fixup.object, fixup.index, table, fixup.mask & entry.mask)
    }
    let remaining = tables[table].anyWriter & entry.mask
    if remaining != 0 {
      counters.count(.writeable, remaining)
      removeWriters(of: table, remaining)
    }
    tables[table].mayWrite &= ~entry.mask
    update(entry, entry.mask)
    tables[table].outOfSync &= ~entry.mask
    counters.count(.resync, entry.mask)
    removeEntry(number)
  }

  /// O5: present entries follow what the guest changed.
  private mutating func update(_ entry: OutOfSyncEntry, _ mask: SizeMask) {
    let object = object(of: entry.table) { $0.isLeaf }
    counters.count(.getShadowStatus, mask)
    counters.count(.hashLookups, mask)
    let slot = Int(objects[object].slot)
    for group in 0..<memory.groupsPerTable {
      var bits = memory.differing(entry.table, entry.snapshot, group)
      while bits != 0 {
        let index = group &* 64 &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        let present = leaves.present[slot &* 512 &+ index] & mask
        if present != 0 { setFromGuest(object, entry.table, index, present) }
      }
    }
  }

  /// O6: from the entry `start` on, present entries and their snapshot follow what the guest
  /// changed.
  private mutating func follow(_ number: Int, from start: Int) {
    let table = outOfSync[number].table
    let object = object(of: table) { $0.isLeaf }
    let slot = Int(objects[object].slot)
    for group in (start >> 6)..<memory.groupsPerTable {
      var bits = memory.differing(table, outOfSync[number].snapshot, group)
      while bits != 0 {
        let index = group * 64 + bits.trailingZeroBitCount
        bits &= bits - 1
        let present = leaves.present[slot &* 512 &+ index] & outOfSync[number].mask
        if index < start || present == 0 { continue }
        setFromGuest(object, table, index, present)
        let part = split(number, present)
        memory.copyEntry(from: table, to: outOfSync[part].snapshot, at: index)
        if part != number { follow(part, from: index + 1) }
      }
    }
  }

  /// R1 (a): full resync of a vCPU's own tables.
  mutating func resyncOwn(_ vcpu: Int, _ mask: SizeMask) {
    if outOfSync.isEmpty { return }
    for place in 0..<3 {
      while let number = outOfSync.firstIndex(where: {
        $0.vcpu == vcpu && $0.place == place && $0.mask & mask != 0
      }) {
        fullResync(split(number, outOfSync[number].mask & mask))
      }
    }
  }

  /// Full resync of all vCPUs' tables, the current one's first.
  mutating func resyncAll(_ mask: SizeMask) {
    if outOfSync.isEmpty { return }
    resyncOwn(current, mask)
    for number in 0..<vcpus.count where number != current { resyncOwn(number, mask) }
  }

  /// The snapshots of an out-of-sync leaf table get the guest's entry.
  @inline(__always)
  mutating func noteInSnapshots(_ table: Int, _ index: Int, _ mask: SizeMask) {
    if tables[table].outOfSync & mask == 0 { return }
    for number in outOfSync.indices
    where outOfSync[number].table == table && outOfSync[number].mask & mask != 0 {
      if memory.entry(table, index) == memory.entry(outOfSync[number].snapshot, index) { continue }
      let part = split(number, outOfSync[number].mask & mask)
      memory.copyEntry(from: table, to: outOfSync[part].snapshot, at: index)
    }
  }

  /// O6, after a root load.
  mutating func bringOthersUpToDate(_ vcpu: Int) {
    if outOfSync.isEmpty { return }
    for other in 0..<vcpus.count where other != vcpu {
      for place in 0..<3 {
        for number in outOfSync.indices
        where outOfSync[number].vcpu == other && outOfSync[number].place == place {
          let mask = outOfSync[number].mask
          counters.count(.getShadowStatus, mask)
          counters.count(.hashLookups, mask)
          let concerned = mask & ~unreachable(outOfSync[number].table, from: vcpu, mask)
          if concerned != 0 {
            let part = split(number, concerned)
            counters.count(.getShadowStatus, concerned)
            counters.count(.hashLookups, concerned)
            follow(part, from: 0)
          }
        }
      }
    }
  }

  /// O6: the allocations at which only one root leads to the table, not loaded by the vCPU.
  private mutating func unreachable(_ table: Int, from vcpu: Int, _ mask: SizeMask) -> SizeMask {
    isolated(object(of: table) { $0.isLeaf }, from: vcpu, mask)
  }

  private mutating func isolated(_ object: Int, from vcpu: Int, _ mask: SizeMask) -> SizeMask {
    guard let type = ShadowType(rawValue: objects[object].type) else { return 0 }
    if type.isRoot {
      for slot in 0..<4 where Int(vcpus[vcpu].roots[slot]) == object { return 0 }
      return mask
    }
    guard type != .l1TwoLevel, type != .l3 || !pinsL3 else { return 0 }
    var found: SizeMask = 0
    for up in remembered(object, mask & references.single(object)) {
      found |= isolated(Int(up.parent), from: vcpu, up.mask)
    }
    return found
  }

  /// I1.
  mutating func invalidatePage(_ address: UInt64, _ mask: SizeMask) {
    counters.count(.invlpg, mask)
    forgetEmulations(ofVCPU: current, mask)
    let page = (address &>> 12) & pageMask
    let path = shadowPath(page &>> leafBits)
    if path.leaf == 0 { return }
    let table = Int(objects[path.leaf].table)
    let concerned = table == 0 ? 0 : tables[table].outOfSync & path.present & mask
    if concerned == 0 { return }
    setLeafEntry(
      path.leaf, Int(page & ((1 &<< leafBits) &- 1)), concerned, present: false, writable: 0,
      user: false, target: 0)
  }
}
