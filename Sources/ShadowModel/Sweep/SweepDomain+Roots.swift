import GuestModel

/// Rules R for many allocations: a root load is one for all of them.
extension SweepDomain {
  mutating func loadRoot(_ frame: GFN) {
    vcpus[current].rootFrame = frame.rawValue
    updateRoots(current)
  }

  /// R1.
  mutating func updateRoots(_ vcpu: Int) {
    rootLoads &+= 1
    resyncOwn(vcpu, full)
    switch vcpus[vcpu].mode {
    case .unpaged: install(vcpu, slot: 0, table: unpagedTable, .l2TwoLevel)
    case .twoLevel, .fourLevel:
      let table = ensureTable(in: GFN(vcpus[vcpu].rootFrame))
      _ = revokeWriteAccess(table, full)
      install(vcpu, slot: 0, table: table, ShadowType.root(vcpus[vcpu].mode))
    case .pae: updatePAERoots(vcpu)
    }
    invalidate()
    forgetEmulations(ofVCPU: vcpu, full)
    bringOthersUpToDate(vcpu)
  }

  /// R8: a hypercall flushes the TLBs of vCPUs.
  mutating func flushTLBs(_ mask: UInt64) {
    for vcpu in 0..<min(64, vcpus.count) where mask >> UInt64(vcpu) & 1 == 1 && full != 0 {
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
      _ = revokeWriteAccess(ensureTable(in: entry.frame), full)
    }
    for slot in 0..<4 {
      let entry = GuestEntry(rawValue: vcpus[vcpu].topEntries[slot])
      if entry.rawValue == 0 {
        uninstall(vcpu, slot: slot)
      } else {
        install(vcpu, slot: slot, table: memory.table(in: entry.frame), .l2PAE)
      }
    }
  }

  private mutating func install(_ vcpu: Int, slot: Int, table: Int, _ type: ShadowType) {
    let (object, missing) = lookUp(table, type, full)
    if missing != 0 {
      preallocate(type.pages, missing)
      if missing & full != 0 { make(object, missing & full) }
    }
    drop(references.add(object, full), .overflow)
    pin(object)
    let old = Int(vcpus[vcpu].roots[slot])
    vcpus[vcpu].roots[slot] = UInt32(object)
    if old != 0 { release(old, full) }
  }

  private mutating func uninstall(_ vcpu: Int, slot: Int) {
    let old = Int(vcpus[vcpu].roots[slot])
    vcpus[vcpu].roots[slot] = 0
    if old != 0 { release(old, full) }
  }

  /// R6.
  mutating func setMode(_ mode: PagingMode) {
    let vcpu = current
    resyncAll(full)
    for slot in 0..<4 { uninstall(vcpu, slot: slot) }
    let old = vcpus[vcpu].mode
    vcpus[vcpu].mode = mode
    noteMode()
    if (old == .fourLevel) != (mode == .fourLevel) {
      let needed = mode == .fourLevel ? 1 : 3
      preallocate(needed, full)
      for _ in 0..<needed { takePages(1, full) }
      for _ in 0..<(4 - needed) { givePages(1, full) }
    }
    isOutOfSyncActive = configuration.outOfSyncEnabled
    for number in 0..<vcpus.count where vcpus[number].mode == .unpaged {
      isOutOfSyncActive = false
    }
    updateRoots(vcpu)
  }

  /// R7: what each vCPU is given when the domain is created.
  mutating func createVCPU(_ number: Int) {
    current = number
    for pages in [1, 1, 1, 3] {
      preallocate(pages, full)
      for _ in 0..<pages { takePages(1, full) }
    }
    setMode(.unpaged)
  }

  /// R7: a vCPU begins to run.
  mutating func startVCPU(_ number: Int) {
    current = number
    vcpus[number].isStarted = true
    setMode(.unpaged)
  }

  /// The table in a frame, made if need be.
  mutating func ensureTable(in frame: GFN) -> Int {
    let existing = memory.table(in: frame)
    if existing != 0 { return existing }
    let table = memory.ensureTable(in: frame)
    if table >= tables.count { tables.grow(to: table * 2, filling: SweepTable()) }
    tables[table].frame = frame.rawValue
    adoptWriters(of: table, in: frame)
    return table
  }
}
