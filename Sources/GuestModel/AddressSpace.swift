/// Hands out guest frames from the bottom up.
public struct FrameAllocator: Sendable {
  /// The next frame to be handed out.
  public private(set) var next: GFN
  /// The first frame past the memory.
  public let end: GFN

  /// An allocator of the frames from `start` to `end`, `end` not included.
  public init(from start: GFN, to end: GFN) {
    next = start
    self.end = end
  }

  /// Takes `count` adjacent frames; nil when the memory is used up.
  public mutating func take(_ count: Int = 1, alignment: Int = 1) -> GFN? {
    let first = (next.index + alignment - 1) / alignment * alignment
    guard first + count <= end.index else { return nil }
    next = GFN(first + count)
    return GFN(first)
  }
}

/// Builds a guest's page tables directly in its memory, before anything runs.
public struct AddressSpace: Sendable {
  /// The frame of the root table: what CR3 holds.
  public let root: GFN
  /// The paging mode that the tables are built for.
  public let mode: PagingMode

  /// A new, empty address space; nil when no frame is left.
  public init?(
    mode: PagingMode, memory: inout GuestMemory, frames: inout FrameAllocator
  ) {
    precondition(mode != .unpaged, "an unpaged guest has no address spaces")
    guard let root = frames.take() else { return nil }
    _ = memory.ensureTable(in: root)
    self.root = root
    self.mode = mode
  }

  /// Flags that an entry of a directory is given.
  public static let linkFlags =
    GuestEntry.Flag.present | GuestEntry.Flag.writable | GuestEntry.Flag.user
    | GuestEntry.Flag.accessed

  /// The shifts of the levels above the leaf tables, from the root down.
  public static func upperShifts(_ mode: PagingMode) -> [UInt64] {
    switch mode {
    case .fourLevel: [39, 30, 21]
    case .pae: [30, 21]
    case .twoLevel, .unpaged: [22]
    }
  }

  /// The frame of the table that the entry for `address` lies in, at `depth` tables below the
  /// root, made where it is missing; nil when no frame is left.
  public func table(
    for address: UInt64, depth: Int, memory: inout GuestMemory, frames: inout FrameAllocator
  ) -> GFN? {
    var frame = root
    let mask = UInt64(mode.entriesPerTable - 1)
    for shift in Self.upperShifts(mode).prefix(depth) {
      let table = memory.ensureTable(in: frame)
      let index = Int(address >> shift & mask)
      let entry = memory.entry(table, index)
      if entry.has(GuestEntry.Flag.present) {
        frame = entry.frame
        continue
      }
      guard let fresh = frames.take() else { return nil }
      _ = memory.ensureTable(in: fresh)
      memory.setEntry(table, index, GuestEntry(frame: fresh, flags: Self.linkFlags))
      frame = fresh
    }
    return frame
  }

  /// Puts `entry` where `address` is translated: in a leaf table, or one level up if it is a
  /// superpage.
  ///
  /// Returns false when no frame is left for a table.
  @discardableResult
  public func map(
    _ address: UInt64, _ entry: GuestEntry, memory: inout GuestMemory,
    frames: inout FrameAllocator
  ) -> Bool {
    let depth = Self.upperShifts(mode).count - (entry.has(GuestEntry.Flag.superpage) ? 1 : 0)
    guard let frame = table(for: address, depth: depth, memory: &memory, frames: &frames) else {
      return false
    }
    let shift = entry.has(GuestEntry.Flag.superpage) ? mode.leafShift : 12
    let index = Int(address >> shift & UInt64(mode.entriesPerTable - 1))
    memory.setEntry(memory.ensureTable(in: frame), index, entry)
    return true
  }

  /// Makes the top-level slot of `address` the same as `other`'s: the table below is shared.
  public func shareTopLevel(of other: AddressSpace, at address: UInt64, memory: inout GuestMemory) {
    guard let shift = Self.upperShifts(mode).first else { return }
    let index = Int(address >> shift & UInt64(mode.entriesPerTable - 1))
    let entry = memory.entry(memory.ensureTable(in: other.root), index)
    memory.setEntry(memory.ensureTable(in: root), index, entry)
  }
}
