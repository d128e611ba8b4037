import GuestModel

/// Where a capture's tables and pages lie in a guest: addresses and frames.
///
/// Frame 0 is left alone, frame 1 is the kernel's, then come the page tables, process by process,
/// then the tables of the direct map, then the programs' pages.
struct CaptureLayout: Sendable {
  /// A leaf table of the capture, or one that only its faults need: half a table with 2-level
  /// paging, a table otherwise.
  struct Place: Sendable {
    /// Which 2 MiB of the program's address space it maps.
    let number: UInt32
    /// The table in the capture, -1 for none.
    let leaf: Int32
    /// Where it maps in the guest.
    var address: UInt64 = 0
    /// The guest's table.
    var frame = GFN(0)

    /// The first entry that is meant: 512 for the upper half of a 1024-entry table.
    func firstEntry(_ mode: PagingMode) -> Int {
      mode == .twoLevel ? Int(address >> 12 & 512) : 0
    }
  }

  let mode: PagingMode
  let memoryFrames: Int
  let directMap: DirectMap
  /// The frame that kernel entries touch.
  let kernelFrame = GFN(1)
  /// Every process's root.
  private(set) var roots: [GFN] = []
  /// Every process's leaf tables, upwards.
  private(set) var places: [Place] = []
  /// Each process's places.
  private(set) var placesOfProcess: [Range<Int>] = []
  /// The place of each leaf table of the capture.
  private(set) var placeOfLeaf: [Int]
  /// The first frame of the programs' pages.
  private(set) var firstUserFrame = 0

  /// Lays `capture` out in a guest of `shape`; throws when it does not fit.
  init(_ capture: Capture, shape: GuestShape) throws(InputError) {
    mode = shape.mode
    memoryFrames = shape.memoryMiB * 256
    directMap = DirectMap(mode: shape.mode, memoryFrames: memoryFrames)
    placeOfLeaf = Array(repeating: 0, count: capture.leaves.count)
    try choosePlaces(capture)
    var memory = makeEmptyMemory()
    guard let tables = buildTables(in: &memory) else {
      let kind = mode == .fourLevel ? "" : ", the first 1 GiB of which holds page tables"
      throw InputError(
        file: capture.path,
        reason: "the page tables (\(capture.leafTableCount) leaf tables of \(capture.processCount) "
          + "processes) do not fit into \(shape.memoryMiB) MiB of memory\(kind): give it more")
    }
    roots = tables.roots
    firstUserFrame = tables.end
    for index in places.indices { places[index].frame = tables.leafFrames[index] }
  }

  /// The guest frame of a frame of the capture.
  ///
  /// Frames beyond the guest's memory come round again; what processes share stays shared.
  func guestFrame(_ frame: Int) -> GFN {
    GFN(firstUserFrame + frame % (memoryFrames - firstUserFrame))
  }

  /// The guest frames of adjacent frames of the capture, as runs that are adjacent there too.
  func adjacentFrames(from first: Int, count: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var done = 0
    while done < count {
      let start = guestFrame(first + done).index
      let length = min(count - done, memoryFrames - start)
      parts.append(start..<start + length)
      done += length
    }
    return parts
  }

  /// Where the kernel finds an entry of a place's table.
  func entryAddress(_ place: Place, _ entry: Int) -> UInt64 {
    directMap.address(of: place.frame, entry: place.firstEntry(mode) + entry)
  }

  /// The place of a process's leaf table with that number, as an index; it must have one.
  func place(_ number: UInt32, of process: Int) -> Int {
    var range = placesOfProcess[process]
    while range.count > 1 {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        places[middle].number <= number
        ? middle..<range.upperBound : range.lowerBound..<middle
    }
    assert(places[range.lowerBound].number == number, "every fault has a place")
    return range.lowerBound
  }

  /// Makes the memory with every process's page tables.
  ///
  /// The programs have been running: Accessed is set, Dirty too where a page is writable.
  func makeMemory(_ capture: Capture) -> GuestMemory {
    var memory = makeEmptyMemory()
    _ = buildTables(in: &memory)
    for place in places where place.leaf >= 0 {
      let table = memory.table(in: place.frame)
      let first = place.firstEntry(mode)
      for run in capture.runs[capture.leaves[Int(place.leaf)].runs] {
        let flags = Self.pageFlags(isWritable: run.isWritable)
        for (offset, entry) in run.entries.enumerated() {
          let frame = guestFrame(Int(run.frame) + offset)
          memory.setEntry(table, first + entry, GuestEntry(frame: frame, flags: flags))
        }
      }
    }
    return memory
  }

