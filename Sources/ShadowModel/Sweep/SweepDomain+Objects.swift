import GuestModel

/// Rules S, and the pin list, for many allocations.
extension SweepDomain {
  // MARK: The pin list

  /// R2, for all allocations.
  mutating func pin(_ object: Int) {
    let fresh = full & ~objects[object].pinned
    let wasListed = objects[object].pinned != 0
    if fresh != 0 {
      drop(references.add(object, fresh), .overflow)
      objects[object].pinned |= full
    }
    if Int(listHead) != object {
      var alone: SizeMask = 0
      if wasListed {
        alone = passTails(of: object, objects[object].tails)
        unlink(object)
      }
      objects[object].next = listHead
      objects[object].previous = 0
      if listHead != 0 { objects[Int(listHead)].previous = UInt32(object) }
      listHead = UInt32(object)
      setTails(object, alone)
    }
    if fresh != 0 { setTails(object, fresh & ~tailed) }
  }

  /// Makes the object the end of lists.
  private mutating func setTails(_ object: Int, _ mask: SizeMask) {
    if mask == 0 { return }
    objects[object].tails |= mask
    tailed |= mask
    var left = mask
    while left != 0 {
      tailOf[left.trailingZeroBitCount] = UInt32(object)
      left &= left &- 1
    }
  }

  /// Hands the end of lists over to the next object towards the head that is pinned there; the
  /// allocations without one.
  private mutating func passTails(of object: Int, _ mask: SizeMask) -> SizeMask {
    objects[object].tails &= ~mask
    var left = mask
    var candidate = Int(objects[object].previous)
    while left != 0 && candidate != 0 {
      let taken = left & objects[candidate].pinned
      setTails(candidate, taken)
      left &= ~taken
      candidate = Int(objects[candidate].previous)
    }
    var alone = left
    tailed &= ~alone
    while alone != 0 {
      tailOf[alone.trailingZeroBitCount] = 0
      alone &= alone &- 1
    }
    return left
  }

  /// R3.
  mutating func unpin(_ object: Int, _ mask: SizeMask) {
    _ = passTails(of: object, objects[object].tails & mask)
    objects[object].pinned &= ~mask
    if objects[object].pinned == 0 { unlink(object) }
    release(object, mask)
  }

  private mutating func unlink(_ object: Int) {
    let (previous, next) = (Int(objects[object].previous), Int(objects[object].next))
    if previous == 0 { listHead = UInt32(next) } else { objects[previous].next = UInt32(next) }
    if next != 0 { objects[next].previous = UInt32(previous) }
  }

  /// R5, while all allocations agree.
  private mutating func leaveL3ToplevelModeIfDue(_ mask: SizeMask) {
    var object = Int(listHead)
    var pinnedL4s = 0
    while object != 0 {
      let next = Int(objects[object].next)
      if objects[object].type == ShadowType.l4.rawValue {
        dropFewer(objects[object].pinned, ~objects[object].pinned, .rootsOfL3)
        if objects[object].pinned & full != 0 { pinnedL4s += 1 }
      }
      object = next
    }
    guard pinnedL4s > 2 * vcpus.count else { return }
    dropFewer(mask, ~mask, .rootsOfL3)
    object = Int(listHead)
    while object != 0 {
      let next = Int(objects[object].next)
      if objects[object].type == ShadowType.l3.rawValue {
        unpin(object, full & objects[object].pinned)
      }
      object = next
    }
    pinsL3 = false
    var newest = [UInt64](repeating: 0, count: objectCount)
    for parent in 1..<objectCount
    where objects[parent].type == ShadowType.l4.rawValue && objects[parent].resident & full != 0 {
      dropFewer(objects[parent].resident, ~objects[parent].resident, .rootsOfL3)
      if objects[parent].resident & full == 0 { continue }
      let slot = Int(objects[parent].slot)
      for index in 0..<512 where uppers.links[slot * 1024 + index] & full != 0 {
        let child = Int(uppers.children[slot * 1024 + index] & SweepUppers.childMask)
        let links = uppers.links[slot * 1024 + index]
        dropFewer(links, ~links, .rootsOfL3)
        guard links & full != 0, objects[parent].serial >= newest[child] else { continue }
        newest[child] = objects[parent].serial
        objects[child].upParent = UInt32(parent)
        objects[child].upIndex = UInt16(index)
        objects[child].ups = full
        forgetOtherUps(child, ~0)
      }
    }
  }

