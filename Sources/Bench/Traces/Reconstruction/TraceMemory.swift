import GuestModel

/// Lays out the guest's page tables as the faults suggest them.
struct TraceMemory {
  private(set) var plan: TracePlan
  /// The frame of each address space's root.
  private(set) var roots: [GFN] = []
  /// The frame of each leaf table.
  private(set) var leafFrames: [GFN] = []
  private let layout: TraceLayout
  private let tables: TraceTables
  /// Upper tables: by owner (-1 for all), level shift and address prefix.
  private var uppers: [Upper: GFN] = [:]
  private var entries: Set<Link> = []

  private struct Upper: Hashable {
    var owner: Int
    var shift: UInt64
    var prefix: UInt64
  }
  private struct Link: Hashable {
    var table: GFN
    var index: Int
  }

  init(shape: GuestShape, turns: TraceTurns, layout: TraceLayout, tables: TraceTables)
    throws(InputError)
  {
    self.layout = layout
    self.tables = tables
    plan = TracePlan(shape: shape)
    reserve(turns)
    try makeRoots(turns)
    for (number, table) in tables.tables.enumerated() {
      leafFrames.append(try plan.makeTable(in: table.frame))
      fill(number)
    }
    try link()
  }

  /// Frames that the trace names, and those that one fault fills beside them.
  private mutating func reserve(_ turns: TraceTurns) {
    plan.reserve(0)
    plan.reserve(1)
    for step in turns.steps where step.kind == .fixup {
      let frame = step.entry >> 12 & 0xff_ffff_ffff
      for offset in 0..<32 { plan.reserve(frame + UInt64(offset)) }
    }
    for root in turns.roots { if let root { plan.reserve(root >> 12) } }
    for table in tables.tables { if let frame = table.frame { plan.reserve(frame) } }
  }

  private mutating func makeRoots(_ turns: TraceTurns) throws(InputError) {
    var taken = Set(tables.tables.compactMap(\.frame))
    for root in turns.roots {
      let frame = root.map { $0 >> 12 }
      if let frame, frame > 1, taken.insert(frame).inserted {
        roots.append(try plan.makeTable(in: frame))
      } else {
        roots.append(try plan.makeTable())
      }
    }
  }

  private mutating func fill(_ number: Int) {
    let table = tables.tables[number]
    let frame = leafFrames[number]
    var previous: UInt32 = 0
    for (index, raw) in table.entries.enumerated() {
      if raw != 0 {
        let entry = GuestEntry(rawValue: raw)
        plan.set(
          frame, index, GuestEntry(frame: target(entry.frame), flags: entry.flags))
      } else if previous != 0 && tables.hasUnusedNeighbours {
        plan.set(
          frame, index,
          GuestEntry(frame: GFN(1), flags: previous & ~GuestEntry.Flag.accessed))
      }
      let isClean = raw & GuestEntry.Flag.dirty == 0
      previous = raw == 0 || !isClean ? 0 : GuestEntry(rawValue: raw).flags
    }
  }

  /// The frame of a page, within the memory.
  private func target(_ frame: GFN) -> GFN {
    frame.index < plan.frameCount ? frame : GFN(1)
  }

  /// Links the tables and superpages of every address space from its root down.
  private mutating func link() throws(InputError) {
    for (key, number) in tables.numbers.sorted(by: { $0.value < $1.value }) {
      let entry = GuestEntry(frame: leafFrames[number], flags: AddressSpace.linkFlags)
      try link(key, entry)
    }
    let superpages = tables.superpages.sorted {
      ($0.key.leaf, $0.key.space) < ($1.key.leaf, $1.key.space)
    }
    for (key, flags) in superpages {
      guard case .superpage(let base) = layout.kind(key.leaf) else { continue }
      let size = UInt64(layout.mode.entriesPerTable)
      let frames = UInt64(plan.frameCount) / size * size
      let dirty = tables.cleanSuperpages.contains(key) ? 0 : GuestEntry.Flag.dirty
      let frame = GFN(Int(frames == 0 ? 0 : base % frames))
      try link(
        key,
        GuestEntry(
          frame: frame,
          flags: flags | GuestEntry.Flag.superpage | GuestEntry.Flag.accessed | dirty))
    }
  }

  /// Puts `entry` above a leaf: in the upper tables of one address space, or of all.
  private mutating func link(_ key: SpaceLeaf, _ entry: GuestEntry) throws(InputError) {
    let slot = layout.slot(key.leaf)
    let isSharedSlot = layout.sharedSlots.contains(slot)
    let spaces = key.space >= 0 && !isSharedSlot ? [key.space] : Array(roots.indices)
    let address = key.leaf << layout.mode.leafShift
    for space in spaces {
      let owner = isSharedSlot ? -1 : space
      var table = roots[space]
      let shifts = AddressSpace.upperShifts(layout.mode)
      for (shift, below) in zip(shifts, shifts.dropFirst()) {
        let index = Int(address >> shift) & (layout.mode.entriesPerTable - 1)
        let child = try upper(Upper(owner: owner, shift: below, prefix: address >> shift))
        let flags =
          layout.mode == .pae ? GuestEntry.Flag.present : AddressSpace.linkFlags
        set(table, index, GuestEntry(frame: child, flags: flags))
        table = child
      }
      set(table, Int(key.leaf) & (layout.mode.entriesPerTable - 1), entry)
    }
  }

  private mutating func upper(_ key: Upper) throws(InputError) -> GFN {
    if let known = uppers[key] { return known }
    let frame = try plan.makeTable()
    uppers[key] = frame
    return frame
  }

  private mutating func set(_ table: GFN, _ index: Int, _ entry: GuestEntry) {
    guard entries.insert(Link(table: table, index: index)).inserted else { return }
    plan.set(table, index, entry)
  }
}
