import GuestModel
import ShadowModel

/// S: shadows, and R2 to R5: the pin list.
extension PlainDomain {
  /// S2: a look-up; `status` is false for one by rule U2.
  func lookUp(_ key: PlainKey, status: Bool = true) -> PlainShadow? {
    counters[.hashLookups] += 1
    if status && key.type.level != .fl1 { counters[.getShadowStatus] += 1 }
    let shadow = shadows[key]
    if shadow == nil { counters[.hashLookupMiss] += 1 }
    return shadow
  }

  /// S4: there must be room.
  func makeShadow(_ key: PlainKey) -> PlainShadow {
    allocate(key.type.pages)
    if key.type.level == .l4 { leaveL3ToplevelModeIfNeeded() }
    // Promotion.
    if let frame = key.tableFrame {
      if isOutOfSync(frame) { resync(frame) }
      if !isPageTable(frame) && !writableReferences(frame).isEmpty {
        promotedWritable.insert(frame)
      }
      // U4: a mark goes when the page becomes a page table.
      if !isPageTable(frame) { dying.remove(frame) }
      tables[frame, default: PlainTableState()].types.insert(key.type)
    }
    counters[.hashInserts] += 1
    let shadow = PlainShadow(key: key, serial: shadowsMade)
    shadowsMade += 1
    shadows[key] = shadow
    // First in, first out: every shadow is on the list.
    if policy == .fifo { pin(shadow) }
    return shadow
  }

  /// S3: a reference is dropped, that of a parent entry if `place` is given.
  func dropReference(_ shadow: PlainShadow, of place: PlainPlace? = nil) {
    // S5: the up-pointer is cleared when that very entry drops its reference.
    if let place, shadow.upPointer == place { shadow.upPointer = nil }
    shadow.references -= 1
    if shadow.references == 0 { destroy(shadow) }
  }

  /// S3: at 0 references.
  private func destroy(_ shadow: PlainShadow) {
    counters[.hashDeletes] += 1
    shadows[shadow.key] = nil
    shadow.isDestroyed = true
    if let frame = shadow.key.tableFrame { demote(frame, shadow.type) }
    for index in shadow.indices {
      guard let child = shadow.entries[index]?.child else { continue }
      dropReference(child, of: PlainPlace(shadow: shadow, index: index))
    }
    shadow.entries = [:]
    free(shadow.type.pages)
  }

  /// S3: the table loses that type; without types it is no page table any more.
  private func demote(_ frame: GFN, _ type: PlainType) {
    tables[frame]?.types.remove(type)
    guard tables[frame]?.types.isEmpty == true else { return }
    tables[frame] = nil
    promotedWritable.remove(frame)
    // O4: its slot is emptied.
    for vcpu in vcpus {
      for number in 0..<3 where vcpu.slots[number]?.table == frame { vcpu.slots[number] = nil }
    }
  }

  /// S5: whether shadows of that type remember a parent.
  func hasUpPointer(_ type: PlainType) -> Bool {
    switch (type.mode, type.level) {
    case (.pae, .l1), (.pae, .fl1): true
    case (.fourLevel, .l1), (.fourLevel, .fl1), (.fourLevel, .l2): true
    case (.fourLevel, .l3): !isL3Toplevel
    default: false
    }
  }

  /// S6: writes a parent entry; nil is empty.
  func setLink(_ parent: PlainShadow, _ index: Int, _ new: PlainEntry?) {
    let old = parent.entries[index]
    if old == new { return }
    let place = PlainPlace(shadow: parent, index: index)
    if let child = new?.child {
      child.references += 1
      if hasUpPointer(child.type) && child.upPointer == nil { child.upPointer = place }
      // R2: linking an L3 into an L4 pins it in the L3-toplevel mode.
      if child.type.level == .l3 && isL3Toplevel { pin(child) }
      // O5: an out-of-sync L1 is resynced when it is linked.
      if child.type.level == .l1, let frame = child.key.tableFrame, isOutOfSync(frame) {
        resync(frame)
      }
    }
    parent.entries[index] = new
    if let child = old?.child { dropReference(child, of: place) }
  }

  /// R4.
  func clearEntries(_ root: PlainShadow) {
    for index in root.indices { setLink(root, index, nil) }
  }

  /// Clears every parent entry that links a shadow, in order of parents made.
  func clearParents(_ shadow: PlainShadow) {
    for parent in shadows.values.sorted(by: { $0.serial < $1.serial }) {
      for index in parent.indices where parent.entries[index]?.child === shadow {
        setLink(parent, index, nil)
      }
    }
  }

  func isPinned(_ shadow: PlainShadow) -> Bool { pinned.contains { $0 === shadow } }

  /// R2: whether shadows of that type are pinned.
  func isPinnable(_ type: PlainType) -> Bool {
    type.isRoot || type.level == .l3 && isL3Toplevel
  }

  /// R2.
  func pin(_ shadow: PlainShadow) {
    if isPinned(shadow) {
      // First in, first out: only age counts.
      if policy == .fifo { return }
      pinned.removeAll { $0 === shadow }
    } else {
      shadow.references += 1
    }
    pinned.insert(shadow, at: 0)
  }

  /// R3.
  func unpin(_ shadow: PlainShadow) {
    pinned.removeAll { $0 === shadow }
    dropReference(shadow)
  }

  /// R5.
  private func leaveL3ToplevelModeIfNeeded() {
    guard isL3Toplevel else { return }
    let roots = pinned.filter { $0.type.level == .l4 }
    guard roots.count > 2 * configuration.shape.vcpus else { return }
    for shadow in pinned.reversed() where shadow.type.level == .l3 { unpin(shadow) }
    isL3Toplevel = false
    for parent in shadows.values.sorted(by: { $0.serial < $1.serial })
    where parent.type.level == .l4 {
      for index in parent.indices {
        parent.entries[index]?.child?.upPointer = PlainPlace(shadow: parent, index: index)
      }
    }
  }
}
