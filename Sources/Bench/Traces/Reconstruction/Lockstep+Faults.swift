import GuestModel
import ShadowModel
import XenTrace

/// Faults against the model.
extension Lockstep {
  mutating func fault(_ index: Int) throws(InputError) {
    let step = steps[index]
    guard let space = vcpus[vcpu].space else { return }
    let table = try leafTable(space, step.address)
    tables[table].everKnown[place(step.address)] = true
    countFirst(step, space, table)
    switch step.kind {
    case .guestFault: passToGuest(step, table)
    case .fixup: fix(index, space, table)
    default: emulate(step, space, table)
    }
  }

  /// What tells a process that begins from one that was there.
  private mutating func countFirst(_ step: TraceStep, _ space: Int, _ table: Int) {
    guard tables[table].owner >= 0, spaces[space].isFirst else { return }
    let first = spaces[space].firstVisit ?? spaces[space].visit
    spaces[space].firstVisit = first
    guard spaces[space].visit == first else { return }
    if step.kind == .guestFault { spaces[space].firstGuestFaults += 1 }
    if step.kind == .fixup { spaces[space].firstFixes += 1 }
  }

  private func place(_ address: UInt64) -> Int {
    Int(address >> 12) & (mode.entriesPerTable - 1)
  }

  /// The traced guest's entry, as values are kept: its frame, and what decides faults.
  private func value(_ entry: UInt64) -> UInt32 {
    guard entry & 1 != 0 else { return 0 }
    return GuestEntry(
      frame: GFN(UInt32(truncatingIfNeeded: entry >> 12 & 0xff_ffff)),
      flags: Self.flags(entry)
    ).rawValue
  }

  private static func flags(_ entry: UInt64) -> UInt32 {
    GuestEntry.Flag.present | (entry & 2 != 0 ? GuestEntry.Flag.writable : 0)
      | (entry & 4 != 0 ? GuestEntry.Flag.user : 0)
  }

  /// The model's entry for a traced one.
  private func entry(_ real: UInt64, target: Int?) -> GuestEntry {
    guard real & 1 != 0 else { return .empty }
    let dirty = real & 0x40 != 0 ? GuestEntry.Flag.dirty : 0
    return GuestEntry(
      frame: target.map { tables[$0].frame } ?? GFN(1),
      flags: Self.flags(real) | GuestEntry.Flag.accessed | dirty)
  }

  private mutating func change(_ table: Int, _ place: Int, _ entry: GuestEntry) {
    emit(.changeEntry(tables[table].frame, place, entry))
  }

  // MARK: The guest's own faults

  private mutating func passToGuest(_ step: TraceStep, _ table: Int) {
    let place = place(step.address)
    vcpus[vcpu].guestFault = step.address >> 12
    vcpus[vcpu].guestFaultTable = table
    let new = value(step.entry)
    let old = tables[table].values[place]
    tables[table].values[place] = new
    if step.entry & 1 == 0 {
      if old != 0 && old != LockstepTable.unknown { change(table, place, .empty) }
      emit(.access(step.address, .read))
      return
    }
    if old == LockstepTable.unknown {
      set(table, place, entry(step.entry, target: nil))
    } else if old != new {
      change(table, place, entry(step.entry, target: nil))
    }
    if step.entry & 2 == 0 {
      emit(.access(step.address, .write))
    } else if step.entry & 4 == 0 {
      emit(.access(step.address, [.write, .user]))
    } else {
      // A fetch, or rights above the leaf: what forbids it is not in the record.
      let kept = pager.entry(tables[table].frame, place)
      change(table, place, .empty)
      emit(.access(step.address, .read))
      change(table, place, kept)
    }
  }

  // MARK: Faults that were fixed

