/// The guest's page tables, as they stand in its memory.
///
/// A table is a number from 1 up; 0 means none. A frame becomes a table frame when it is first
/// given one. Flags are kept as bit planes, so that 64 entries are examined at once:
///
///     plane word of table t, group g (64 entries), plane p = planes[(t * groups + g) * 8 + p]
///
/// Memory: 2.5 KiB per table of 512 entries, twice that with 1024.
@safe
public struct GuestMemory: ~Copyable {
  /// The bit planes of a group of 64 entries.
  public enum Plane {
    /// Present.
    @inlinable public static var present: Int { 0 }
    /// Writable.
    @inlinable public static var writable: Int { 1 }
    /// User.
    @inlinable public static var user: Int { 2 }
    /// Accessed.
    @inlinable public static var accessed: Int { 3 }
    /// Dirty.
    @inlinable public static var dirty: Int { 4 }
    /// Superpage.
    @inlinable public static var superpage: Int { 5 }
    /// The entry names a frame that holds a page table.
    @inlinable public static var table: Int { 6 }
    /// The entry names a frame beyond the guest's memory.
    @inlinable public static var outside: Int { 7 }
    /// Planes of a group.
    @inlinable public static var count: Int { 8 }
  }

  /// The guest's memory in frames.
  public let frameCount: Int
  /// The entries of a table: 512, or 1024 with 2-level paging.
  public let entriesPerTable: Int
  /// Groups of 64 entries in a table.
  public let groupsPerTable: Int
  /// Tables made so far, the unused number 0 included.
  public private(set) var tableCount = 1
  /// Bit planes, see the type's description.
  public var planes: Buffer<UInt64>
  /// The frame that each entry names.
  public var targets: Buffer<UInt32>
  /// For each table a bit for each 512 frames, modulo 64, of which its entries have named one.
  ///
  /// Bits are never cleared: it may say too much, never too little. Empty entries name frame 0.
  @usableFromInline var namedBlocks: Buffer<UInt64>
  /// The table that a frame holds, 0 for none.
  public let tableOfFrame: Buffer<UInt32>
  /// A bit per frame: it holds a table.
  public let tableFrames: Buffer<UInt64>
  /// A bit per frame: some entry named it.
  public let namedFrames: Buffer<UInt64>

  /// An empty guest memory of `frameCount` frames with tables of `entriesPerTable` entries.
  /// - Parameters:
  ///   - frameCount: 1 to 2²⁴
  ///   - entriesPerTable: 512 or 1,024
  ///   - expectedTables: room made beforehand; more can be added at a cost
  public init(frameCount: Int, entriesPerTable: Int, expectedTables: Int = 64) {
    precondition(frameCount > 0 && frameCount <= GFN.limit, "1 to 2^24 frames")
    precondition(entriesPerTable == 512 || entriesPerTable == 1024, "512 or 1024 entries")
    self.frameCount = frameCount
    self.entriesPerTable = entriesPerTable
    groupsPerTable = entriesPerTable / 64
    let capacity = expectedTables + 8
    planes = Buffer(repeating: 0, count: capacity * groupsPerTable * Plane.count)
    targets = Buffer(repeating: 0, count: capacity * entriesPerTable)
    namedBlocks = Buffer(repeating: Self.block(of: 0), count: capacity)
    tableOfFrame = Buffer(repeating: 0, count: frameCount)
    tableFrames = Buffer(repeating: 0, count: (frameCount + 63) / 64 + 1)
    namedFrames = Buffer(repeating: 0, count: (frameCount + 63) / 64 + 1)
  }

  private init(copying other: borrowing GuestMemory) {
    frameCount = other.frameCount
    entriesPerTable = other.entriesPerTable
    groupsPerTable = other.groupsPerTable
    tableCount = other.tableCount
    planes = other.planes.duplicate()
    targets = other.targets.duplicate()
    namedBlocks = other.namedBlocks.duplicate()
    tableOfFrame = other.tableOfFrame.duplicate()
    tableFrames = other.tableFrames.duplicate()
    namedFrames = other.namedFrames.duplicate()
  }

  /// An independent copy.
  /// - Complexity: O(memory)
  public borrowing func copy() -> GuestMemory { GuestMemory(copying: self) }

  /// The table in `frame`, 0 for none or a frame beyond the guest's memory.
  @inlinable
  public func table(in frame: GFN) -> Int {
    frame.index < frameCount ? Int(tableOfFrame[frame.index]) : 0
  }

  /// Makes a table that no frame holds, to keep a copy of another one in.
  public mutating func makeDetachedTable() -> Int {
    let table = tableCount
    tableCount += 1
    if (table + 1) * entriesPerTable > targets.count {
      let capacity = tableCount * 2
      planes.grow(to: capacity * groupsPerTable * Plane.count, filling: 0)
      targets.grow(to: capacity * entriesPerTable, filling: 0)
      namedBlocks.grow(to: capacity, filling: Self.block(of: 0))
    }
    return table
  }

  /// The table in `frame`, made of empty entries if there was none.
  ///
  /// When the frame was already named by entries, their table bits are set.
  /// - Complexity: O(1); for a frame that entries already name O(tables), and O(entries) of those
  ///   that have named a frame near it
  public mutating func ensureTable(in frame: GFN) -> Int {
    let existing = table(in: frame)
    guard existing == 0 else { return existing }
    precondition(frame.index < frameCount, "a table must lie in the guest's memory")
    let table = makeDetachedTable()
    tableOfFrame[frame.index] = UInt32(table)
    let word = frame.index >> 6
    tableFrames[word] = tableFrames[word] | 1 << UInt64(frame.index & 63)
    if namedFrames[frame.index >> 6] >> UInt64(frame.index & 63) & 1 == 1 {
      markNaming(of: frame)
    }
    return table
  }

