import GuestModel

/// Rules F3 to F12 for many allocations: a fault at those of a mask.
extension SweepDomain {
  /// A fault at the allocations of `mask`.
  ///
  /// The allocations at which the instruction is started again, and whether it hits there then. At
  /// the others it is over, or its write is now in ``emulating``.
  @inline(never)
  mutating func fault(
    _ address: UInt64, _ kind: AccessKind, _ mask: SizeMask, _ path: SweepPath
  ) -> (SizeMask, isFixed: Bool) {
    counters.count(.fault, mask)
    var mask = mask
    if remembering & mask != 0 {
      mask &= ~emulateAtOnce(address, kind, mask, path)
      if mask == 0 { return (0, false) }
    }
    if path.leaf != 0, let restarted = faultInLeaf(address, kind, mask, path) {
      return (restarted, true)
    }
    return (faultFromRoot(address, kind, mask), false)
  }

  /// F4 to F12, with nothing taken for granted.
  private mutating func faultFromRoot(
    _ address: UInt64, _ kind: AccessKind, _ mask: SizeMask
  ) -> SizeMask {
    var left = mask & full
    var restarted: SizeMask = 0
    while left != 0 {
      guard let walk = walkGuest(address, kind, &left) else {
        if left != 0 {
          counters.count(.faultBailRealFault, left)
          forgetZeroWrites(left)
        }
        break
      }
      if walk.isOutside {
        counters.count(.faultBailBadGfn, left)
        forgetZeroWrites(left)
        break
      }
      let mode = vcpus[current].mode
      preallocate(mode == .fourLevel ? 3 : ShadowType.leaf(mode, splinter: false).pages, left)
      let again = protectTables(walk, left & full)
      let going = left & full & ~again
      left = again & full
      if going == 0 { continue }
      if vcpus[current].roots[walk.rootSlot] == 0 {
        drop(going, .emptySlot)
        continue
      }
      let leaf = leafShadow(walk, kind.contains(.write), going)
      if going & full == 0 { continue }
      restarted |= finishFault(address, kind, walk, leaf, going & full)
    }
    return restarted
  }

  /// A fault whose way down to an L1 is there at every allocation that has it: nothing to do above
  /// the leaf table.
  ///
  /// The allocations at which the entry was mended; nil if the long way must be taken.
  @inline(__always)
  private mutating func faultInLeaf(
    _ address: UInt64, _ kind: AccessKind, _ mask: SizeMask, _ path: SweepPath
  ) -> SizeMask? {
    let object = path.leaf
    let table = Int(objects[object].table)
    if table == 0 || mask & ~path.present != 0 || tables[table].outOfSync != 0 { return nil }
    let index = Int(truncatingIfNeeded: (address &>> 12) & ((1 &<< leafBits) &- 1))
    let base = memory.plane(table, index &>> 6, 0)
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    let writes = kind.contains(.write)
    var allowed = memory.planes[base &+ GuestMemory.Plane.present]
    if writes {
      if mask & ~path.writable != 0 { return nil }
      allowed &= memory.planes[base &+ GuestMemory.Plane.writable]
    }
    if kind.contains(.user) {
      if !path.user { return nil }
      allowed &= memory.planes[base &+ GuestMemory.Plane.user]
    }
    if allowed & bit == 0 {
      counters.count(.faultBailRealFault, mask)
      forgetZeroWrites(mask)
      return 0
    }
    let special =
      memory.planes[base &+ GuestMemory.Plane.table]
      | memory.planes[base &+ GuestMemory.Plane.outside]
    if special & bit != 0 || pages.lacking(3) & mask != 0 { return nil }
    let accessed = memory.planes[base &+ GuestMemory.Plane.accessed]
    let dirty = memory.planes[base &+ GuestMemory.Plane.dirty]
    if full & ~mask != 0 && (accessed & bit == 0 || (writes && dirty & bit == 0)) { return nil }
    memory.planes[base &+ GuestMemory.Plane.accessed] = accessed | bit
    if writes { memory.planes[base &+ GuestMemory.Plane.dirty] = dirty | bit }
    let isWritable =
      memory.planes[base &+ GuestMemory.Plane.writable]
      & memory.planes[base &+ GuestMemory.Plane.dirty] & bit != 0
    let isUser = memory.planes[base &+ GuestMemory.Plane.user] & bit != 0
    mapEntry(object, index, mask, writable: isWritable ? mask : 0, user: isUser)
    prefetch(object, table, index, mask)
    counters.count(.faultFixed, mask)
    forgetZeroWrites(mask)
    return mask
  }

