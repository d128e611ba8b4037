import GuestModel

/// Rules F3 to F9 and F12: a fault.
extension ShadowDomain {
  /// F3: a fault at `address`.
  @inline(never)
  mutating func fault(_ address: UInt64, _ kind: AccessKind) -> FaultOutcome {
    counters.count(.fault)
    let page = (address &>> 12) & pageMask
    if vcpus[current].emulatedPage == page &+ 1 {
      if let outcome = emulateAtOnce(address, kind) { return outcome }
    }
    let word = walk(page &>> leafBits, kind.index)
    if word >= 0 {
      let slot = word / LeafStore.wordsPerSlot
      let table = Int(leaves.headers[slot].table)
      if table != 0 { return faultInLeaf(address, kind, slot, table) }
    }
    return faultFromRoot(address, kind)
  }

  /// F3: the last write was emulated, and this is the same page.
  private mutating func emulateAtOnce(_ address: UInt64, _ kind: AccessKind) -> FaultOutcome? {
    let table = Int(vcpus[current].emulatedTable)
    let isRepeated = kind.contains(.write) && !kind.contains(.user) && hits(address, .read)
    if !isRepeated || isOutOfSync(table) {
      vcpus[current].emulatedPage = 0
      return nil
    }
    counters.count(.faultFastEmulate)
    emulate(address, table)
    return .emulated
  }

  /// A fault whose way down to an L1 is shadowed and allows the access, the common case: rules F4
  /// to F8 have nothing to do above the leaf table, since a link is there only while the guest's
  /// entries allow it and its tables are write-protected.
  @inline(__always)
  private mutating func faultInLeaf(
    _ address: UInt64, _ kind: AccessKind, _ slot: Int, _ table: Int
  ) -> FaultOutcome {
    let index = Int(truncatingIfNeeded: (address &>> 12) & ((1 &<< leafBits) &- 1))
    let base = memory.plane(table, index &>> 6, 0)
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    let writes = kind.contains(.write)
    var allowed = memory.planes[base &+ GuestMemory.Plane.present]
    if writes { allowed &= memory.planes[base &+ GuestMemory.Plane.writable] }
    if kind.contains(.user) { allowed &= memory.planes[base &+ GuestMemory.Plane.user] }
    if allowed & bit == 0 { return passToGuest(address) }
    let special =
      memory.planes[base &+ GuestMemory.Plane.table]
      | memory.planes[base &+ GuestMemory.Plane.outside]
    if special & bit != 0 || freePages < 3 || leaves.headers[slot].source != UInt32(table) {
      return faultFromRoot(address, kind)
    }
    memory.planes[base &+ GuestMemory.Plane.accessed] |= bit
    if writes { memory.planes[base &+ GuestMemory.Plane.dirty] |= bit }
    let word = LeafStore.word(slot, index)
    let mayWrite =
      memory.planes[base &+ GuestMemory.Plane.writable]
      & memory.planes[base &+ GuestMemory.Plane.dirty]
    mapBits(word, bit, mayWrite, memory.planes[base &+ GuestMemory.Plane.user])
    prefetch(slot, table, index)
    counters.count(.faultFixed)
    vcpus[current].zeroedTable = 0
    emit(.fixup, address: address)
    return .fixed
  }

  /// Makes the entries of `bits` present, with the rights that the words give.
  @inline(__always)
  func mapBits(_ word: Int, _ bits: UInt64, _ writable: UInt64, _ user: UInt64) {
    leaves.words[word] |= bits
    leaves.words[word &+ 1] = leaves.words[word &+ 1] & ~bits | bits & writable
    leaves.words[word &+ 2] = leaves.words[word &+ 2] & ~bits | bits & user
    leaves.words[word &+ 3] = leaves.words[word &+ 3] & ~bits | bits & writable & user
  }

  /// F4: the guest's own fault.
  private mutating func passToGuest(_ address: UInt64) -> FaultOutcome {
    counters.count(.faultBailRealFault)
    vcpus[current].zeroedTable = 0
    emit(.notShadow, address: address)
    return .over
  }

  /// F4 to F12, with nothing taken for granted.
  @inline(never)
  private mutating func faultFromRoot(_ address: UInt64, _ kind: AccessKind) -> FaultOutcome {
    while true {
      guard let walk = walkGuest(address, kind) else { return passToGuest(address) }
      if walk.isOutside {
        counters.count(.faultBailBadGfn)
        vcpus[current].zeroedTable = 0
        return .over
      }
      let mode = vcpus[current].mode
      guard preallocate(mode == .fourLevel ? 3 : ShadowType.leaf(mode, splinter: false).pages)
      else { return .over }
      if protectTables(walk) { continue }
      guard let slot = leafShadow(walk, writes: kind.contains(.write)) else {
        updateRoots(current)
        if isCrashed { return .over }
        continue
      }
      return finishFault(address, kind, walk, slot)
    }
  }

