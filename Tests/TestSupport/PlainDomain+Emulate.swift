import GuestModel
import ShadowModel

/// E: emulated writes, and U: unshadowing.
extension PlainDomain {
  /// E1: writes an entry of `table`; a plain access, without value, leaves what is there.
  func emulate(_ address: UInt64, _ table: GFN, _ value: PlainValue?) {
    let index = entryIndex(address)
    let old = guest.entry(.frame(table), index)
    let new = value?() ?? old
    guest.set(table, index, new)
    emulateFirstHalf(table, index, old: old, new: new)
    // PAE writes an entry in two halves; the high one is zero and unaligned, so U1 leaves it alone.
    if configuration.shape.mode == .pae && value != nil && isPageTable(table) {
      validate(table, index)
    }
    // E2.
    record(.emulate, address: address)
  }

  /// E1: the whole entry, or PAE's low half.
  private func emulateFirstHalf(_ table: GFN, _ index: Int, old: GuestEntry, new: GuestEntry) {
    // (1)
    if new == .empty { noteZeroWrite(table) } else { vcpu.lastZeroWrite = nil }
    // (2)
    guard isPageTable(table) else { return }
    // (3)
    guard old.has(GuestEntry.Flag.present) || new.has(GuestEntry.Flag.present) else { return }
    validate(table, index)
  }

  /// E1 (3): brings all shadows of the table up to date with an entry.
  private func validate(_ table: GFN, _ index: Int) {
    let entry = guest.entry(.frame(table), index)
    let calls: [(PlainType.Level, Counters.Name)] = [
      (.l1, .validateGl1e), (.l2, .validateGl2e), (.l3, .validateGl3e), (.l4, .validateGl4e),
    ]
    var isBogus = false
    for (level, name) in calls {
      let type = PlainType(mode: configuration.shape.mode, level: level)
      guard tables[table]?.types.contains(type) == true else { continue }
      guard let shadow = lookUp(PlainKey(table: .frame(table), type: type)) else { continue }
      counters[name] += 1
      if level == .l1 {
        setLeaf(shadow, index, leafEntry(entry, isWrite: false))
        continue
      }
      var link: PlainEntry?
      let isSuperpage = level == .l2 && entry.has(GuestEntry.Flag.superpage)
      if entry.has(GuestEntry.Flag.present) && !isSuperpage && !guest.contains(entry.frame) {
        isBogus = true
      } else if entry.has(GuestEntry.Flag.present) {
        link = lookUp(childKey(entry, parent: type)).flatMap { linkEntry(entry, $0) }
      }
      setLink(shadow, index, link)
    }
    if isBogus { removeShadows(of: table, fast: false) }
  }

  /// U1.
  private func noteZeroWrite(_ table: GFN) {
    if isPageTable(table) && isUnshadowedEarly(table) {
      counters[.earlyUnshadow] += 1
      removeShadows(of: table, fast: true)
    }
    vcpu.lastZeroWrite = table
  }

  /// U2.
  func removeShadows(of table: GFN, fast: Bool) {
    guard isPageTable(table) else { return }
    counters[.unshadow] += 1
    for level in [PlainType.Level.l4, .l3, .l2, .l1] {
      let type = PlainType(mode: configuration.shape.mode, level: level)
      guard tables[table]?.types.contains(type) == true else { continue }
      let key = PlainKey(table: .frame(table), type: type)
      guard let shadow = lookUp(key, status: false) else { continue }
      switch policy {
      case .xen: removeShadow(shadow, fast: fast)
      case .fifo: if !isLoaded(shadow) { removeListed(shadow) }
      }
    }
  }

  private func removeShadow(_ shadow: PlainShadow, fast: Bool) {
    if isPinnable(shadow.type) {
      if isPinned(shadow) { unpin(shadow) }
    } else if let parent = shadow.upPointer {
      counters[.upPointer] += 1
      setLink(parent.shadow, parent.index, nil)
    }
    if !fast { clearParents(shadow) }
  }
}