  /// F4 for many allocations: where Accessed and Dirty would come to differ, the fewer ones leave.
  private mutating func walkGuest(
    _ address: UInt64, _ kind: AccessKind, _ mask: inout SizeMask
  ) -> GuestWalk? {
    let view = GuestView(
      mode: vcpus[current].mode, rootFrame: vcpus[current].rootFrame,
      topEntries: vcpus[current].topEntries, unpagedTable: unpagedTable, leafBits: leafBits,
      pageMask: pageMask)
    guard var walk = view.walk(memory, address, kind) else { return nil }
    let writes = kind.contains(.write)
    if full & ~mask != 0 && !isMarked(walk, writes: writes) {
      dropFewer(mask, ~mask, .divergence)
      mask &= full
      if mask == 0 { return nil }
    }
    view.mark(memory, &walk, writes: writes)
    return walk
  }

  /// Whether a walk's entries have Accessed set, and Dirty where a write would set it.
  private func isMarked(_ walk: GuestWalk, writes: Bool) -> Bool {
    if walk.tables[0] == unpagedTable { return true }
    for level in 0..<walk.depth {
      let isLast = walk.isSuperpage && level == walk.depth - 1
      if !isUsed(walk.tables[level], walk.indices[level], dirty: writes && isLast) { return false }
    }
    return walk.isSuperpage || isUsed(walk.leafTable, walk.leafIndex, dirty: writes)
  }

  @inline(__always)
  private func isUsed(_ table: Int, _ index: Int, dirty: Bool) -> Bool {
    let base = memory.plane(table, index &>> 6, 0)
    var used = memory.planes[base &+ GuestMemory.Plane.accessed]
    if dirty { used &= memory.planes[base &+ GuestMemory.Plane.dirty] }
    return (used &>> UInt64(index & 63)) & 1 != 0
  }

  /// F7; the allocations at which the walk is to be repeated.
  private mutating func protectTables(_ walk: GuestWalk, _ mask: SizeMask) -> SizeMask {
    var revoked: SizeMask = 0
    var again: SizeMask = 0
    let mode = vcpus[current].mode
    let first = mode == .fourLevel ? 1 : mode == .pae ? 0 : 3
    for level in first..<max(first, walk.depth) {
      let table = walk.tables[level]
      let unsynced = tables[table].outOfSync & mask
      if unsynced != 0 {
        resync(table, unsynced)
        again |= unsynced
      }
      revoked |= revokeWriteAccess(table, mask & ~unsynced)
    }
    if !walk.isSuperpage {
      let inSync = mask & ~tables[walk.leafTable].outOfSync
      revoked |= revokeWriteAccess(walk.leafTable, inSync)
    }
    if revoked != 0 {
      counters.count(.rmWriteFlushTLB, revoked)
      counters.count(.checkGwalk, revoked)
    }
    return again
  }

  /// F8.
  private mutating func leafShadow(_ walk: GuestWalk, _ writes: Bool, _ mask: SizeMask) -> Int {
    var parent = Int(vcpus[current].roots[walk.rootSlot])
    var linked: SizeMask = 0
    for level in 0..<(walk.depth - 1) {
      let index = walk.indices[level]
      let entry = Int(objects[parent].slot) &* 1024 &+ index
      var needed = mask & full & ~uppers.links[entry]
      if needed != 0 {
        let (child, missing) = lookUp(walk.tables[level + 1], level == 0 ? .l3 : .l2, needed)
        needed &= full
        if missing & full != 0 { make(child, missing & full) }
        let flags = guestEntry(walk.tables[level], index).flags
        link(
          parent, index, child, needed & full, writable: flags & GuestEntry.Flag.writable != 0,
          user: flags & GuestEntry.Flag.user != 0)
        linked |= needed
      }
      if mask & full == 0 { return 0 }
      parent = Int(uppers.children[entry] & SweepUppers.childMask)
    }
    if linked & full != 0 { resyncAll(linked & full) }
    return linkLeaf(walk, parent, writes, mask & full)
  }

