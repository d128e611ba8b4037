import GuestModel

/// Rules O and I1: leaf tables that the guest may write without faulting.
extension ShadowDomain {
  /// O2: a table's home slot.
  mutating func homeSlot(_ table: Int) -> Int {
    configuration.placement.home(ofFrame: Int(field(table, TableField.frame)))
  }

  /// O1.
  mutating func unsync(_ table: Int) {
    let flags = field(table, TableField.flags)
    let types = flags & TableField.typeMask
    guard outOfSyncActive, flags & TableField.outOfSync == 0, types & (types &- 1) == 0,
      types & ShadowType.leafTableBits != 0
    else { return }
    setField(table, TableField.flags, flags | TableField.outOfSync | TableField.mayWrite)
    let vcpu = current
    let home = homeSlot(table)
    var place = home
    var moved = false
    var newcomer = (table: UInt32(table), fixups: Fixups())
    let occupant = Int(vcpus[vcpu].outOfSync[home])
    if occupant != 0 && homeSlot(occupant) == home {
      (vcpus[vcpu].outOfSync[home], newcomer.table) =
        (newcomer.table, vcpus[vcpu].outOfSync[home])
      (vcpus[vcpu].fixups[home], newcomer.fixups) =
        (newcomer.fixups, vcpus[vcpu].fixups[home])
      setPlace(table, vcpu, home)
      place = (home + 1) % 3
      moved = true
    }
    if vcpus[vcpu].outOfSync[place] != 0 {
      fullResync(Int(vcpus[vcpu].outOfSync[place]), vcpu, place)
      counters.count(.unsyncEvict)
    }
    vcpus[vcpu].outOfSync[place] = newcomer.table
    vcpus[vcpu].fixups[place] = newcomer.fixups
    setPlace(Int(newcomer.table), vcpu, place)
    if moved {
      (vcpus[vcpu].snapshots[place], vcpus[vcpu].snapshots[home]) =
        (vcpus[vcpu].snapshots[home], vcpus[vcpu].snapshots[place])
    }
    let snapshot = Int(vcpus[vcpu].snapshots[home])
    memory.copyTable(from: table, to: snapshot)
    leaves.headers[leafSlot(of: table)].source = UInt32(snapshot)
    counters.count(.unsync)
  }

  private mutating func setPlace(_ table: Int, _ vcpu: Int, _ place: Int) {
    setField(table, TableField.place, UInt32(vcpu * 4 + place))
  }

  /// The one leaf shadow of an out-of-sync table.
  mutating func leafSlot(of table: Int) -> Int {
    let slots =
      field(table, Int(ShadowType.l1TwoLevel.rawValue))
      | field(table, Int(ShadowType.l1PAE.rawValue)) | field(table, Int(ShadowType.l1.rawValue))
    return Int(slots)
  }

  private mutating func leafType(of table: Int) -> ShadowType {
    if field(table, Int(ShadowType.l1TwoLevel.rawValue)) != 0 { return .l1TwoLevel }
    return field(table, Int(ShadowType.l1PAE.rawValue)) != 0 ? .l1PAE : .l1
  }

  /// O4: the table is no page table any more.
  mutating func leaveOutOfSync(_ table: Int) {
    let place = Int(field(table, TableField.place))
    vcpus[place / 4].outOfSync[place % 4] = 0
    setField(
      table, TableField.flags,
      field(table, TableField.flags) & ~(TableField.outOfSync | TableField.mayWrite))
  }

  /// O3: a writable mapping of an out-of-sync table is made.
  mutating func addFixup(_ table: Int, _ slot: Int, _ index: Int) {
    counters.count(.oosFixupAdd)
    let place = Int(field(table, TableField.place))
    let vcpu = place / 4
    var fixups = vcpus[vcpu].fixups[place % 4]
    let serial = leaves.headers[slot].serial
    for number in 0..<2
    where fixups.serials[number] == serial && Int(fixups.indices[number]) == index {
      return
    }
    let next = fixups.next
    if fixups.serials[next] != 0 {
      counters.count(.oosFixupEvict)
      removeFixedUp(fixups, next, table)
    }
    fixups.serials[next] = serial
    fixups.slots[next] = UInt32(slot)
    fixups.indices[next] = UInt32(index)
    fixups.next = (next + 1) % 2
    vcpus[vcpu].fixups[place % 4] = fixups
  }