  // MARK: Shadows

  /// S2: looks a table's shadow up; the allocations at which there is none.
  @inline(__always)
  mutating func lookUp(_ table: Int, _ type: ShadowType, _ mask: SizeMask) -> (Int, SizeMask) {
    counters.count(.getShadowStatus, mask)
    counters.count(.hashLookups, mask)
    var object = Int(tables[table].object)
    if object == 0 {
      object = makeObject(type)
      objects[object].table = UInt32(table)
      objects[object].frame = tables[table].frame
      tables[table].object = UInt32(object)
    } else if objects[object].type != type.rawValue {
      object = sibling(of: object, type)
    }
    let missing = mask & ~objects[object].resident
    if missing != 0 { counters.count(.hashLookupMiss, missing) }
    return (object, missing)
  }

  /// The table's object of another kind, made if need be.
  @inline(never)
  private mutating func sibling(of first: Int, _ type: ShadowType) -> Int {
    var object = first
    while objects[object].type != type.rawValue {
      if objects[object].sibling == 0 {
        let fresh = makeObject(type)
        objects[fresh].table = objects[first].table
        objects[fresh].frame = objects[first].frame
        objects[object].sibling = UInt32(fresh)
      }
      object = Int(objects[object].sibling)
    }
    return object
  }

  /// The table's object of a kind, 0 for none.
  mutating func object(of table: Int, where isWanted: (ShadowType) -> Bool) -> Int {
    var object = Int(tables[table].object)
    while object != 0 {
      if let type = ShadowType(rawValue: objects[object].type), isWanted(type) { return object }
      object = Int(objects[object].sibling)
    }
    return 0
  }

  mutating func lookUpSplinter(_ frame: GFN, _ type: ShadowType, _ mask: SizeMask)
    -> (Int, SizeMask)
  {
    counters.count(.hashLookups, mask)
    let index = type == .fl1TwoLevel ? frame.index >> 10 : frame.index >> 9
    if frame.index >= memory.frameCount {
      counters.count(.hashLookupMiss, mask)
      return (0, mask)
    }
    var object: Int
    switch type {
    case .fl1TwoLevel: object = Int(splintersTwoLevel[index])
    case .fl1PAE: object = Int(splintersPAE[index])
    default: object = Int(splinters[index])
    }
    if object == 0 {
      object = makeObject(type)
      objects[object].frame = frame.rawValue
      switch type {
      case .fl1TwoLevel: splintersTwoLevel[index] = UInt32(object)
      case .fl1PAE: splintersPAE[index] = UInt32(object)
      default: splinters[index] = UInt32(object)
      }
    }
    let missing = mask & ~objects[object].resident
    if missing != 0 { counters.count(.hashLookupMiss, missing) }
    return (object, missing)
  }

  private mutating func makeObject(_ type: ShadowType) -> Int {
    let object = objectCount
    objectCount += 1
    if objectCount > objects.count { objects.grow(to: objectCount * 2, filling: SweepObject()) }
    references.makeRoom(for: object)
    objects[object].type = type.rawValue
    objects[object].slot = UInt32(
      type.isLeaf ? leaves.take(pages: type.pages) : uppers.take())
    return object
  }

