import GuestModel

/// Guest memory as it stands before the first operation: tables and their entries.
struct TracePlan: Sendable {
  /// An entry of a table.
  struct Entry: Sendable {
    var table: GFN
    var index: Int
    var value: GuestEntry
  }

  let shape: GuestShape
  private(set) var tables: [GFN] = []
  private(set) var entries: [Entry] = []
  private var used: [UInt64]
  private var next: Int

  init(shape: GuestShape) {
    self.shape = shape
    next = shape.memoryMiB * 256
    used = [UInt64](repeating: 0, count: shape.memoryMiB * 4 + 1)
  }

  /// Frames of the guest's memory.
  var frameCount: Int { shape.memoryMiB * 256 }

  private func isUsed(_ frame: Int) -> Bool { used[frame >> 6] >> UInt64(frame & 63) & 1 == 1 }

  /// Keeps a frame from being handed out for a table.
  mutating func reserve(_ frame: UInt64) {
    guard frame < UInt64(frameCount) else { return }
    used[Int(frame) >> 6] |= 1 << (frame & 63)
  }

  /// A new table, in `frame` if that is a frame of the memory.
  mutating func makeTable(in frame: UInt64? = nil) throws(InputError) -> GFN {
    if let frame, frame < UInt64(frameCount) {
      tables.append(GFN(Int(frame)))
      return GFN(Int(frame))
    }
    repeat { next -= 1 } while next > 0 && isUsed(next)
    guard next > 0 else {
      throw InputError(
        file: "trace",
        reason: "\(shape.memoryMiB) MiB of guest memory do not hold the \(tables.count) page "
          + "tables that the trace shows; give the guest's real size with --memory-mib")
    }
    tables.append(GFN(next))
    return GFN(next)
  }

  mutating func set(_ table: GFN, _ index: Int, _ value: GuestEntry) {
    entries.append(Entry(table: table, index: index, value: value))
  }

  /// The memory.
  func makeMemory() -> GuestMemory {
    var memory = GuestMemory(
      frameCount: frameCount, entriesPerTable: shape.mode.entriesPerTable,
      expectedTables: tables.count + 64)
    for frame in tables { _ = memory.ensureTable(in: frame) }
    for entry in entries {
      memory.setEntry(memory.table(in: entry.table), entry.index, entry.value)
    }
    return memory
  }
}
