import GuestModel

/// F4: a walk of the guest's tables that reached a page.
struct PlainWalk {
  /// An entry on the way.
  struct Step {
    var level: PlainType.Level
    var table: PlainTable
    var index: Int
  }

  /// From the root down; the last one is an L1 entry or a superpage's L2 entry.
  var steps: [Step]
  /// The page.
  var target: GFN
  /// The superpage's first frame, if the page lies in one.
  var superpage: GFN?
}

extension PlainDomain {
  /// F4: nil if the guest itself faults.
  func walkGuest(_ address: UInt64, _ kind: AccessKind) -> PlainWalk? {
    var table = PlainTable.frame(vcpu.rootFrame)
    if vcpu.mode == .unpaged { table = .identityMap }
    if vcpu.mode == .pae {
      guard let top = topTable(vcpu, vcpu.slot(address)) else { return nil }
      table = .frame(top)
    }
    var walk = PlainWalk(steps: [], target: GFN(0))
    var rights = GuestEntry.Flag.all
    for level in vcpu.levels {
      let index = vcpu.index(level, address)
      let entry = guest.entry(table, index)
      guard entry.has(GuestEntry.Flag.present) else { return nil }
      rights &= entry.flags
      walk.steps.append(PlainWalk.Step(level: level, table: table, index: index))
      walk.target = entry.frame
      // A superpage bit counts in L2 only.
      if level == .l2 && entry.has(GuestEntry.Flag.superpage) {
        let first = superpageStart(entry.frame, vcpu.shadowMode)
        walk.superpage = first
        walk.target = first + vcpu.index(.fl1, address)
        break
      }
      table = .frame(entry.frame)
    }
    if kind.contains(.write) && rights & GuestEntry.Flag.writable == 0 { return nil }
    if kind.contains(.user) && rights & GuestEntry.Flag.user == 0 { return nil }
    for step in walk.steps { guest.add(GuestEntry.Flag.accessed, to: step.table, step.index) }
    if kind.contains(.write), let leaf = walk.steps.last {
      guest.add(GuestEntry.Flag.dirty, to: leaf.table, leaf.index)
    }
    return walk
  }

  /// The first frame of the superpage that an entry names: a superpage is aligned to its size.
  func superpageStart(_ frame: GFN, _ mode: PagingMode) -> GFN {
    GFN(frame.index / mode.entriesPerTable * mode.entriesPerTable)
  }
}
