import GuestModel

/// Rules F3 to F12 for many allocations: a fault at those of a mask.
extension SweepDomain {
  /// A fault at the allocations of `mask`; over if it is the guest's own, or was emulated.
  @inline(never)
  mutating func fault(
    _ address: UInt64, _ kind: AccessKind, _ mask: SizeMask, _ path: SweepPath
  ) -> FaultOutcome {
    counters.count(.fault, mask)
    let page = (address &>> 12) & pageMask
    if emulatedPage == page &+ 1 {
      refuse(.emulation)
      return .over
    }
    if path.leaf != 0, let outcome = faultInLeaf(address, kind, mask, path) { return outcome }
    while refusal == nil {
      guard let walk = walkGuest(address, kind, mask) else {
        counters.count(.faultBailRealFault, mask)
        return .over
      }
      if walk.isOutside {
        counters.count(.faultBailBadGfn, mask)
        return .over
      }
      let mode = vcpus[current].mode
      preallocate(
        mode == .fourLevel ? 3 : ShadowType.leaf(mode, splinter: false).pages, mask)
      if refusal != nil { return .restart }
      protectTables(walk, mask)
      if vcpus[current].roots[walk.rootSlot] == 0 {
        updateRoots(current)
        continue
      }
      let leaf = leafShadow(walk, kind.contains(.write), mask)
      if refusal != nil { return .restart }
      return finishFault(address, kind, walk, leaf, mask)
    }
    return .restart
  }

  /// A fault whose way down to an L1 is there at every allocation that has it: nothing to do above
  /// the leaf table.
  ///
  /// Nil if the long way must be taken.
  @inline(__always)
  private mutating func faultInLeaf(
    _ address: UInt64, _ kind: AccessKind, _ mask: SizeMask, _ path: SweepPath
  ) -> FaultOutcome? {
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
      allowed &= path.user ? memory.planes[base &+ GuestMemory.Plane.user] : 0
    }
    if allowed & bit == 0 {
      counters.count(.faultBailRealFault, mask)
      return .over
    }
    let special =
      memory.planes[base &+ GuestMemory.Plane.table]
      | memory.planes[base &+ GuestMemory.Plane.outside]
    if special & bit != 0 || pages.lacking(3) & mask != 0 { return nil }
    let accessed = memory.planes[base &+ GuestMemory.Plane.accessed]
    let dirty = memory.planes[base &+ GuestMemory.Plane.dirty]
    if mask != full && (accessed & bit == 0 || (writes && dirty & bit == 0)) { return nil }
    memory.planes[base &+ GuestMemory.Plane.accessed] = accessed | bit
    if writes { memory.planes[base &+ GuestMemory.Plane.dirty] = dirty | bit }
    let isWritable =
      memory.planes[base &+ GuestMemory.Plane.writable]
      & memory.planes[base &+ GuestMemory.Plane.dirty] & bit != 0
    let isUser = memory.planes[base &+ GuestMemory.Plane.user] & bit != 0
    mapEntry(object, index, mask, writable: isWritable ? mask : 0, user: isUser)
    prefetch(object, table, index, mask)
    counters.count(.faultFixed, mask)
    return .fixed
  }

  /// F4 for many allocations: Accessed and Dirty must not come to differ.
  private mutating func walkGuest(_ address: UInt64, _ kind: AccessKind, _ mask: SizeMask)
    -> GuestWalk?
  {
    let view = GuestView(
      mode: vcpus[current].mode, rootFrame: vcpus[current].rootFrame,
      topEntries: vcpus[current].topEntries, unpagedTable: unpagedTable, leafBits: leafBits,
      pageMask: pageMask)
    guard var walk = view.walk(memory, address, kind) else { return nil }
    if view.mark(memory, &walk, writes: kind.contains(.write)) && mask != full {
      refuse(.divergence, between: mask)
    }
    return walk
  }

  /// F7.
  private mutating func protectTables(_ walk: GuestWalk, _ mask: SizeMask) {
    var revoked: SizeMask = 0
    let mode = vcpus[current].mode
    let first = mode == .fourLevel ? 1 : mode == .pae ? 0 : 3
    for level in first..<max(first, walk.depth) {
      let table = walk.tables[level]
      let early = tables[table].outOfSync & mask
      if early != 0 { return refuse(.selfMap, early) }
      revoked |= revokeWriteAccess(table, mask)
    }
    if !walk.isSuperpage {
      let inSync = mask & ~tables[walk.leafTable].outOfSync
      revoked |= revokeWriteAccess(walk.leafTable, inSync)
    }
    if revoked != 0 {
      counters.count(.rmWriteFlushTLB, revoked)
      counters.count(.checkGwalk, revoked)
    }
  }

  /// F8.
  private mutating func leafShadow(_ walk: GuestWalk, _ writes: Bool, _ mask: SizeMask) -> Int {
    var parent = Int(vcpus[current].roots[walk.rootSlot])
    var linked: SizeMask = 0
    for level in 0..<(walk.depth - 1) {
      let index = walk.indices[level]
      let entry = Int(objects[parent].slot) &* 1024 &+ index
      let needed = mask & ~uppers.links[entry]
      if needed != 0 {
        let (child, missing) = lookUp(walk.tables[level + 1], level == 0 ? .l3 : .l2, needed)
        if refusal != nil { return 0 }
        if missing != 0 { make(child, missing) }
        let flags = guestEntry(walk.tables[level], index).flags
        link(
          parent, index, child, needed, writable: flags & GuestEntry.Flag.writable != 0,
          user: flags & GuestEntry.Flag.user != 0)
        linked |= needed
        if refusal != nil { return 0 }
      }
      parent = Int(uppers.children[entry] & SweepUppers.childMask)
    }
    if linked != 0 { resyncAll(linked) }
    return linkLeaf(walk, parent, writes, mask)
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
    if refusal != nil { return 0 }
    if missing != 0 { make(leaf, missing) }
    let isClean =
      flags & GuestEntry.Flag.superpage != 0 && flags & GuestEntry.Flag.dirty == 0
    link(
      parent, index, leaf, needed,
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

  /// F9 to F12.
  private mutating func finishFault(
    _ address: UInt64, _ kind: AccessKind, _ walk: GuestWalk, _ leaf: Int, _ mask: SizeMask
  ) -> FaultOutcome {
    let writes = kind.contains(.write)
    let target = walk.target
    let protected = target == 0 ? 0 : mask & pageTableMask(target)
    if writes && protected != 0 {
      if kind.contains(.user) { refuse(.userWrite, protected) }
      unsync(target, protected)
      if refusal != nil { return .restart }
    }
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
    let emulated = writes ? protected & ~tables[target].outOfSync : 0
    if emulated != 0 {
      emulateAtBoot(address, target, emulated)
      return .over
    }
    counters.count(.faultFixed, mask)
    return .restart
  }
}
