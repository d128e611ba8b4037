import GuestModel

/// The guest's memory: tables by frame; a frame that is not there is a table of empty entries.
struct PlainGuest {
  let frameCount: Int
  let entriesPerTable: Int
  private var tables: [GFN: [GuestEntry]] = [:]

  init(_ memory: borrowing GuestMemory, frameCount: Int) {
    self.frameCount = frameCount
    entriesPerTable = memory.entriesPerTable
    for number in 0..<min(frameCount, memory.frameCount) {
      let table = memory.table(in: GFN(number))
      guard table != 0 else { continue }
      var entries: [GuestEntry] = []
      for index in 0..<entriesPerTable { entries.append(memory.entry(table, index)) }
      tables[GFN(number)] = entries
    }
  }

  /// Whether the guest has that frame.
  func contains(_ frame: GFN) -> Bool { frame.index < frameCount }

  /// All entries of the table in `frame`.
  func table(_ frame: GFN) -> [GuestEntry] {
    tables[frame] ?? [GuestEntry](repeating: .empty, count: entriesPerTable)
  }

  /// S1: the identity map's entries are superpages with all flags set.
  func entry(_ table: PlainTable, _ index: Int) -> GuestEntry {
    switch table {
    case .identityMap:
      return GuestEntry(frame: GFN(index * 1024), flags: GuestEntry.Flag.all)
    case .frame(let frame):
      guard index < entriesPerTable, let entries = tables[frame] else { return .empty }
      return entries[index]
    }
  }

  mutating func set(_ frame: GFN, _ index: Int, _ entry: GuestEntry) {
    precondition(contains(frame), "a table must lie in the guest's memory")
    if tables[frame] == nil { tables[frame] = table(frame) }
    tables[frame]?[index] = entry
  }

  /// Sets `flags` in an entry; the identity map has all of them.
  mutating func add(_ flags: UInt32, to table: PlainTable, _ index: Int) {
    guard case .frame(let frame) = table else { return }
    let old = entry(table, index)
    set(frame, index, GuestEntry(rawValue: old.rawValue | flags))
  }
}