  /// F7: the tables of the walk may not be written; true if the walk is to be repeated.
  private mutating func protectTables(_ walk: GuestWalk) -> Bool {
    var revoked = false
    var again = false
    let first = vcpus[current].mode == .fourLevel ? 1 : vcpus[current].mode == .pae ? 0 : 3
    for level in first..<max(first, walk.depth) {
      let table = walk.tables[level]
      if isOutOfSync(table) {
        resync(table)
        again = true
      } else if revokeWriteAccess(table) {
        revoked = true
      }
    }
    if !walk.isSuperpage && !isOutOfSync(walk.leafTable) && revokeWriteAccess(walk.leafTable) {
      revoked = true
    }
    if revoked {
      counters.count(.rmWriteFlushTLB)
      counters.count(.checkGwalk)
    }
    return again
  }

  /// F8: the leaf shadow, linked from the root down; nil if a PAE root slot is empty.
  private mutating func leafShadow(_ walk: GuestWalk, writes: Bool) -> Int? {
    var parent = Int(vcpus[current].roots[walk.rootSlot])
    if parent == 0 { return nil }
    var linked = false
    for level in 0..<(walk.depth - 1) {
      let index = walk.indices[level]
      if uppers.entry(parent, index) == 0 {
        let type: ShadowType = level == 0 ? .l3 : .l2
        let table = walk.tables[level + 1]
        var child = lookUp(table, type)
        if child == 0 { child = makeShadow(ofTable: table, type) }
        let entry = guestEntry(walk.tables[level], index)
        setUpperEntry(parent, index, Self.link(child, entry.flags))
        linked = true
      }
      parent = Int(uppers.entry(parent, index) & UpperStore.slotMask)
    }
    if linked { resyncAll() }
    return linkLeaf(walk, parent, writes: writes)
  }

  private mutating func linkLeaf(_ walk: GuestWalk, _ parent: Int, writes: Bool) -> Int {
    let index = walk.indices[walk.depth - 1]
    let entry = guestEntry(walk.tables[walk.depth - 1], index)
    let old = uppers.entry(parent, index)
    let isWritable = old & UpperStore.writable != 0
    if old != 0 && (!writes || isWritable || !entry.has(GuestEntry.Flag.writable)) {
      return Int(old & UpperStore.slotMask)
    }
    let type = ShadowType.leaf(vcpus[current].mode, splinter: walk.isSuperpage)
    var slot: Int
    if walk.isSuperpage {
      slot = lookUpSplinter(walk.superpageFrame, type)
      if slot == 0 { slot = makeSplinter(walk.superpageFrame, type) }
    } else {
      slot = lookUp(walk.leafTable, type)
      if slot == 0 { slot = makeShadow(ofTable: walk.leafTable, type) }
    }
    setUpperEntry(parent, index, Self.linkToLeaf(slot, entry.flags))
    return slot
  }

  /// The shadow entry for a guest entry with Accessed set.
  @inline(__always)
  static func link(_ child: Int, _ flags: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: child)
      | (flags & GuestEntry.Flag.writable != 0 ? UpperStore.writable : 0)
      | (flags & GuestEntry.Flag.user != 0 ? UpperStore.user : 0)
  }

  /// The same for an L2 entry: a superpage that was never written is read-only.
  static func linkToLeaf(_ child: Int, _ flags: UInt32) -> UInt32 {
    let clean =
      flags & GuestEntry.Flag.superpage != 0 && flags & GuestEntry.Flag.dirty == 0
    return link(child, clean ? flags & ~GuestEntry.Flag.writable : flags)
  }

  /// F9 to F12.
  private mutating func finishFault(
    _ address: UInt64, _ kind: AccessKind, _ walk: GuestWalk, _ slot: Int
  ) -> FaultOutcome {
    let writes = kind.contains(.write)
    let target = walk.target
    if writes && target != 0 && isPageTable(target) { unsync(target) }
    var writable = walk.flags & GuestEntry.Flag.writable != 0
    if !walk.isSuperpage && walk.flags & GuestEntry.Flag.dirty == 0 { writable = false }
    if target != 0 && isPageTable(target) && !(writes && mayWrite(target)) { writable = false }
    setLeafEntry(
      slot, walk.leafIndex, present: true, writable: writable,
      user: walk.flags & GuestEntry.Flag.user != 0, target: target)
    if !walk.isSuperpage && isOutOfSync(walk.leafTable) {
      noteInSnapshot(walk.leafTable, slot, walk.leafIndex)
    }
    if walk.isSuperpage {
      prefetchSplinter(slot, walk)
    } else {
      prefetch(slot, walk.leafTable, walk.leafIndex)
    }
    if writes && target != 0 && isPageTable(target)
      && (!isOutOfSync(target) || kind.contains(.user))
    {
      counters.count(.faultEmulateWrite)
      return emulateAfterFault(address, kind, target)
    }
    counters.count(.faultFixed)
    vcpus[current].zeroedTable = 0
    emit(.fixup, address: address)
    return .restart
  }

  private mutating func emulateAfterFault(
    _ address: UInt64, _ kind: AccessKind, _ target: Int
  ) -> FaultOutcome {
    if kind.contains(.user) {
      counters.count(.faultEmulateFailed)
      removeShadows(of: target, fast: false)
      emit(.emulateUnshadowUser, address: address)
      return .restart
    }
    if isDying(target) && !isLoaded(table: target) { removeShadows(of: target, fast: true) }
    emulate(address, target)
    vcpus[current].emulatedPage = (address &>> 12) & pageMask &+ 1
    vcpus[current].emulatedTable = UInt32(target)
    remembersEmulation = true
    return .emulated
  }
}