  private mutating func linkLeaf(
    _ walk: GuestWalk, _ parent: Int, _ writes: Bool, _ mask: SizeMask
  ) -> Int {
    let index = walk.indices[walk.depth - 1]
    let flags = guestEntry(walk.tables[walk.depth - 1], index).flags
    let entry = Int(objects[parent].slot) &* 1024 &+ index
    var needed = mask & ~uppers.links[entry]
    if writes && flags & GuestEntry.Flag.writable != 0 {
      needed |= mask & ~uppers.writable[entry]
    }
    if needed == 0 { return Int(uppers.children[entry] & SweepUppers.childMask) }
    let type = ShadowType.leaf(vcpus[current].mode, splinter: walk.isSuperpage)
    let (leaf, missing) =
      walk.isSuperpage
      ? lookUpSplinter(walk.superpageFrame, type, needed) : lookUp(walk.leafTable, type, needed)
    needed &= full
    if missing & full != 0 { make(leaf, missing & full) }
    let isClean =
      flags & GuestEntry.Flag.superpage != 0 && flags & GuestEntry.Flag.dirty == 0
    link(
      parent, index, leaf, needed & full,
      writable: flags & GuestEntry.Flag.writable != 0 && !isClean,
      user: flags & GuestEntry.Flag.user != 0)
    return leaf
  }

  /// An entry of a table, the unpaged guest's identity map included.
  mutating func guestEntry(_ table: Int, _ index: Int) -> GuestEntry {
    table == unpagedTable
      ? GuestEntry(frame: GFN(index &<< 10), flags: GuestEntry.Flag.all)
      : memory.entry(table, index)
  }

  /// F9 to F12; the allocations at which the instruction is started again.
  private mutating func finishFault(
    _ address: UInt64, _ kind: AccessKind, _ walk: GuestWalk, _ leaf: Int, _ mask: SizeMask
  ) -> SizeMask {
    let writes = kind.contains(.write)
    let target = walk.target
    let protected = target == 0 ? 0 : mask & pageTableMask(target)
    if writes && protected != 0 { unsync(target, protected) }
    var writable = walk.flags & GuestEntry.Flag.writable != 0 ? mask : 0
    if !walk.isSuperpage && walk.flags & GuestEntry.Flag.dirty == 0 { writable = 0 }
    writable &= ~protected | (writes ? tables[target].mayWrite : 0)
    setLeafEntry(
      leaf, walk.leafIndex, mask, present: true, writable: writable,
      user: walk.flags & GuestEntry.Flag.user != 0, target: target)
    if !walk.isSuperpage { noteInSnapshots(walk.leafTable, walk.leafIndex, mask) }
    if walk.isSuperpage {
      prefetchSplinter(leaf, walk, mask)
    } else {
      prefetch(leaf, walk.leafTable, walk.leafIndex, mask)
    }
    let isUser = kind.contains(.user)
    let emulated = writes ? protected & (isUser ? full : full & ~tables[target].outOfSync) : 0
    let fixed = mask & full & ~emulated
    if fixed != 0 {
      counters.count(.faultFixed, fixed)
      forgetZeroWrites(fixed)
    }
    if emulated == 0 { return fixed }
    counters.count(.faultEmulateWrite, emulated)
    if isUser {
      counters.count(.faultEmulateFailed, emulated)
      removeShadows(of: target, emulated, fast: false)
      return mask & full
    }
    let dying = emulated & tables[target].dying
    if dying != 0 && !isLoaded(table: target) { removeShadows(of: target, dying, fast: true) }
    emulating.append(
      SweepEmulation(
        vcpu: current, page: (address &>> 12) & pageMask &+ 1, table: target, mask: emulated))
    return fixed
  }
}
