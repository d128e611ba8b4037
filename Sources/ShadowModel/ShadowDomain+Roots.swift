import GuestModel

/// Rules R: roots, the pin list and paging modes.
extension ShadowDomain {
  /// A CR3 write of a frame within memory.
  mutating func loadRoot(_ frame: GFN) {
    vcpus[current].rootFrame = frame.rawValue
    updateRoots(current)
  }

  /// R1: makes the vCPU's loaded roots those of its CR3.
  mutating func updateRoots(_ vcpu: Int) {
    rootLoads &+= 1
    resyncOwn(vcpu)
    switch vcpus[vcpu].mode {
    case .unpaged:
      install(vcpu, slot: 0, table: unpagedTable, .l2TwoLevel)
    case .twoLevel, .fourLevel:
      let table = ensureTable(in: GFN(vcpus[vcpu].rootFrame))
      revokeWriteAccess(table)
      install(vcpu, slot: 0, table: table, ShadowType.root(vcpus[vcpu].mode))
    case .pae:
      updatePAERoots(vcpu)
    }
    invalidate()
    vcpus[vcpu].emulatedPage = 0
    if !isCrashed { bringOthersUpToDate(vcpu) }
  }

  /// R8: a hypercall flushes the TLBs of vCPUs.
  mutating func flushTLBs(_ mask: UInt64) {
    for vcpu in 0..<min(64, vcpus.count) where mask >> UInt64(vcpu) & 1 == 1 && !isCrashed {
      updateRoots(vcpu)
    }
  }

  private mutating func updatePAERoots(_ vcpu: Int) {
    let top = memory.table(in: GFN(vcpus[vcpu].rootFrame))
    for slot in 0..<4 {
      var entry = top == 0 ? GuestEntry.empty : memory.entry(top, slot)
      if !entry.has(GuestEntry.Flag.present) || entry.frame.index >= memory.frameCount {
        entry = .empty
      }
      vcpus[vcpu].topEntries[slot] = entry.rawValue
    }
    for slot in 0..<4 where vcpus[vcpu].topEntries[slot] != 0 {
      let entry = GuestEntry(rawValue: vcpus[vcpu].topEntries[slot])
      revokeWriteAccess(ensureTable(in: entry.frame))
    }
    for slot in 0..<4 {
      let entry = GuestEntry(rawValue: vcpus[vcpu].topEntries[slot])
      if entry.rawValue == 0 {
        uninstall(vcpu, slot: slot)
      } else {
        install(vcpu, slot: slot, table: memory.table(in: entry.frame), .l2PAE)
      }
      if isCrashed { return }
    }
  }

  /// R1 (d): puts the shadow of a root table into a slot.
  private mutating func install(_ vcpu: Int, slot: Int, table: Int, _ type: ShadowType) {
    var shadow = lookUp(table, type)
    if shadow == 0 {
      guard preallocate(type.pages) else { return }
      shadow = makeShadow(ofTable: table, type)
    }
    uppers.headers[shadow].references += 1
    if Policy.refreshesOnRootLoad { pin(.upper(shadow)) }
    let old = Int(vcpus[vcpu].roots[slot])
    vcpus[vcpu].roots[slot] = UInt32(shadow)
    if old != 0 { releaseUpper(old) }
  }

  private mutating func uninstall(_ vcpu: Int, slot: Int) {
    let old = Int(vcpus[vcpu].roots[slot])
    vcpus[vcpu].roots[slot] = 0
    if old != 0 { releaseUpper(old) }
  }

  /// R6: a control register write, after which the vCPU is in `mode`.
  mutating func setMode(_ mode: PagingMode) {
    let vcpu = current
    resyncAll()
    for slot in 0..<4 { uninstall(vcpu, slot: slot) }
    let old = vcpus[vcpu].mode
    vcpus[vcpu].mode = mode
    noteMode()
    if (old == .fourLevel) != (mode == .fourLevel) {
      guard preallocate(Self.monitorPages(mode)) else { return }
      for _ in 0..<Self.monitorPages(mode) { takePages(1) }
      for _ in 0..<Self.monitorPages(old) { givePages(1) }
    }
    noteOutOfSyncActive()
    updateRoots(vcpu)
  }

