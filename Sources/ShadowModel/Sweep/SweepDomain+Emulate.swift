import GuestModel

/// Rules E, W3 and U1 for many allocations.
extension SweepDomain {
  // MARK: What vCPUs remember

  /// F3: the last write was emulated, and this is the same page; the allocations at which it is
  /// emulated at once.
  mutating func emulateAtOnce(
    _ address: UInt64, _ kind: AccessKind, _ mask: SizeMask, _ path: SweepPath
  ) -> SizeMask {
    let page = (address &>> 12) & pageMask &+ 1
    let mapped = ~misses(address, .read, path)
    let isWrite = kind.contains(.write) && !kind.contains(.user)
    var done: SizeMask = 0
    for number in emulations.indices
    where emulations[number].vcpu == current && emulations[number].page == page {
      var group = emulations[number]
      let concerned = group.mask & mask
      group.mask = isWrite ? concerned & mapped & ~tables[group.table].outOfSync : 0
      emulations[number].mask &= ~concerned | group.mask
      if group.mask == 0 { continue }
      counters.count(.faultFastEmulate, group.mask)
      group.isRemembered = false
      emulating.append(group)
      done |= group.mask
    }
    noteRemembering()
    return done
  }

  /// P4: pages were given back.
  @inline(__always)
  mutating func forgetEmulations(_ mask: SizeMask) {
    if remembering & mask != 0 { forgetEmulationsSlowly(mask) }
  }

  @inline(never)
  private mutating func forgetEmulationsSlowly(_ mask: SizeMask) {
    for number in emulations.indices { emulations[number].mask &= ~mask }
    noteRemembering()
  }

  /// R1 (e) and I1.
  mutating func forgetEmulations(ofVCPU vcpu: Int, _ mask: SizeMask) {
    if remembering & mask == 0 { return }
    for number in emulations.indices where emulations[number].vcpu == vcpu {
      emulations[number].mask &= ~mask
    }
    noteRemembering()
  }

  private mutating func remember(_ group: SweepEmulation) {
    for number in emulations.indices where emulations[number].vcpu == group.vcpu {
      emulations[number].mask &= ~group.mask
    }
    emulations.append(group)
    noteRemembering()
  }

  private mutating func noteRemembering() {
    emulations.removeAll { $0.mask & full == 0 }
    remembering = emulations.reduce(0) { $0 | $1.mask }
  }

  /// U1: the current vCPU's memory is reset.
  @inline(__always)
  mutating func forgetZeroWrites(_ mask: SizeMask) {
    if zeroing & mask != 0 { forgetZeroWritesSlowly(mask) }
  }

  @inline(never)
  private mutating func forgetZeroWritesSlowly(_ mask: SizeMask) {
    for number in zeroWrites.indices where zeroWrites[number].vcpu == current {
      zeroWrites[number].mask &= ~mask
    }
    zeroWrites.removeAll { $0.mask & full == 0 }
    zeroing = zeroWrites.reduce(0) { $0 | $1.mask }
  }

  // MARK: Emulated writes

  /// E1 where the write is emulated, after a `write` that all allocations agree on; nil for an
  /// access that leaves memory as it was.
  mutating func emulate(_ address: UInt64, _ write: SweepWrite?) {
    let index = Int(address & 4095) / entryBytes
    let groups = emulating
    emulating.removeAll(keepingCapacity: true)
    var olds: [GuestEntry] = []
    for group in groups where index < memory.entriesPerTable {
      olds.append(memory.entry(group.table, index))
      hideLeafEntry(group.table, index, group.mask & full)
    }
    if let write, !write.isIdle, index < memory.entriesPerTable {
      memory.setEntry(ensureTable(in: write.frame), index, write.entry)
    }
    for (number, group) in groups.enumerated() where group.mask & full != 0 {
      if index < memory.entriesPerTable {
        let new = pendingEntry ?? olds[number]
        emulateStep(
          group.table, index, old: olds[number], new: new, isHighHalf: false, group.mask & full)
        if configuration.shape.mode == .pae && pendingEntry != nil {
          emulateStep(
            group.table, index, old: new, new: new, isHighHalf: true, group.mask & full)
        }
      }
      if group.isRemembered { remember(group) }
    }
  }