  private mutating func fix(_ index: Int, _ space: Int, _ table: Int) {
    let step = steps[index]
    let place = place(step.address)
    let isEarly = !spaces[space].wasGivenUp && spaces[space].isFirst
    if tables[table].owner >= 0 && isEarly && spaces[space].wasResident == nil {
      spaces[space].wasResident = !step.has(.promotes)
    }
    if tables[table].wasThere == nil && (isEarly || tables[table].owner < 0) {
      tables[table].wasThere = !step.has(.promotes)
      if tables[table].owner < 0 && !step.has(.promotes) && !pager.hasLeaf(step.address) {
        keep(table, step.address)
      }
    }
    if step.isLinkOnly && isEarly && spaces[space].wasResident != false {
      spaces[space].earlyLinks.insert(layout.slot(layout.leaf(step.address)))
    }
    if step.isLinkOnly { spaces[space].linkedSlots.insert(layout.slot(layout.leaf(step.address))) }
    if step.has(.promotes) && pager.hasLeaf(step.address) {
      figures.madeAgain += 1
      emit(.unshadow(tables[table].frame))
    }
    if !pager.isShadowed(tables[table].frame) { tables[table].emptyShadow() }
    var kind: AccessKind = []
    var target: Int?
    if step.has(.unsyncs) || step.has(.addsFixup) {
      kind = .write
      target = tableWritten(index, space)
    }
    let new = value(step.entry)
    let old = tables[table].values[place]
    tables[table].values[place] = new
    let wanted = entry(step.entry, target: target)
    if old == LockstepTable.unknown {
      if target == nil && tables[table].isFilled(place) {
        change(table, place, wanted)
      } else {
        set(table, place, wanted)
      }
      if isEarly || tables[table].owner < 0 {
        tables[table].early.append(UInt16(place))
      } else if spaces[space].isFirst {
        tables[table].later.append(UInt16(place))
      }
    } else if old != new
      || pager.entry(tables[table].frame, place).frame != wanted.frame
    {
      change(table, place, wanted)
    }
    if pager.isMapped(step.address, kind) {
      if kind == [], step.entry & 0x42 == 0x42, !pager.isMapped(step.address, .write) {
        kind = .write
      } else if step.isLinkOnly, layout.sharedSlots.contains(layout.slot(layout.leaf(step.address)))
      {
        relink(space, step.address)
      } else {
        figures.changed += 1
        change(table, place, wanted)
      }
    }
    if spaces[space].isFilling, let last = spaces[space].coldVisits.indices.last {
      spaces[space].coldVisits[last].pages.append(step.address >> 12)
    }
    let frame = tables[table].frame
    tables[table].fill(place, entries: mode.entriesPerTable) {
      [pager] in pager.entry(frame, $0).stopsPrefetching
    }
    let before = pager.counters
    emit(.access(step.address, kind))
    let after = pager.counters
    if after[.faultFixed] - before[.faultFixed] != 1 { figures.miscounted += 1 }
    if step.has(.unsyncs) {
      figures.unsyncs += 1
      if after[.unsync] == before[.unsync] { figures.unknownTables += 1 }
    }
  }

  /// The root's link was lost: the same entry again.
  private mutating func relink(_ space: Int, _ address: UInt64) {
    guard let shift = AddressSpace.upperShifts(mode).first else { return }
    let root = tables[spaces[space].root].frame
    let index = Int(address >> shift) & (mode.entriesPerTable - 1)
    emit(.changeEntry(root, index, pager.entry(root, index)))
  }

  // MARK: Writes to page tables

  /// The table that a write hit, in sync and shadowed as the trace says it was.
  private mutating func tableWritten(_ index: Int, _ space: Int) -> Int? {
    let step = steps[index]
    let frame = step.entry >> 12 & 0xff_ffff_ffff
    let wantsSync = step.has(.unsyncs)
    if let known = tableOfFrame[frame], fits(known, wantsSync) { return known }
    let found = likely(index, space).first { fits($0, wantsSync) } ?? anyTable(space, wantsSync)
    if found == nil && !wantsSync { return nil }
    if let found {
      if let old = tables[found].realFrame { tableOfFrame[old] = nil }
      tables[found].realFrame = frame
      tableOfFrame[frame] = found
    }
    return found ?? tableOfFrame[frame]
  }

