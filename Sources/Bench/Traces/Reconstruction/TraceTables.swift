import GuestModel
import XenTrace

/// A leaf table as the faults show it.
struct TraceTable {
  /// The leaf's number: address >> leafShift.
  var leaf: UInt64
  /// The address space that it belongs to; nil for one that all share.
  var space: Int?
  /// The frame it lies in, where the trace tells.
  var frame: UInt64?
  /// The entries at the start, 0 where nothing is known.
  var entries: [UInt32]
  /// A bit per entry: faulted since the shadow was made.
  fileprivate var faulted: [UInt64]

  init(leaf: UInt64, space: Int?, count: Int) {
    self.leaf = leaf
    self.space = space
    entries = [UInt32](repeating: 0, count: count)
    faulted = [UInt64](repeating: 0, count: count / 64)
  }

  /// The nearest entry below `index`, at most 31 away, that faulted since the shadow was made: its
  /// prefetch went past `index` unless something stopped it.
  fileprivate func prefetcher(of index: Int) -> Int? {
    var place = index - 1
    while place >= 0, place >= index - 31 {
      if faulted[place >> 6] >> UInt64(place & 63) & 1 == 1 { return place }
      place -= 1
    }
    return nil
  }

  fileprivate mutating func note(_ index: Int) { faulted[index >> 6] |= 1 << UInt64(index & 63) }
  fileprivate mutating func forget() {
    for group in faulted.indices { faulted[group] = 0 }
  }
}

/// The leaf tables of a trace, and which faults were writes.
struct TraceTables {
  private(set) var tables: [TraceTable] = []
  /// The numbers of the tables; `space` is -1 for shared ones.
  private(set) var numbers: [SpaceLeaf: Int] = [:]
  /// Faults, by step, that were writes.
  private(set) var writes: Set<Int> = []
  /// Superpages that were not written at the start, by owner.
  private(set) var cleanSuperpages: Set<SpaceLeaf> = []
  /// Flags of superpage entries, by owner.
  private(set) var superpages: [SpaceLeaf: UInt32] = [:]
  /// Whether something between known entries stops prefetching: entries that nobody used.
  private(set) var hasUnusedNeighbours = false
  private let layout: TraceLayout
  private let rootFrames: Set<UInt64>

  init(_ turns: TraceTurns, _ layout: TraceLayout) {
    self.layout = layout
    rootFrames = Set(turns.roots.compactMap { $0.map { $0 >> 12 } })
    for turn in turns.turns where turn.isPaged {
      var met: Set<UInt64> = []
      for index in turn.steps where turns.steps[index].kind == .fixup {
        let step = turns.steps[index]
        let leaf = layout.leaf(step.address)
        if isWrite(step) { writes.insert(index) }
        if case .superpage = layout.kind(leaf) {
          noteSuperpage(step, index, owner(turn.space, leaf), isRepeated: met.contains(leaf))
        } else {
          note(step, index, number(turn.space, leaf), isFirst: !met.contains(leaf))
        }
        met.insert(leaf)
      }
    }
  }

  /// Whether a fault was a write: it let a table go out of sync, or replaced a read-only entry.
  ///
  /// Reads replace entries too where an instruction is fetched through an entry that the unpaged
  /// guest left, or a root is read: a write to one would have been emulated.
  private func isWrite(_ step: TraceStep) -> Bool {
    if step.has(.unsyncs) || step.has(.addsFixup) { return true }
    return step.has(.putsReference) && !step.has(.revokesWriteAccess)
      && step.address >> 12 != step.instruction >> 12
      && !rootFrames.contains(step.entry >> 12 & 0xff_ffff_ffff)
  }

  /// Who has the upper table that maps a leaf: -1 for all.
  private func owner(_ space: Int, _ leaf: UInt64) -> SpaceLeaf {
    let isShared = layout.sharedSlots.contains(layout.slot(leaf))
    return SpaceLeaf(space: isShared ? -1 : space, leaf: leaf)
  }

  /// The number of the table for a leaf of an address space, made if there was none.
  private mutating func number(_ space: Int, _ leaf: UInt64) -> Int {
    let key = key(space, leaf)
    if let known = numbers[key] { return known }
    numbers[key] = tables.count
    tables.append(
      TraceTable(
        leaf: leaf, space: key.space < 0 ? nil : key.space,
        count: layout.mode.entriesPerTable))
    return tables.count - 1
  }

  private func key(_ space: Int, _ leaf: UInt64) -> SpaceLeaf {
    let isShared =
      layout.kind(leaf) == .shared || layout.sharedSlots.contains(layout.slot(leaf))
    return SpaceLeaf(space: isShared ? -1 : space, leaf: leaf)
  }

  /// The number of the table for a leaf of an address space, nil if none is known.
  func known(_ space: Int, _ leaf: UInt64) -> Int? { numbers[key(space, leaf)] }

  /// Tells the table `number` its frame.
  mutating func setFrame(_ frame: UInt64, of number: Int) { tables[number].frame = frame }

  /// A superpage that was not written before is linked read-only; the write then links it again.
  private mutating func noteSuperpage(
    _ step: TraceStep, _ index: Int, _ owner: SpaceLeaf, isRepeated: Bool
  ) {
    superpages[owner] = Self.flags(step.entry)
    let linksAgain =
      !step.has(.getsReference) && !step.has(.putsReference) && !step.has(.promotes)
    if isRepeated && linksAgain && cleanSuperpages.insert(owner).inserted { writes.insert(index) }
  }

  private mutating func note(_ step: TraceStep, _ index: Int, _ number: Int, isFirst: Bool) {
    let place = Int(step.address >> 12) & (layout.mode.entriesPerTable - 1)
    if isFirst && step.has(.promotes) && step.has(.getsReference) { tables[number].forget() }
    defer { tables[number].note(place) }
    let flags = Self.flags(step.entry)
    let isDirty = step.entry & 0x40 != 0
    let known = tables[number].entries[place]
    let isFilled =
      step.has(.getsReference) && (!step.has(.putsReference) || step.has(.promotes))
    let isStopped = isFilled && tables[number].prefetcher(of: place) != nil
    if known != 0 {
      let stopsItself = flags & GuestEntry.Flag.writable != 0 && !isDirty
      if isStopped && !stopsItself { hasUnusedNeighbours = true }
      return
    }
    var entry = GuestEntry(
      frame: GFN(UInt32(truncatingIfNeeded: step.entry >> 12 & 0xff_ffff)), flags: flags)
    if isDirty {
      if isStopped || writes.contains(index) {
        writes.insert(index)
        hasUnusedNeighbours = hasUnusedNeighbours || isStopped
      } else {
        entry = GuestEntry(
          frame: entry.frame, flags: flags | GuestEntry.Flag.accessed | GuestEntry.Flag.dirty)
      }
    }
    tables[number].entries[place] = entry.rawValue
  }

  /// Present, writable and user of a processor's entry, as the model has them.
  static func flags(_ entry: UInt64) -> UInt32 {
    GuestEntry.Flag.present | (entry & 2 != 0 ? GuestEntry.Flag.writable : 0)
      | (entry & 4 != 0 ? GuestEntry.Flag.user : 0)
  }
}