  /// C1.
  mutating func changeEntry(_ frame: GFN, _ index: Int, _ entry: GuestEntry) {
    guard frame.index < memory.frameCount, index < memory.entriesPerTable else { return }
    let table = ensureTable(in: frame)
    hideLeafEntry(table, index, full)
    for type in ShadowType.removalOrder where !type.isLeaf {
      let object = object(of: table) { $0 == type }
      if object != 0 { unlink(object, index, full & objects[object].resident) }
    }
    memory.setEntry(table, index, entry)
    for place in outOfSync where place.table == table && place.mask & full != 0 {
      memory.copyEntry(from: table, to: place.snapshot, at: index)
    }
  }

  /// C2.
  mutating func unshadow(_ frame: GFN) {
    let table = memory.table(in: frame)
    if table == 0 { return }
    let mask = full & pageTableMask(table)
    if mask != 0 { removeShadows(of: table, mask, fast: false) }
  }

  /// Empties the leaf shadow's entry before the guest's entry changes, while it is still known
  /// what it maps.
  private mutating func hideLeafEntry(_ table: Int, _ index: Int, _ mask: SizeMask) {
    let object = object(of: table) { $0.isLeaf }
    if object == 0 { return }
    let present =
      leaves.present[Int(objects[object].slot) &* 512 &+ index] & mask & objects[object].resident
    if present != 0 {
      setLeafEntry(object, index, present, present: false, writable: 0, user: false, target: 0)
    }
  }

  private mutating func emulateStep(
    _ table: Int, _ index: Int, old: GuestEntry, new: GuestEntry, isHighHalf: Bool,
    _ mask: SizeMask
  ) {
    if isHighHalf || new.rawValue == 0 {
      if !isHighHalf { noteZeroWrite(table, mask) }
    } else {
      forgetZeroWrites(mask)
    }
    let concerned = mask & full & pageTableMask(table)
    if concerned == 0 { return }
    let isAligned = entryBytes == 4 || !isHighHalf
    let isPresent = old.has(GuestEntry.Flag.present) || new.has(GuestEntry.Flag.present)
    if isAligned && (isHighHalf || !isPresent) { return }
    validate(table, index, new, concerned)
  }

  /// E1 (3).
  private mutating func validate(
    _ table: Int, _ index: Int, _ entry: GuestEntry, _ mask: SizeMask
  ) {
    var bogus: SizeMask = 0
    for type in ShadowType.validationOrder {
      let object = object(of: table) { $0 == type }
      let concerned = object == 0 ? 0 : objects[object].resident & mask & full
      if concerned != 0 && validate(table, type, index, entry, concerned) { bogus |= concerned }
    }
    if bogus != 0 { removeShadows(of: table, bogus & full, fast: false) }
  }

  /// The same for one kind of shadow; true if the entry names a frame beyond memory.
  private mutating func validate(
    _ table: Int, _ type: ShadowType, _ index: Int, _ entry: GuestEntry, _ mask: SizeMask
  ) -> Bool {
    let (object, _) = lookUp(table, type, mask)
    counters.count(type.validationCounter, mask)
    if type.isLeaf {
      setFromGuest(object, table, index, mask)
      return false
    }
    let isSuperpage = type.isDirectory && entry.has(GuestEntry.Flag.superpage)
    let isPresent = entry.has(GuestEntry.Flag.present)
    let isBogus = isPresent && !isSuperpage && entry.frame.index >= memory.frameCount
    var linked: SizeMask = 0
    var child = 0
    if isPresent && !isBogus {
      var missing: SizeMask = 0
      if isSuperpage {
        let splinter = type.splinterBelow
        let first = entry.frame.index & ~(splinter.pages * 512 - 1)
        (child, missing) = lookUpSplinter(GFN(first), splinter, mask)
      } else {
        (child, missing) = lookUp(ensureTable(in: entry.frame), type.tableBelow, mask)
      }
      linked = entry.has(GuestEntry.Flag.accessed) ? mask & full & ~missing : 0
    }
    unlink(object, index, mask & full & ~linked)
    setLink(object, index, child, linked & full, entry.flags, type)
    return isBogus
  }

