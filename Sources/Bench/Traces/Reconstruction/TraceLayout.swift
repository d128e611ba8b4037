import GuestModel
import XenTrace

/// Which address spaces share which page tables, as far as the faults tell.
///
/// A fault that makes shadows has the flag PROMOTE; one that only links what is there has not. So
/// a table whose shadow was there when an address space first came to it is shared with another
/// address space; one whose shadow had to be made each time is its own.
struct TraceLayout {
  /// What kind of thing translates a leaf's addresses.
  enum Leaf: Hashable {
    /// A table of each address space's own.
    case own
    /// One table for all.
    case shared
    /// A superpage from that frame.
    case superpage(UInt64)
  }

  let mode: PagingMode
  /// What each leaf is, by address >> leafShift.
  private(set) var leaves: [UInt64: Leaf] = [:]
  /// Top-level slots whose tables below all address spaces share; not for 2-level paging.
  private(set) var sharedSlots: Set<UInt64> = []

  /// What was seen of a leaf's addresses in all address spaces.
  private struct Evidence {
    /// First faults that made the leaf's shadow, and that found it there.
    var made = 0
    var found = 0
    /// First faults that made a shadow, perhaps only that of a table above.
    var unclear = 0
    /// Address spaces that faulted here, and those that made or linked the leaf's shadow.
    var users: Set<Int> = []
    var linkers: Set<Int> = []
    /// Whether all entries seen are those of one superpage.
    var base: UInt64?
    var isSuperpage = true
  }
  private struct SlotEvidence {
    var made = 0
    var found = 0
    var users: Set<Int> = []
    /// Of leaves that several address spaces used: users, and those that linked them, first ones
    /// aside.
    var laterUsers = 0
    var laterLinkers = 0
    /// First faults at leaves of which it is clear whether they made the leaf's own shadow.
    var leavesMade = 0
    var leavesFound = 0
  }

  init(_ turns: TraceTurns) {
    mode = turns.mode
    var evidence: [UInt64: Evidence] = [:]
    var slots: [UInt64: SlotEvidence] = [:]
    var known: Set<SpaceLeaf> = []
    var users: Set<Int> = []
    for turn in turns.turns where turn.isPaged {
      var met: Set<UInt64> = []
      var metSlots: Set<UInt64> = []
      // In a turn that made or linked nothing, a fault only fills an entry of what was there.
      let isCold = turn.steps.contains { turns.steps[$0].makesOrLinks }
      for index in turn.steps {
        let step = turns.steps[index]
        guard step.kind == .fixup else { continue }
        let leaf = leaf(step.address)
        note(step, leaf, &evidence[leaf, default: Evidence()])
        evidence[leaf]?.users.insert(turn.space)
        guard met.insert(leaf).inserted else { continue }
        let isNew = known.insert(SpaceLeaf(space: turn.space, leaf: leaf)).inserted
        let makes = step.has(.promotes)
        guard isNew && isCold || step.makesOrLinks else { continue }
        let slot = slot(leaf)
        if step.makesOrLinks { evidence[leaf]?.linkers.insert(turn.space) }
        users.insert(turn.space)
        slots[slot, default: SlotEvidence()].users.insert(turn.space)
        let isFirstInSlot = metSlots.insert(slot).inserted
        if isFirstInSlot {
          if makes { slots[slot]?.made += 1 } else { slots[slot]?.found += 1 }
        }
        if !makes || !step.has(.getsReference) {
          evidence[leaf]?.found += 1
        } else if !isFirstInSlot || mode != .fourLevel {
          evidence[leaf]?.made += 1
        } else {
          evidence[leaf]?.unclear += 1
        }
      }
    }
    for (leaf, seen) in evidence where seen.unclear == 0 {
      slots[slot(leaf)]?.leavesMade += seen.made
      slots[slot(leaf)]?.leavesFound += seen.found
    }
    for (leaf, seen) in evidence where seen.users.count > 1 {
      slots[slot(leaf)]?.laterUsers += seen.users.count - 1
      slots[slot(leaf)]?.laterLinkers += max(0, seen.linkers.count - 1)
    }
    for (slot, seen) in slots where isShared(seen, users: users.count) { sharedSlots.insert(slot) }
    for (leaf, seen) in evidence {
      leaves[leaf] = decide(seen, slots[slot(leaf)] ?? SlotEvidence())
    }
  }

  private func isShared(_ seen: SlotEvidence, users: Int) -> Bool {
    switch mode {
    case .fourLevel: seen.found > seen.made
    // A directory is made when the root is loaded, so faults do not show it. But where it is
    // shared, a leaf that one address space has linked need not be linked by the next.
    case .pae:
      seen.laterUsers > 0
        ? seen.laterLinkers * 2 < seen.laterUsers : users >= 3 && seen.users.count * 2 < users
    case .twoLevel, .unpaged: false
    }
  }

  /// A fault that made tables above a leaf does not tell about the leaf itself: then its
  /// neighbours decide.
  private func decide(_ seen: Evidence, _ slot: SlotEvidence) -> Leaf {
    let isOwn: Bool
    if seen.made > 0 || seen.unclear == 0 {
      isOwn = seen.made >= max(1, seen.found)
    } else if slot.leavesMade + slot.leavesFound > 0 {
      isOwn = slot.leavesMade >= slot.leavesFound
    } else {
      isOwn = seen.unclear > max(1, seen.found)
    }
    if seen.isSuperpage, seen.made == 0, !isOwn, let base = seen.base {
      return .superpage(base)
    }
    return isOwn || seen.found == 0 ? .own : .shared
  }

  private func note(_ step: TraceStep, _ leaf: UInt64, _ evidence: inout Evidence) {
    let index = step.address >> 12 & UInt64(mode.entriesPerTable - 1)
    let base = (step.entry >> 12 & 0xff_ffff_ffff) &- index
    let size = UInt64(mode.entriesPerTable)
    if evidence.base == nil { evidence.base = base }
    // Xen makes up the entry for a superpage: Accessed and Dirty are set in it.
    if base != evidence.base || base & (size - 1) != 0 || step.entry & 0x60 != 0x60 {
      evidence.isSuperpage = false
    }
  }

  /// What translates a leaf's addresses; its own table where nothing was seen.
  func kind(_ leaf: UInt64) -> Leaf { leaves[leaf] ?? .own }

  /// The number of the leaf table for an address.
  func leaf(_ address: UInt64) -> UInt64 {
    (address & (mode == .fourLevel ? 0xffff_ffff_ffff : 0xffff_ffff)) >> mode.leafShift
  }

  /// The top-level slot of a leaf: entry of the L4, or of the four with PAE.
  func slot(_ leaf: UInt64) -> UInt64 {
    switch mode {
    case .fourLevel: leaf >> 18
    case .pae: leaf >> 9
    case .twoLevel, .unpaged: 0
    }
  }
}

/// A leaf of an address space.
struct SpaceLeaf: Hashable {
  var space: Int
  var leaf: UInt64
}
