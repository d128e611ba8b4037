import GuestModel
import ShadowModel
import XenTrace

/// Address spaces and their tables.
extension Lockstep {
  mutating func loadRoot(_ address: UInt64?, _ index: Int) throws(InputError) {
    let number = try space(address)
    let isFirstOfVCPU = !vcpus[vcpu].isStarted
    vcpus[vcpu].isStarted = true
    if spaces[number].isEnded { begin(number) }
    let root = tables[spaces[number].root].frame
    if isRemade(number, index) {
      emit(.unshadow(root))
      spaces[number].linkedSlots = []
    }
    let isCold = isCold(number)
    if isCold {
      spaces[number].linkedSlots = []
      spaces[number].coldTurns += 1
    }
    if vcpus[vcpu].space != number { vcpus[vcpu].previous = vcpus[vcpu].space }
    vcpus[vcpu].space = number
    spaces[number].turns += 1
    emit(.loadRoot(root))
    if isFirstOfVCPU {
      vcpus[vcpu].first = number
      if !startsUnpaged {
        pager.execute(.setMode(mode))
        // The last of them stays, and keeps what all share.
        if vcpu == 0 { pastProcesses.dropLast().forEach(pager.execute) }
      }
    }
    beginTurn(number, index, isCold: isCold)
  }

  /// Whether an address space has lost its shadows; with PAE, where roots have none, those of its
  /// own directories.
  private func isCold(_ number: Int) -> Bool {
    let root = tables[spaces[number].root].frame
    guard mode == .pae else { return !pager.isShadowed(root) }
    return !spaces[number].ownSlots.contains { pager.isShadowed(pager.entry(root, $0).frame) }
  }

  /// Whether the root's shadow was made anew though it was not given up: what had been linked is
  /// linked again in the turn that begins.
  private func isRemade(_ number: Int, _ index: Int) -> Bool {
    guard pager.isShadowed(tables[spaces[number].root].frame) else { return false }
    for next in index + 1..<min(index + 64, steps.count) where steps[next].vcpu == vcpu {
      let step = steps[next]
      if step.kind == .rootLoad || step.kind == .dying { return false }
      guard step.kind == .fixup, step.has(.promotes) || step.isLinkOnly else { continue }
      let slot = layout.slot(layout.leaf(step.address))
      if step.isLinkOnly && spaces[number].linkedSlots.contains(slot) { return true }
    }
    return false
  }

  private mutating func space(_ address: UInt64?) throws(InputError) -> Int {
    let key = address ?? .max
    if let known = spaceOfRoot[key] { return known }
    let real = address.map { $0 >> 12 }
    let isFree = real.map { $0 > 1 && tableOfFrame[$0] == nil } ?? false
    let frame = try plan.makeTable(in: isFree ? real : nil)
    pager.learn(frame, 0, .empty)
    tables.append(LockstepTable(frame: frame, owner: owners, leaf: nil, realFrame: real))
    if isFree, let real { tableOfFrame[real] = tables.count - 1 }
    spaces.append(LockstepSpace(address: address, root: tables.count - 1, owner: owners))
    owners += 1
    spaceOfRoot[key] = spaces.count - 1
    for top in sharedTops { set(tables.count - 1, top.index, link(to: top.table)) }
    return spaces.count - 1
  }

  /// A new process has the root.
  private mutating func begin(_ number: Int) {
    spaces[number].isEnded = false
    spaces[number].isFirst = false
    spaces[number].turns = 0
  }

  /// HVMOP_pagetable_dying.
  mutating func endProcess(_ index: Int) {
    guard let number = ending(index) else { return }
    let root = tables[spaces[number].root].frame
    emit(.pagetableDying(root))
    for index in spaces[number].ownSlots.sorted() { emit(.changeEntry(root, index, .empty)) }
    let owner = spaces[number].owner
    for table in spaces[number].leaves {
      if let real = tables[table].realFrame { tableOfFrame[real] = nil }
      if let leaf = tables[table].leaf { leafTables[SpaceLeaf(space: owner, leaf: leaf)] = nil }
      tables[table].values = []
    }
    for (key, table) in upperTables where key.owner == owner {
      if let real = tables[table].realFrame { tableOfFrame[real] = nil }
      upperTables[key] = nil
    }
    spaces[number].owner = owners
    owners += 1
    spaces[number].ownSlots = []
    spaces[number].linkedSlots = []
    spaces[number].leaves = []
    spaces[number].isEnded = true
  }

  /// The address space that HVMOP_pagetable_dying at a step is about: the one whose root is emptied
  /// next, else the one served, or the one before it where that goes on.
  private func ending(_ index: Int) -> Int? {
    for next in index + 1..<min(index + 256, steps.count) where steps[next].vcpu == vcpu {
      let step = steps[next]
      if step.kind == .dying { break }
      guard step.kind == .emulate, step.register == 1,
        let table = tableOfFrame[step.entry >> 12 & 0xff_ffff_ffff]
      else { continue }
      if let number = spaces.firstIndex(where: { $0.root == table }) {
        return spaces[number].isEnded ? nil : number
      }
    }
    guard let number = vcpus[vcpu].space else { return nil }
    guard spaces[number].leaves.isEmpty || livesOn(number, index) else { return number }
    guard let previous = vcpus[vcpu].previous, !spaces[previous].isEnded,
      !livesOn(previous, index)
    else { return nil }
    return previous
  }

