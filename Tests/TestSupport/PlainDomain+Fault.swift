import GuestModel
import ShadowModel

/// What becomes of the instruction that faulted.
enum PlainFaultOutcome { case restart, emulated, over }

/// F3 to F12: faults.
extension PlainDomain {
  /// F3: a fault of the current vCPU.
  func fault(
    _ address: UInt64, _ kind: AccessKind, _ value: PlainValue?
  ) throws(PlainCrash) -> PlainFaultOutcome {
    counters[.fault] += 1
    if let last = vcpu.lastEmulated, last.page == address / 4096 {
      let isSupervisorWrite = kind.contains(.write) && !kind.contains(.user)
      if isSupervisorWrite && shadowWalk(address) != nil && !isOutOfSync(last.table) {
        counters[.faultFastEmulate] += 1
        emulate(address, last.table, value)
        return .emulated
      }
      vcpu.lastEmulated = nil
    }
    while true {
      if let outcome = try slowFault(address, kind, value) { return outcome }
    }
  }

  /// F4 to F12; nil to walk again.
  private func slowFault(
    _ address: UInt64, _ kind: AccessKind, _ value: PlainValue?
  ) throws(PlainCrash) -> PlainFaultOutcome? {
    // F4.
    guard let walk = walkGuest(address, kind) else {
      counters[.faultBailRealFault] += 1
      record(.notShadow, address: address)
      vcpu.lastZeroWrite = nil
      return .over
    }
    // F5.
    guard guest.contains(walk.target) else {
      counters[.faultBailBadGfn] += 1
      vcpu.lastZeroWrite = nil
      return .over
    }
    // F6.
    switch vcpu.mode {
    case .unpaged, .twoLevel: try prealloc(2)
    case .pae: try prealloc(1)
    case .fourLevel: try prealloc(3)
    }
    // F7.
    guard protectTables(of: walk) else { return nil }
    // F8: PAE with an empty slot.
    guard let root = vcpu.loaded[vcpu.slot(address)] else {
      try loadRoot(vcpu)
      return nil
    }
    let isWrite = kind.contains(.write)
    let leaf = goDown(from: root, walk, isWrite: isWrite)
    // F9.
    if isWrite && isPageTable(walk.target) { unsync(walk.target) }
    // F10.
    let index = vcpu.index(.l1, address)
    fillLeaf(leaf, index, walk, isWrite: isWrite)
    // F11.
    prefetch(leaf, after: index, walk)
    return conclude(address, kind, walk.target, value)
  }

  /// F7: false to walk again.
  private func protectTables(of walk: PlainWalk) -> Bool {
    var isRevoked = false
    var isWalkedAgain = false
    for step in walk.steps {
      guard case .frame(let table) = step.table else { continue }
      switch step.level {
      case .l4, .fl1: continue
      case .l2 where vcpu.mode == .twoLevel: continue
      case .l3, .l2:
        if isOutOfSync(table) {
          resync(table)
          isWalkedAgain = true
        } else if revokeWriteAccess(table) {
          isRevoked = true
        }
      case .l1:
        if !isOutOfSync(table) && revokeWriteAccess(table) { isRevoked = true }
      }
    }
    if isRevoked {
      counters[.rmWriteFlushTLB] += 1
      counters[.checkGwalk] += 1
    }
    return !isWalkedAgain
  }

  /// F8: the L1 or FL1 shadow, made and linked where it is missing.
  private func goDown(
    from root: PlainShadow, _ walk: PlainWalk, isWrite: Bool
  ) -> PlainShadow {
    var shadow = root
    var isUpperLinkWritten = false
    for step in walk.steps where step.level != .l1 {
      // After the L2 level was reached.
      if step.level == .l2 && isUpperLinkWritten { resyncAll() }
      let guestEntry = guest.entry(step.table, step.index)
      let link = shadow.entries[step.index]
      let isWrittenAgain =
        step.level == .l2 && isWrite && link?.isWritable == false
        && guestEntry.has(GuestEntry.Flag.writable)
      if link == nil || isWrittenAgain {
        let key = childKey(guestEntry, parent: shadow.type)
        let child = lookUp(key) ?? makeShadow(key)
        setLink(shadow, step.index, linkEntry(guestEntry, child))
        if step.level != .l2 { isUpperLinkWritten = true }
      }
      guard let child = shadow.entries[step.index]?.child else {
        preconditionFailure("an entry that was walked has Accessed set and is linked")
      }
      shadow = child
    }
    return shadow
  }