  private func fits(_ table: Int, _ isInSync: Bool) -> Bool {
    tables[table].leaf != nil && pager.isShadowed(tables[table].frame)
      && pager.isOutOfSync(tables[table].frame) != isInSync
  }

  /// The leaf tables of the pages that faulted just before, or fault just after, whose entry is at
  /// the index that was written.
  private func likely(_ index: Int, _ space: Int) -> [Int] {
    let written = Int(steps[index].address & 0xfff) / mode.entryBytes
    var found: [Int] = []
    if let page = vcpus[vcpu].guestFault, let table = vcpus[vcpu].guestFaultTable,
      Int(page) & (mode.entriesPerTable - 1) == written
    {
      found.append(table)
    }
    var seen = 0
    for next in index + 1..<min(index + 24, steps.count) where steps[next].vcpu == vcpu {
      let step = steps[next]
      if step.kind == .rootLoad || seen >= 4 { break }
      guard step.kind == .fixup || step.kind == .guestFault else { continue }
      seen += 1
      guard place(step.address) == written else { continue }
      let leaf = layout.leaf(step.address)
      for owner in [spaces[space].owner, -1] {
        if let table = leafTables[SpaceLeaf(space: owner, leaf: leaf)] { found.append(table) }
      }
    }
    return found
  }

  /// Any leaf table in that state, of the address space served before others.
  private func anyTable(_ space: Int, _ isInSync: Bool) -> Int? {
    var second: Int?
    for table in spaces[space].leaves where fits(table, isInSync) {
      if tables[table].realFrame == nil { return table }
      second = second ?? table
    }
    if let second { return second }
    for other in spaces where !other.isEnded {
      for table in other.leaves where fits(table, isInSync) {
        if tables[table].realFrame == nil { return table }
        second = second ?? table
      }
    }
    return second
  }

  /// A write to a table that may not go out of sync: it is emulated.
  private mutating func emulate(_ step: TraceStep, _ space: Int, _ table: Int) {
    let root = spaces[space].root
    let place = place(step.address)
    tables[table].values[place] = value(step.entry)
    guard let first = presentEntry(of: root) else {
      figures.unexplained += 1
      return
    }
    let wanted = GuestEntry(
      frame: tables[root].frame,
      flags: GuestEntry.Flag.present | GuestEntry.Flag.writable | GuestEntry.Flag.accessed
        | GuestEntry.Flag.dirty)
    if pager.entry(tables[table].frame, place) != wanted { change(table, place, wanted) }
    emit(.access(step.address & ~0xfff | UInt64(first * mode.entryBytes), .write))
    // A root that is being emptied has lost its shadow, or loses it when it is served no longer.
    guard step.has(.demotes) || step.register == 1,
      let written = tableOfFrame[step.entry >> 12 & 0xff_ffff_ffff], tables[written].leaf == nil
    else { return }
    emit(.unshadow(tables[written].frame))
  }

  private func presentEntry(of table: Int) -> Int? {
    (0..<mode.entriesPerTable).first {
      pager.entry(tables[table].frame, $0).has(GuestEntry.Flag.present)
    }
  }
}

extension TraceStep {
  /// Whether a fault only linked tables that were shadowed.
  var isLinkOnly: Bool {
    kind == .fixup && !has(.promotes) && !has(.getsReference) && !has(.putsReference)
  }
}

extension GuestEntry {
  /// Whether prefetching ends before it: what it lacks takes a fault of its own.
  var stopsPrefetching: Bool {
    has(Flag.present) && (!has(Flag.accessed) || has(Flag.writable) && !has(Flag.dirty))
  }
}