  /// Whether an address space next faults in a table that is shadowed: its process goes on.
  private func livesOn(_ number: Int, _ index: Int) -> Bool {
    var serves = vcpus.map { $0.space == number }
    for next in index + 1..<min(index + Self.horizon, steps.count) {
      let step = steps[next]
      let vcpu = Int(step.vcpu)
      if step.kind == .rootLoad {
        serves[vcpu] = rootAddress(step.address) == spaces[number].address
      }
      guard serves[vcpu], step.kind == .fixup else { continue }
      let key = SpaceLeaf(space: spaces[number].owner, leaf: layout.leaf(step.address))
      if let table = leafTables[key] {
        return !step.has(.promotes) && pager.isShadowed(tables[table].frame)
      }
      if step.has(.promotes), !layout.sharedSlots.contains(layout.slot(key.leaf)) { return false }
    }
    return false
  }

  /// Steps that are looked ahead to see what became of a process.
  private static let horizon = 4000

  mutating func giveUp(_ frame: UInt64) {
    figures.pagesAtReclaims.append(pager.pagesInUse - (pastRoots.isEmpty ? 0 : 1))
    guard mode != .pae else {
      if !pager.giveUpLast() { figures.unknownRoots += 1 }
      return
    }
    if tableOfFrame[frame] == nil {
      guard let number = try? space(frame << 12) else { return }
      spaces[number].wasResident = true
      spaces[number].wasGivenUp = true
      givenUpUnseen.append(number)
      return
    }
    guard let table = tableOfFrame[frame] else { return }
    if !pager.giveUp(tables[table].frame) { figures.unknownRoots += 1 }
    for number in spaces.indices where spaces[number].root == table {
      spaces[number].wasGivenUp = true
    }
  }

  /// The leaf table for an address, made and linked if need be.
  mutating func leafTable(_ number: Int, _ address: UInt64) throws(InputError) -> Int {
    let leaf = layout.leaf(address)
    let isSharedSlot = layout.sharedSlots.contains(layout.slot(leaf))
    var isShared = isSharedSlot
    if case .own = layout.kind(leaf) {} else { isShared = true }
    let owner = spaces[number].owner
    let key = SpaceLeaf(space: isShared ? -1 : owner, leaf: leaf)
    let table: Int
    if let known = leafTables[key] {
      table = known
      if isSharedSlot || !isShared { return known }
    } else {
      table = try makeTable(owner: key.space, leaf: leaf)
      tables[table].values = [UInt32](
        repeating: LockstepTable.unknown, count: mode.entriesPerTable)
      leafTables[key] = table
      tables[table].everKnown = [Bool](repeating: false, count: mode.entriesPerTable)
      if !isShared {
        spaces[number].leaves.append(table)
        if spaces[number].isFirst { spaces[number].firstLeaves.append(table) }
      }
    }
    guard isSharedSlot || linkedLeaves.insert(SpaceLeaf(space: owner, leaf: leaf)).inserted else {
      return table
    }
    var parent = spaces[number].root
    let shifts = AddressSpace.upperShifts(mode)
    for (depth, shift) in shifts.enumerated() {
      let index = Int(address >> shift) & (mode.entriesPerTable - 1)
      let isLast = depth == shifts.count - 1
      let isTop = depth == 0
      let child =
        isLast
        ? table
        : try upper(owner: isSharedSlot ? -1 : owner, shifts[depth + 1], address >> shift)
      let entry = link(to: child)
      if isTop && isSharedSlot {
        if pager.entry(tables[parent].frame, index) != entry {
          sharedTops.append((index, child))
          for space in spaces { set(space.root, index, entry) }
          if let keeper = pastRoots.last { pager.learn(keeper, index, entry) }
        }
      } else if pager.entry(tables[parent].frame, index) != entry {
        if isTop && !isSharedSlot {
          spaces[number].ownSlots.insert(index)
        }
        if isTop && !spaces[number].isFirst {
          emit(.changeEntry(tables[parent].frame, index, entry))
        } else {
          set(parent, index, entry)
        }
      }
      parent = child
    }
    return table
  }

  private mutating func upper(owner: Int, _ shift: UInt64, _ prefix: UInt64) throws(InputError)
    -> Int
  {
    let key = LockstepUpper(owner: owner, shift: shift, prefix: prefix)
    if let known = upperTables[key] { return known }
    let table = try makeTable(owner: owner, leaf: nil)
    upperTables[key] = table
    return table
  }

  mutating func makeTable(owner: Int, leaf: UInt64?) throws(InputError) -> Int {
    let frame = try plan.makeTable()
    pager.learn(frame, 0, .empty)
    tables.append(LockstepTable(frame: frame, owner: owner, leaf: leaf))
    return tables.count - 1
  }

  /// A table that all share was shadowed before it was first seen: processes that leave no record
  /// of it keep it, so here one that does nothing else.
  mutating func keep(_ table: Int, _ address: UInt64) {
    guard let keeper = pastRoots.last, let space = vcpus[vcpu].space else { return }
    let last = mode.entriesPerTable - 1
    let known = pager.entry(tables[table].frame, last)
    pager.learn(
      tables[table].frame, last,
      GuestEntry(frame: GFN(1), flags: GuestEntry.Flag.all & ~GuestEntry.Flag.superpage))
    pager.execute(.loadRoot(keeper))
    pager.execute(.access(address & ~(UInt64(last) << 12 | 0xfff) | UInt64(last) << 12, .read))
    pager.execute(.loadRoot(tables[spaces[space].root].frame))
    pager.learn(tables[table].frame, last, known)
  }

  func link(to table: Int) -> GuestEntry {
    GuestEntry(
      frame: tables[table].frame,
      flags: tables[table].owner < 0
        ? AddressSpace.linkFlags & ~GuestEntry.Flag.user : AddressSpace.linkFlags)
  }

  /// An entry that was there from the start.
  mutating func set(_ table: Int, _ index: Int, _ entry: GuestEntry) {
    plan.set(tables[table].frame, index, entry)
    pager.learn(tables[table].frame, index, entry)
  }
}