  /// The bit of ``namedBlocks`` for a frame.
  @inlinable
  @inline(__always)
  static func block(of frame: UInt32) -> UInt64 { 1 &<< UInt64((frame &>> 9) & 63) }

  private func markNaming(of frame: GFN) {
    let block = Self.block(of: frame.rawValue)
    for table in 1..<tableCount where namedBlocks[table] & block != 0 {
      for index in 0..<entriesPerTable
      where targets[table * entriesPerTable + index] == frame.rawValue {
        let word = plane(table, index >> 6, Plane.table)
        planes[word] |= 1 << UInt64(index & 63)
      }
    }
  }

  /// The index in ``planes`` of a table's plane word.
  @inlinable
  @inline(__always)
  public func plane(_ table: Int, _ group: Int, _ plane: Int) -> Int {
    (table &* groupsPerTable &+ group) &* Plane.count &+ plane
  }

  /// Entry `index` of `table`.
  @inlinable
  public func entry(_ table: Int, _ index: Int) -> GuestEntry {
    GuestEntry(frame: frame(table, index), flags: flags(table, index))
  }

  /// The flags of entry `index` of `table`.
  @inlinable
  public func flags(_ table: Int, _ index: Int) -> UInt32 {
    let base = plane(table, index &>> 6, 0)
    let bit = UInt64(index & 63)
    var flags: UInt32 = 0
    for number in 0..<6 {
      flags |= UInt32(truncatingIfNeeded: (planes[base &+ number] &>> bit) & 1) &<< UInt32(number)
    }
    return flags
  }

  /// The frame that entry `index` of `table` names.
  @inlinable
  public func frame(_ table: Int, _ index: Int) -> GFN {
    GFN(targets[table &* entriesPerTable &+ index])
  }

  /// Puts `entry` at `index` of `table`.
  public func setEntry(_ table: Int, _ index: Int, _ entry: GuestEntry) {
    let base = plane(table, index >> 6, 0)
    let shift = UInt64(index & 63)
    let bit: UInt64 = 1 &<< shift
    for number in 0..<6 {
      let value = UInt64((entry.rawValue &>> UInt32(number)) & 1) &<< shift
      planes[base &+ number] = planes[base &+ number] & ~bit | value
    }
    let frame = entry.frame.index
    targets[table &* entriesPerTable &+ index] = entry.frame.rawValue
    namedBlocks[table] |= Self.block(of: entry.frame.rawValue)
    var isTable: UInt64 = 0
    var isOutside: UInt64 = 1
    if frame < frameCount {
      isTable = (tableFrames[frame &>> 6] &>> UInt64(frame & 63)) & 1
      isOutside = 0
      namedFrames[frame &>> 6] |= 1 &<< UInt64(frame & 63)
    }
    planes[base &+ Plane.table] = planes[base &+ Plane.table] & ~bit | isTable &<< shift
    planes[base &+ Plane.outside] = planes[base &+ Plane.outside] & ~bit | isOutside &<< shift
  }

  /// Sets Accessed, and Dirty if asked, in entry `index` of `table`; false if they were set.
  @inlinable
  @inline(__always)
  @discardableResult
  public func markUsed(_ table: Int, _ index: Int, dirty: Bool) -> Bool {
    let base = plane(table, index &>> 6, 0)
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    var isSet = planes[base &+ Plane.accessed]
    planes[base &+ Plane.accessed] |= bit
    if dirty {
      isSet &= planes[base &+ Plane.dirty]
      planes[base &+ Plane.dirty] |= bit
    }
    return isSet & bit == 0
  }

  /// A bit for each entry of a group of 64 that is not the same in two tables, flags and frame.
  @inlinable
  @inline(__always)
  public func differing(_ table: Int, _ other: Int, _ group: Int) -> UInt64 {
    let (base, otherBase) = (plane(table, group, 0), plane(other, group, 0))
    var differing: UInt64 = 0
    for number in 0..<Plane.table {
      differing |= planes[base &+ number] ^ planes[otherBase &+ number]
    }
    let first = table &* entriesPerTable &+ group &* 64
    let otherFirst = other &* entriesPerTable &+ group &* 64
    var changed: UInt32 = 0
    for index in 0..<64 { changed |= targets[first &+ index] ^ targets[otherFirst &+ index] }
    if changed == 0 { return differing }
    for index in 0..<64 where targets[first &+ index] != targets[otherFirst &+ index] {
      differing |= 1 &<< UInt64(index)
    }
    return differing
  }

  /// Copies all entries of table `source` into table `destination`.
  public func copyTable(from source: Int, to destination: Int) {
    let words = groupsPerTable * Plane.count
    planes.copy(from: source * words, to: destination * words, count: words)
    targets.copy(
      from: source * entriesPerTable, to: destination * entriesPerTable, count: entriesPerTable)
    namedBlocks[destination] |= namedBlocks[source]
  }

  /// Copies one entry between tables, table bit included.
  @inlinable
  public func copyEntry(from source: Int, to destination: Int, at index: Int) {
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    let origin = plane(source, index >> 6, 0)
    let target = plane(destination, index >> 6, 0)
    for number in 0..<Plane.count {
      planes[target &+ number] =
        planes[target &+ number] & ~bit | planes[origin &+ number] & bit
    }
    let frame = targets[source &* entriesPerTable &+ index]
    targets[destination &* entriesPerTable &+ index] = frame
    namedBlocks[destination] |= Self.block(of: frame)
  }
}