  /// S6: what is linked so already stays.
  private mutating func setLink(
    _ parent: Int, _ index: Int, _ child: Int, _ mask: SizeMask, _ flags: UInt32,
    _ type: ShadowType
  ) {
    if mask == 0 { return }
    let isClean =
      type.isDirectory && flags & GuestEntry.Flag.superpage != 0
      && flags & GuestEntry.Flag.dirty == 0
    let writable = flags & GuestEntry.Flag.writable != 0 && !isClean
    let user = flags & GuestEntry.Flag.user != 0
    let entry = Int(objects[parent].slot) &* 1024 &+ index
    var same: SizeMask = 0
    if uppers.children[entry] == UInt32(child) | (user ? SweepUppers.user : 0) {
      same =
        uppers.links[entry] & (writable ? uppers.writable[entry] : ~uppers.writable[entry])
    }
    let changed = mask & ~same
    if changed != 0 { link(parent, index, child, changed, writable: writable, user: user) }
  }

  /// U1.
  private mutating func noteZeroWrite(_ table: Int, _ mask: SizeMask) {
    var again: SizeMask = 0
    if announcesDying {
      again = vcpus[current].tearsDown & mask & full & ~rootMask(table)
    } else {
      for write in zeroWrites where write.vcpu == current && write.table == table {
        again |= write.mask & mask & full
      }
    }
    again &= pageTableMask(table)
    if again != 0 {
      counters.count(.earlyUnshadow, again)
      removeShadows(of: table, again, fast: true)
    }
    forgetZeroWrites(mask)
    zeroWrites.append(SweepZeroWrite(vcpu: current, table: table, mask: mask))
    zeroing |= mask
  }

  // MARK: Unshadowing

  /// U2.
  mutating func removeShadows(of table: Int, _ mask: SizeMask, fast: Bool) {
    let all = mask & full & pageTableMask(table)
    if all == 0 { return }
    counters.count(.unshadow, all)
    for type in ShadowType.removalOrder {
      let object = object(of: table) { $0 == type }
      let concerned = object == 0 ? 0 : all & full & objects[object].resident
      if concerned != 0 { removeShadow(object, type, concerned, fast: fast) }
    }
  }

  private mutating func removeShadow(
    _ object: Int, _ type: ShadowType, _ concerned: SizeMask, fast: Bool
  ) {
    counters.count(.hashLookups, concerned)
    if type.isRoot || type == .l3 && pinsL3 {
      let pinned = objects[object].pinned & concerned
      if pinned != 0 { unpin(object, pinned) }
    } else if type != .l1TwoLevel {
      for up in remembered(object, concerned) {
        counters.count(.upPointer, up.mask)
        unlink(Int(up.parent), Int(up.index), up.mask)
      }
    }
    if !fast { clearParents(of: object, concerned & full & objects[object].resident) }
  }

  /// Clears every parent entry that links a shadow.
  private mutating func clearParents(of object: Int, _ mask: SizeMask) {
    if mask == 0 { return }
    for parent in 1..<objectCount {
      guard let type = ShadowType(rawValue: objects[parent].type), !type.isLeaf,
        objects[parent].resident & mask != 0
      else { continue }
      for group in 0..<16 {
        var bits = uppers.presence[Int(objects[parent].slot) &* 16 &+ group]
        while bits != 0 {
          let index = group &* 64 &+ bits.trailingZeroBitCount
          bits &= bits &- 1
          let entry = Int(objects[parent].slot) &* 1024 &+ index
          if Int(uppers.children[entry] & SweepUppers.childMask) == object {
            unlink(parent, index, mask)
          }
        }
      }
    }
  }
}