  /// Takes write access from a noted entry, if it is still there and maps the table so (U4).
  private mutating func removeFixedUp(_ fixups: Fixups, _ number: Int, _ table: Int) {
    let slot = Int(fixups.slots[number])
    let index = Int(fixups.indices[number])
    if fixups.serials[number] == 0 { return }
    vcpus[current].tearsDown = isDying(table)
    guard leaves.headers[slot].serial == fixups.serials[number],
      leaves.isSet(slot, index, AccessKind.write.index), mappedTable(slot, index) == table
    else { return }
    removeWritableMapping(slot, index, table)
  }

  /// O5, for a table wherever it is out of sync; its slot is emptied.
  mutating func resync(_ table: Int) {
    let place = Int(field(table, TableField.place))
    fullResync(table, place / 4, place % 4)
    vcpus[place / 4].outOfSync[place % 4] = 0
  }

  /// O5, without emptying the slot.
  private mutating func fullResync(_ table: Int, _ vcpu: Int, _ place: Int) {
    let fixups = vcpus[vcpu].fixups[place]
    removeFixedUp(fixups, 0, table)
    removeFixedUp(fixups, 1, table)
    revokeWriteAccess(table)
    setField(table, TableField.flags, field(table, TableField.flags) & ~TableField.mayWrite)
    update(table)
    let slot = leafSlot(of: table)
    leaves.headers[slot].source = UInt32(table)
    setField(table, TableField.flags, field(table, TableField.flags) & ~TableField.outOfSync)
    counters.count(.resync)
    emit(.resyncFull, frame: GFN(field(table, TableField.frame)))
  }

  /// O5 and O6: present entries of the shadow follow what the guest changed.
  private mutating func update(_ table: Int) {
    let slot = lookUp(table, leafType(of: table))
    let snapshot = Int(leaves.headers[slot].source)
    for group in 0..<memory.groupsPerTable {
      var bits = leaves.words[slot &* LeafStore.wordsPerSlot &+ group &* 4]
      if bits == 0 { continue }
      bits &= memory.differing(table, snapshot, group)
      while bits != 0 {
        let index = group &* 64 &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        setFromGuest(slot, table, index)
        memory.copyEntry(from: table, to: snapshot, at: index)
      }
    }
  }

  /// R1 (a): full resync of a vCPU's own tables.
  @inline(__always)
  mutating func resyncOwn(_ vcpu: Int) {
    for place in 0..<3 where vcpus[vcpu].outOfSync[place] != 0 {
      resync(Int(vcpus[vcpu].outOfSync[place]))
    }
  }

  /// Full resync of all vCPUs' tables, the current one's first.
  mutating func resyncAll() {
    resyncOwn(current)
    for number in 0..<vcpus.count where number != current { resyncOwn(number) }
  }

  /// O6, after a root load.
  mutating func bringOthersUpToDate(_ vcpu: Int) {
    for number in 0..<vcpus.count where number != vcpu {
      for place in 0..<3 where vcpus[number].outOfSync[place] != 0 {
        let table = Int(vcpus[number].outOfSync[place])
        if isUnreachable(table, from: vcpu) { continue }
        emit(.resyncOnly, frame: GFN(field(table, TableField.frame)))
        update(table)
      }
    }
  }

  /// O6: whether only one root leads to the table, and the vCPU has not loaded it.
  private mutating func isUnreachable(_ table: Int, from vcpu: Int) -> Bool {
    let leaf = leaves.headers[lookUp(table, leafType(of: table))]
    guard leaf.references == 1, leaf.upParent != 0 else { return false }
    var parent = Int(leaf.upParent)
    if leaf.type == ShadowType.l1.rawValue {
      for _ in 0..<2 {
        let header = uppers.headers[parent]
        guard header.references == 1, header.upParent != 0, hasUpPointer(header.type) else {
          return false
        }
        parent = Int(header.upParent)
      }
    }
    for slot in 0..<4 where Int(vcpus[vcpu].roots[slot]) == parent { return false }
    return true
  }

  /// I1.
  mutating func invalidatePage(_ address: UInt64) {
    counters.count(.invlpg)
    vcpus[current].emulatedPage = 0
    let page = (address &>> 12) & pageMask
    let slot = shadowPath(page &>> leafBits).slot
    if slot == 0 { return }
    let table = Int(leaves.headers[slot].table)
    guard table != 0, isOutOfSync(table) else { return }
    setLeafEntry(
      slot, Int(page & ((1 &<< leafBits) &- 1)), present: false, writable: false, user: false,
      target: 0)
  }
}