  /// Flags of a program's page that has been in use.
  static func pageFlags(isWritable: Bool) -> UInt32 {
    let flags = GuestEntry.Flag.present | GuestEntry.Flag.user | GuestEntry.Flag.accessed
    return isWritable ? flags | GuestEntry.Flag.writable | GuestEntry.Flag.dirty : flags
  }
}

extension CaptureLayout {
  /// Bytes of 32-bit address space that are the programs', in leaf numbers: 3 GiB.
  static let userLeaves32 = 1536

  /// Decides at which addresses each process's leaf tables map.
  private mutating func choosePlaces(_ capture: Capture) throws(InputError) {
    var extra: [Set<UInt32>] = Array(repeating: [], count: capture.processCount)
    for event in capture.events where event.kind == .fault {
      extra[event.process].insert(event.leafNumber)
    }
    for (index, process) in capture.processes.enumerated() {
      var own = process.leaves.map {
        Place(number: capture.leaves[$0].number, leaf: Int32($0))
      }
      extra[index].subtract(own.map(\.number))
      own += extra[index].map { Place(number: $0, leaf: -1) }
      own.sort { $0.number < $1.number }
      let first = places.count
      placesOfProcess.append(first..<first + own.count)
      guard mode == .fourLevel || own.count <= Self.userLeaves32 else {
        throw InputError(
          file: capture.path,
          reason: "process \(process.pid) (\(process.name)) has \(own.count) leaf tables: the 3 "
            + "GiB of user addresses in \(mode.name) mode hold \(Self.userLeaves32); use 64-bit mode"
        )
      }
      let slots = mode == .fourLevel ? own.map { Int($0.number) } : Self.compact(own)
      for (offset, slot) in slots.enumerated() {
        own[offset].address = UInt64(slot) << 21
        if own[offset].leaf >= 0 { placeOfLeaf[Int(own[offset].leaf)] = first + offset }
      }
      places += own
    }
  }

  /// Slots of 2 MiB below 3 GiB, in the same order.
  ///
  /// What lies below the widest gap (program and heap) goes to the bottom, what lies above it
  /// (libraries, stack) to the top.
  private static func compact(_ places: [Place]) -> [Int] {
    var split = places.count
    var widest: UInt32 = 1
    for index in places.indices.dropFirst() {
      let gap = places[index].number - places[index - 1].number
      guard gap > widest else { continue }
      widest = gap
      split = index
    }
    return places.indices.map { $0 < split ? $0 : $0 + userLeaves32 - places.count }
  }

  private func makeEmptyMemory() -> GuestMemory {
    GuestMemory(
      frameCount: memoryFrames, entriesPerTable: mode.entriesPerTable,
      expectedTables: places.count + 8 * placesOfProcess.count + 80)
  }

  /// What ``buildTables(in:)`` made.
  private struct Tables {
    var roots: [GFN] = []
    var leafFrames: [GFN] = []
    /// The first frame past the tables.
    var end = 0
  }

  /// Makes all tables but the entries of the leaf tables; nil when they do not fit.
  private func buildTables(in memory: inout GuestMemory) -> Tables? {
    let end = min(memoryFrames, directMap.frameCount)
    var frames = FrameAllocator(from: kernelFrame + 1, to: GFN(end))
    var tables = Tables()
    var spaces: [AddressSpace] = []
    let depth = AddressSpace.upperShifts(mode).count
    for range in placesOfProcess {
      guard let space = AddressSpace(mode: mode, memory: &memory, frames: &frames) else {
        return nil
      }
      spaces.append(space)
      tables.roots.append(space.root)
      for place in places[range] {
        guard
          let frame = space.table(
            for: place.address, depth: depth, memory: &memory, frames: &frames)
        else { return nil }
        tables.leafFrames.append(frame)
      }
    }
    guard let first = spaces.first,
      directMap.build(in: first, memory: &memory, frames: &frames),
      frames.next.index < memoryFrames
    else { return nil }
    for space in spaces.dropFirst() {
      directMap.share(of: first, with: space, memory: &memory)
    }
    tables.end = frames.next.index
    return tables
  }
}
