import GuestModel
import ShadowModel

/// O: out-of-sync tables.
extension PlainDomain {
  /// O2: the machine frame's remainder by 3; machine frames as far as they matter.
  func home(_ table: GFN) -> Int {
    let extent = table.index / 512
    switch configuration.placement {
    case .contiguous: return table.index % 3
    case .offsets(let offsets): return (table.index + Int(offsets[extent])) % 3
    case .descending:
      // The first extent lies highest, at a multiple of 3.
      let highest = 3 * configuration.frameCount
      return (highest - 512 * extent + table.index % 512) % 3
    }
  }

  /// The vCPU and the number of the slot that an out-of-sync table is in.
  private func place(_ table: GFN) -> (vcpu: PlainVCPU, number: Int)? {
    for vcpu in vcpus {
      for number in 0..<3 where vcpu.slots[number]?.table == table { return (vcpu, number) }
    }
    return nil
  }

  /// O1.
  func unsync(_ table: GFN) {
    guard let state = tables[table], isOutOfSyncActive, !state.isOutOfSync else { return }
    guard state.types.count == 1, state.types.first?.level == .l1 else { return }
    counters[.unsync] += 1
    let home = home(table)
    let old = vcpu.slots[home]
    let isSwapped = old.map { self.home($0.table) == home } ?? false
    let last = isSwapped ? (home + 1) % 3 : home
    if let evicted = vcpu.slots[last] {
      resync(evicted.table)
      counters[.unsyncEvict] += 1
    }
    if isSwapped { vcpu.slots[last] = old }
    vcpu.slots[home] = PlainSlot(table: table, snapshot: guest.table(table))
    tables[table]?.isOutOfSync = true
    tables[table]?.mayBeWritten = true
  }

  /// O3.
  func addFixup(_ table: GFN, _ fixup: PlainPlace) {
    counters[.oosFixupAdd] += 1
    guard let (vcpu, number) = place(table), var slot = vcpu.slots[number] else {
      preconditionFailure("a table that may be written is in a slot")
    }
    if slot.fixups.contains(fixup) { return }
    if let old = slot.fixups[slot.nextFixup] {
      counters[.oosFixupEvict] += 1
      removeWritable(old, of: table)
    }
    slot.fixups[slot.nextFixup] = fixup
    slot.nextFixup = (slot.nextFixup + 1) % 2
    vcpu.slots[number] = slot
  }

  /// Takes the writable bit of an entry, if it still exists and maps the table so.
  private func removeWritable(_ place: PlainPlace, of table: GFN) {
    // U4.
    vcpu.tearsDown = dying.contains(table)
    guard !place.shadow.isDestroyed else { return }
    guard place.shadow.entries[place.index]?.target == table else { return }
    place.shadow.entries[place.index]?.isWritable = false
  }

  /// F10, F11: the snapshot entry of an out-of-sync table becomes the guest's.
  func setSnapshot(_ table: GFN, _ index: Int, _ entry: GuestEntry) {
    guard let (vcpu, number) = place(table) else { return }
    vcpu.slots[number]?.snapshot[index] = entry
  }

  /// O5.
  func resync(_ table: GFN) {
    guard let (vcpu, number) = place(table) else {
      preconditionFailure("an out-of-sync table is in a slot")
    }
    for case let fixup? in vcpu.slots[number]?.fixups ?? [] { removeWritable(fixup, of: table) }
    let remaining = writableReferences(table)
    if !remaining.isEmpty {
      counters[.writeable] += 1
      for place in remaining { place.shadow.entries[place.index]?.isWritable = false }
    }
    tables[table]?.mayBeWritten = false
    promotedWritable.remove(table)
    updateEntries(vcpu, number)
    tables[table]?.isOutOfSync = false
    counters[.resync] += 1
    record(.resyncFull, frame: table)
    vcpu.slots[number] = nil
  }

  /// O5: brings the L1 shadow up to date with the table.
  private func updateEntries(_ vcpu: PlainVCPU, _ number: Int) {
    guard var slot = vcpu.slots[number] else { return }
    guard let shadow = lookUp(leafKey(slot.table)) else {
      preconditionFailure("an out-of-sync table has an L1 shadow")
    }
    for index in shadow.indices {
      let entry = guest.entry(.frame(slot.table), index)
      guard entry != slot.snapshot[index] else { continue }
      setLeaf(shadow, index, leafEntry(entry, isWrite: false))
      slot.snapshot[index] = entry
    }
    vcpu.slots[number] = slot
  }

  /// The key of an out-of-sync table's L1 shadow.
  private func leafKey(_ table: GFN) -> PlainKey {
    guard let type = tables[table]?.types.first else {
      preconditionFailure("an out-of-sync table is a page table")
    }
    return PlainKey(table: .frame(table), type: type)
  }

  /// Full resync of one vCPU's tables, slots 0, 1, 2.
  func resyncAll(of vcpu: PlainVCPU) {
    for number in 0..<3 {
      if let slot = vcpu.slots[number] { resync(slot.table) }
    }
  }

  /// O7: full resync of all vCPUs' tables, the current one's first.
  func resyncAll() {
    resyncAll(of: vcpu)
    for other in vcpus where other !== vcpu { resyncAll(of: other) }
  }

  /// O6.
  func updateOtherTables(than loader: PlainVCPU) {
    for vcpu in vcpus where vcpu !== loader {
      for number in 0..<3 {
        guard let slot = vcpu.slots[number] else { continue }
        if cannotMatter(slot.table, to: loader) { continue }
        updateEntries(vcpu, number)
        record(.resyncOnly, frame: slot.table)
      }
    }
  }

  /// O6: whether the table is used by one root alone that the vCPU has not loaded.
  private func cannotMatter(_ table: GFN, to vcpu: PlainVCPU) -> Bool {
    guard var shadow = lookUp(leafKey(table)) else { return false }
    while !shadow.type.isRoot {
      guard shadow.references == 1, let parent = shadow.upPointer else { return false }
      shadow = parent.shadow
    }
    return !vcpu.loaded.contains { $0 === shadow }
  }
}