  /// S4: the shadow comes to exist at the allocations of `mask`.
  mutating func make(_ object: Int, _ mask: SizeMask) {
    guard let type = ShadowType(rawValue: objects[object].type) else { return }
    takePages(type.pages, mask)
    if type == .l4 && pinsL3 { leaveL3ToplevelModeIfDue(mask) }
    let table = Int(objects[object].table)
    if table != 0 && tables[table].outOfSync & mask != 0 { resync(table, mask) }
    if announcesDying && table != 0 { tables[table].dying &= ~(mask & ~pageTableMask(table)) }
    lastSerial += 1
    objects[object].serial = lastSerial
    if type.isLeaf && objects[object].touched != 0 { forgetEntries(object, mask) }
    objects[object].resident |= mask
    objects[object].ups &= ~mask
    if objects[object].otherUps != 0 { forgetOtherUps(object, mask) }
    counters.count(.hashInserts, mask)
  }

  /// Takes a parent's reference (S3, S5).
  @inline(__always)
  mutating func reference(_ object: Int, from parent: Int, _ index: Int, _ mask: SizeMask) {
    drop(references.add(object, mask), .overflow)
    var fresh = mask & ~objects[object].ups
    if fresh == 0 { return }
    if objects[object].otherUps != 0 { fresh &= ~otherUpMask(object) }
    let isSame =
      Int(objects[object].upParent) == parent && Int(objects[object].upIndex) == index
    if objects[object].ups & full == 0 || isSame {
      if !isSame { objects[object].ups = 0 }
      objects[object].upParent = UInt32(truncatingIfNeeded: parent)
      objects[object].upIndex = UInt16(truncatingIfNeeded: index)
      objects[object].ups |= fresh
    } else {
      addOtherUp(object, parent, index, fresh)
    }
  }

  /// Drops a parent's reference.
  @inline(__always)
  mutating func release(_ object: Int, from parent: Int, _ index: Int, _ mask: SizeMask) {
    if Int(objects[object].upParent) == parent && Int(objects[object].upIndex) == index {
      objects[object].ups &= ~mask
    }
    if objects[object].otherUps != 0 { forgetOtherUp(object, parent, index, mask) }
    release(object, mask)
  }

  @inline(__always)
  mutating func release(_ object: Int, _ mask: SizeMask) {
    let dead = references.drop(object, mask) & full
    if dead != 0 { destroy(object, dead) }
  }

  /// S3.
  private mutating func destroy(_ object: Int, _ mask: SizeMask) {
    invalidate()
    guard let type = ShadowType(rawValue: objects[object].type) else { return }
    counters.count(.hashDeletes, mask)
    if type.isLeaf {
      if objects[object].mapsTables { releaseWriters(object, mask) }
      let table = Int(objects[object].table)
      if table != 0 && tables[table].outOfSync & mask != 0 { leaveOutOfSync(table, mask) }
    }
    objects[object].resident &= ~mask
    if !type.isLeaf { clearEntries(object, mask) }
    givePages(type.pages, mask)
  }

  /// Drops every present entry of an upper shadow, in index order.
  mutating func clearEntries(_ object: Int, _ mask: SizeMask) {
    let slot = Int(objects[object].slot)
    let type = objects[object].type
    let unsynced = outOfSync.reduce(0) { $0 | $1.mask } & mask
    var plainPages = 0
    var plainShadows = 0
    for group in 0..<(type == ShadowType.l2TwoLevel.rawValue ? 16 : 8) {
      var bits = uppers.presence[slot &* 16 &+ group]
      while bits != 0 {
        let index = group &* 64 &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        let entry = slot &* 1024 &+ index
        let links = uppers.links[entry]
        let linked = links & mask
        if linked == 0 { continue }
        let child = Int(uppers.children[entry] & SweepUppers.childMask)
        uppers.links[entry] = links & ~linked
        if links == linked {
          let word = slot &* 16 &+ group
          uppers.presence[word] = uppers.presence[word] & ~(1 &<< UInt64(index & 63))
        }
        let pages = releasePlainly(
          child, from: object, index, linked, mask, unsynced: unsynced)
        if pages == 0 {
          release(child, from: object, index, linked)
        } else if pages > 0 {
          plainShadows &+= 1
          plainPages &+= pages
        }
      }
    }
    if plainShadows == 0 { return }
    counters.add(Counters.Name.hashDeletes.rawValue, count: plainShadows, mask)
    counters.add(Counters.Name.free.rawValue, count: plainShadows, mask)
    counters.add(SlicedCounters.pagesGiven, count: plainPages, mask)
    pages.give(count: plainPages, mask)
    forgetEmulations(mask)
  }