  /// The key of the shadow that a directory's entry links.
  func childKey(_ entry: GuestEntry, parent: PlainType) -> PlainKey {
    var level = PlainType.Level.l1
    var frame = entry.frame
    switch parent.level {
    case .l4: level = .l3
    case .l3: level = .l2
    default:
      if entry.has(GuestEntry.Flag.superpage) {
        level = .fl1
        frame = superpageStart(entry.frame, parent.mode)
      }
    }
    return PlainKey(table: .frame(frame), type: PlainType(mode: parent.mode, level: level))
  }

  /// F8: the link that a directory's entry becomes; nil is empty.
  func linkEntry(_ entry: GuestEntry, _ child: PlainShadow) -> PlainEntry? {
    guard entry.has(GuestEntry.Flag.present | GuestEntry.Flag.accessed) else { return nil }
    var isWritable = entry.has(GuestEntry.Flag.writable)
    if child.type.level == .fl1 && !entry.has(GuestEntry.Flag.dirty) { isWritable = false }
    return PlainEntry(
      isWritable: isWritable, isUser: entry.has(GuestEntry.Flag.user), child: child)
  }

  /// F10: what a guest entry becomes in an L1 or FL1; nil is empty.
  func leafEntry(_ entry: GuestEntry, isWrite: Bool) -> PlainEntry? {
    guard entry.has(GuestEntry.Flag.present | GuestEntry.Flag.accessed) else { return nil }
    guard guest.contains(entry.frame) else { return nil }
    var isWritable = entry.has(GuestEntry.Flag.writable | GuestEntry.Flag.dirty)
    if isPageTable(entry.frame) && !(isWrite && mayBeWritten(entry.frame)) { isWritable = false }
    return PlainEntry(
      isWritable: isWritable, isUser: entry.has(GuestEntry.Flag.user), target: entry.frame)
  }

  /// The guest's entry for one page: an L1 entry, or what the superpage says of that page.
  private func pageEntry(_ leaf: PlainShadow, _ index: Int, _ walk: PlainWalk) -> GuestEntry {
    guard let last = walk.steps.last else { return .empty }
    guard let first = walk.superpage else { return guest.entry(leaf.key.table, index) }
    // F10: A and D are taken as set.
    let flags = GuestEntry.Flag.accessed | GuestEntry.Flag.dirty
    return GuestEntry(
      frame: first + index, flags: guest.entry(last.table, last.index).flags | flags)
  }

  /// F10: sets an L1 or FL1 entry, and its snapshot.
  private func fillLeaf(_ leaf: PlainShadow, _ index: Int, _ walk: PlainWalk, isWrite: Bool) {
    let entry = pageEntry(leaf, index, walk)
    setLeaf(leaf, index, leafEntry(entry, isWrite: isWrite))
    if let table = leaf.key.tableFrame { setSnapshot(table, index, entry) }
  }

  /// F11.
  private func prefetch(_ leaf: PlainShadow, after index: Int, _ walk: PlainWalk) {
    let pageEnd = (index / 512 + 1) * 512
    let end = min(index + configuration.prefetchDistance, pageEnd)
    guard index + 1 < end else { return }
    for next in index + 1..<end {
      if leaf.entries[next] != nil { return }
      let entry = pageEntry(leaf, next, walk)
      if leaf.type.level == .l1 && entry.has(GuestEntry.Flag.present) {
        if !entry.has(GuestEntry.Flag.accessed) { return }
        if entry.has(GuestEntry.Flag.writable) && !entry.has(GuestEntry.Flag.dirty) { return }
      }
      fillLeaf(leaf, next, walk, isWrite: false)
    }
  }

  /// F12.
  private func conclude(
    _ address: UInt64, _ kind: AccessKind, _ target: GFN, _ value: PlainValue?
  ) -> PlainFaultOutcome {
    let isUser = kind.contains(.user)
    guard kind.contains(.write), isPageTable(target), !(isOutOfSync(target) && !isUser) else {
      counters[.faultFixed] += 1
      vcpu.lastZeroWrite = nil
      record(.fixup, address: address)
      return .restart
    }
    counters[.faultEmulateWrite] += 1
    if isUser {
      counters[.faultEmulateFailed] += 1
      removeShadows(of: target, fast: false)
      record(.emulateUnshadowUser, address: address)
      return .restart
    }
    // U5.
    if dying.contains(target) && !isLoaded(target) { removeShadows(of: target, fast: true) }
    emulate(address, target, value)
    // W3.
    vcpu.lastEmulated = (address / 4096, target)
    return .emulated
  }
}