  /// Pages of a vCPU's monitor table.
  static func monitorPages(_ mode: PagingMode) -> Int { mode == .fourLevel ? 1 : 3 }

  private mutating func noteOutOfSyncActive() {
    outOfSyncActive = configuration.outOfSyncEnabled
    for number in 0..<vcpus.count where vcpus[number].mode == .unpaged {
      outOfSyncActive = false
    }
  }

  /// R7: what each vCPU is given when the domain is created.
  mutating func createVCPU(_ number: Int) {
    current = number
    for slot in 0..<3 {
      guard preallocate(1) else { return }
      takePages(1)
      let snapshot = memory.makeDetachedTable()
      makeRoom(forTable: snapshot)
      vcpus[number].snapshots[slot] = UInt32(snapshot)
    }
    guard preallocate(Self.monitorPages(.unpaged)) else { return }
    for _ in 0..<Self.monitorPages(.unpaged) { takePages(1) }
    setMode(.unpaged)
  }

  /// R7: a vCPU begins to run.
  mutating func startVCPU(_ number: Int) {
    current = number
    vcpus[number].isStarted = true
    setMode(.unpaged)
  }

  /// R2.
  mutating func pin(_ shadow: ShadowRef) {
    if pinHead == shadow { return }
    if header(shadow).isPinned {
      unlink(shadow)
    } else {
      withHeader(shadow) {
        $0.isPinned = true
        $0.references += 1
      }
      if header(shadow).type == ShadowType.l4.rawValue { pinnedRoots += 1 }
    }
    let head = pinHead
    withHeader(shadow) {
      $0.previous = .none
      $0.next = head
    }
    if head == .none { pinTail = shadow } else { withHeader(head) { $0.previous = shadow } }
    pinHead = shadow
  }

  /// R3.
  mutating func unpin(_ shadow: ShadowRef) {
    unlink(shadow)
    withHeader(shadow) { $0.isPinned = false }
    if header(shadow).type == ShadowType.l4.rawValue { pinnedRoots -= 1 }
    if shadow.isLeaf { releaseLeaf(shadow.slot) } else { releaseUpper(shadow.slot) }
  }

  private mutating func unlink(_ shadow: ShadowRef) {
    let header = header(shadow)
    if header.previous == .none {
      pinHead = header.next
    } else {
      withHeader(header.previous) { $0.next = header.next }
    }
    if header.next == .none {
      pinTail = header.previous
    } else {
      withHeader(header.next) { $0.previous = header.previous }
    }
  }

  @inline(__always)
  func withHeader(_ shadow: ShadowRef, _ change: (inout ShadowHeader) -> Void) {
    if shadow.isLeaf {
      change(&leaves.headers[shadow.slot])
    } else {
      change(&uppers.headers[shadow.slot])
    }
  }

  /// R5: a new L4 is being made: if there are many, this is no guest that switches by L4 entry.
  mutating func leaveL3ToplevelModeIfDue() {
    guard pinnedRoots > 2 * vcpus.count else { return }
    var shadow = pinTail
    while shadow != .none {
      let previous = header(shadow).previous
      if header(shadow).type == ShadowType.l3.rawValue { unpin(shadow) }
      shadow = previous
    }
    pinsL3 = false
    var newest = Buffer<UInt64>(repeating: 0, count: uppers.end)
    for slot in 1..<uppers.end where uppers.headers[slot].serial != 0 {
      let header = uppers.headers[slot]
      guard header.type == ShadowType.l4.rawValue else { continue }
      for index in 0..<512 {
        let child = Int(uppers.entry(slot, index) & UpperStore.slotMask)
        guard child != 0, header.serial >= newest[child] else { continue }
        newest[child] = header.serial
        uppers.headers[child].upParent = UInt32(slot)
        uppers.headers[child].upIndex = UInt16(index)
      }
    }
    newest.grow(to: 0, filling: 0)
  }
}