  /// Drops the reference of a leaf that nothing out of the ordinary is known of.
  ///
  /// Its pages, for the caller to give back, if that ends it at all allocations of `mask`; -1 if it
  /// lives on everywhere; 0 if nothing was done. At those of `unsynced` some table is out of sync.
  @inline(__always)
  private mutating func releasePlainly(
    _ child: Int, from parent: Int, _ index: Int, _ linked: SizeMask, _ mask: SizeMask,
    unsynced: SizeMask
  ) -> Int {
    let header = objects[child]
    guard linked == mask, header.table != 0, !header.mapsTables,
      unsynced == 0 || tables[Int(header.table)].outOfSync & unsynced == 0
    else { return 0 }
    let pages: Int
    switch header.type {
    case ShadowType.l1PAE.rawValue, ShadowType.l1.rawValue: pages = 1
    case ShadowType.l1TwoLevel.rawValue: pages = 2
    default: return 0
    }
    if header.otherUps != 0 { return 0 }
    let others = references.others(child, mask)
    if others != 0 { return 0 }
    _ = references.drop(child, mask)
    if Int(header.upParent) == parent && Int(header.upIndex) == index {
      objects[child].ups = header.ups & ~mask
    }
    objects[child].resident = header.resident & ~mask
    return pages
  }

  /// S6 for a link, new or with other rights.
  mutating func link(
    _ parent: Int, _ index: Int, _ child: Int, _ mask: SizeMask, writable: Bool, user: Bool
  ) {
    let entry = Int(objects[parent].slot) &* 1024 &+ index
    let value = UInt32(child) | (user ? SweepUppers.user : 0)
    let old = uppers.children[entry]
    if old != value { dropFewer(mask, uppers.links[entry] & ~mask, .stale) }
    let mask = mask & full
    if mask == 0 { return }
    let again = mask & uppers.links[entry]
    reference(child, from: parent, index, mask)
    if objects[parent].type == ShadowType.l4.rawValue && pinsL3 {
      dropFewer(mask, ~mask, .rootsOfL3)
      if mask & full == 0 { return }
      pin(child)
    }
    let table = Int(objects[child].table)
    if table != 0 && tables[table].outOfSync & mask != 0 { resync(table, mask) }
    uppers.children[entry] = value
    uppers.links[entry] = (old == value ? uppers.links[entry] : again) | mask
    uppers.writable[entry] =
      writable ? uppers.writable[entry] | mask : uppers.writable[entry] & ~mask
    let word = Int(objects[parent].slot) &* 16 &+ index &>> 6
    uppers.presence[word] = uppers.presence[word] | 1 &<< UInt64(index & 63)
    if again != 0 {
      invalidate()
      release(Int(old & SweepUppers.childMask), from: parent, index, again)
    }
  }

  /// S6 for an entry that becomes empty.
  mutating func unlink(_ parent: Int, _ index: Int, _ mask: SizeMask) {
    let entry = Int(objects[parent].slot) &* 1024 &+ index
    let linked = uppers.links[entry] & mask
    if linked == 0 { return }
    uppers.links[entry] = uppers.links[entry] & ~linked
    if uppers.links[entry] == 0 {
      let word = Int(objects[parent].slot) &* 16 &+ index &>> 6
      uppers.presence[word] = uppers.presence[word] & ~(1 &<< UInt64(index & 63))
    }
    invalidate()
    release(Int(uppers.children[entry] & SweepUppers.childMask), from: parent, index, linked)
  }

  @inline(__always)
  mutating func invalidate() {
    generation &+= 1
    if generation == 0 {
      walkTags.fill(from: 0, count: walkTags.count, with: 0)
      generation = 1
      codeGeneration = 0
    }
  }
}
