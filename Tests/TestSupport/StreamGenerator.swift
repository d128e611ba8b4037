public import GuestModel
public import ShadowModel

/// Makes random streams that reach every rule: tiny guests in tiny pools, with few tables.
///
/// Low addresses are the same in all address spaces: code, windows onto all table frames, and a
/// superpage. Above them tables are linked at random, and mostly sensibly.
public struct StreamGenerator {
  /// Frames that the low addresses need.
  struct Layout {
    /// PAE's top tables.
    var tops: [GFN] = []
    /// The tables of each level, root level last.
    var tables: [[GFN]] = [[], [], [], [], []]
    /// The first frame that is a table, and how many there are.
    var first = 16
    var count = 0
    var code = GFN(0)
    var windows: [GFN] = []

    /// The tables that a root load may name.
    func roots(_ mode: PagingMode) -> [GFN] {
      switch mode {
      case .fourLevel: tables[4]
      case .pae: tops
      case .twoLevel, .unpaged: tables[2]
      }
    }
  }

  /// Where the windows and the superpage are linked in the L2 that maps the low addresses.
  static let windowIndices = [1, 2, 3]
  static let superpageIndex = 5

  let configuration: DomainConfiguration
  var random: SeededGenerator
  var layout = Layout()
  /// Root loads in a hundred operations: seldom enough for slots to fill, or often.
  var rootLoadPercent = 0
  /// Whether the guest tells which processes end: half of them do.
  var announcesDying = false
  var entries: [InitialEntry] = []
  var mode: PagingMode { configuration.shape.mode }

  /// A random domain whose guest ends up in `mode`.
  public static func configuration(seed: UInt64, mode: PagingMode) -> DomainConfiguration {
    var random = SeededGenerator(seed: seed ^ 0x5EED)
    let shape = GuestShape(
      mode: mode, memoryMiB: 8 + 4 * random.below(3), vcpus: [1, 1, 2, 2, 3][random.below(5)])
    var configuration = DomainConfiguration(shape: shape, allocationPages: 0)
    configuration.raisesToMinimum = random.below(20) == 0
    // Snapshots and monitor table of each vCPU, and the identity map's root.
    let least = configuration.p2mPages + 6 * shape.vcpus + 4
    let spare: Int
    switch random.below(8) {
    case 0: spare = random.below(12) - 2
    case 1: spare = 6 + random.below(10)
    case 2...4: spare = 12 + random.below(32)
    default: spare = 40 + random.below(120)
    }
    configuration.allocationPages = least + spare
    configuration.outOfSyncEnabled = random.below(12) != 0
    switch random.below(4) {
    case 0: configuration.placement = .contiguous
    case 1:
      let extents = configuration.frameCount / MemoryPlacement.extentFrames
      configuration.placement = .offsets((0..<extents).map { _ in UInt8(random.below(3)) })
    default: break
    }
    configuration.prefetchDistance = [32, 32, 32, 32, 32, 32, 1, 5][random.below(8)]
    return configuration
  }

  /// The stream of `seed` for `configuration`, `count` operations long.
  public static func stream(
    seed: UInt64, configuration: DomainConfiguration, count: Int
  ) -> OperationStream {
    var generator = StreamGenerator(configuration: configuration, seed: seed)
    generator.buildMemory()
    let operations = generator.makeOperations(count)
    return OperationStream(
      seed: seed, configuration: configuration, initialEntries: generator.entries,
      operations: operations)
  }

  private init(configuration: DomainConfiguration, seed: UInt64) {
    self.configuration = configuration
    random = SeededGenerator(seed: seed)
  }

  /// Whether something that happens `one` time in `of` happens.
  mutating func chance(_ one: Int, in of: Int) -> Bool { random.below(of) < one }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[random.below(elements.count)]
  }

  // MARK: Memory

  private mutating func take() -> GFN {
    layout.count += 1
    return GFN(layout.first + layout.count - 1)
  }

  private mutating func buildMemory() {
    let rootLevel = mode == .fourLevel ? 4 : 2
    layout.code = take()
    for _ in 0..<3 { layout.windows.append(take()) }
    for _ in 0..<4 + random.below(5) { layout.tables[1].append(take()) }
    for level in 2...rootLevel {
      let roots = level == rootLevel ? 3 + random.below(4) : 2 + random.below(3)
      for _ in 0..<roots { layout.tables[level].append(take()) }
    }
    if mode == .pae { for _ in 0..<3 + random.below(3) { layout.tops.append(take()) } }
    buildLowTables()
    for level in 1...rootLevel {
      for frame in layout.tables[level] {
        for index in usedIndices(level) where !isLow(level, index) && chance(5, in: 6) {
          put(frame, index, randomEntry(level, from: frame))
        }
      }
    }
    buildRoots()
  }

  private mutating func put(_ frame: GFN, _ index: Int, _ entry: GuestEntry) {
    entries.append(InitialEntry(frame, index, entry))
  }

  /// Code, and the windows onto all tables.
  private mutating func buildLowTables() {
    let all = GuestEntry.Flag.all & ~GuestEntry.Flag.superpage
    for index in 0..<8 { put(layout.code, index, GuestEntry(frame: GFN(index), flags: all)) }
    for window in layout.windows {
      for number in 0..<layout.count {
        var flags = all
        if chance(1, in: 20) { flags &= ~GuestEntry.Flag.dirty }
        if chance(1, in: 8) { flags &= ~GuestEntry.Flag.user }
        put(window, number, GuestEntry(frame: GFN(layout.first + number), flags: flags))
      }
    }
  }

  /// The way to the low addresses in each address space, and self-maps.
  private mutating func buildRoots() {
    let link = AddressSpace.linkFlags
    for frame in layout.tables[2] {
      put(frame, 0, GuestEntry(frame: layout.code, flags: link))
      for (number, index) in Self.windowIndices.enumerated() {
        put(frame, index, GuestEntry(frame: layout.windows[number], flags: link))
      }
      let dirty = chance(1, in: 2) ? GuestEntry.Flag.dirty : 0
      put(
        frame, Self.superpageIndex,
        GuestEntry(frame: GFN(0), flags: link | GuestEntry.Flag.superpage | dirty))
    }
    let tables = layout.tables
    for frame in layout.tables[3] { put(frame, 0, GuestEntry(frame: pick(tables[2]), flags: link)) }
    for frame in layout.tables[4] { put(frame, 0, GuestEntry(frame: pick(tables[3]), flags: link)) }
    for frame in layout.roots(mode) where mode != .pae && chance(1, in: 2) {
      put(frame, mode.entriesPerTable - 1, GuestEntry(frame: frame, flags: link))
    }
    for top in layout.tops {
      for slot in 0..<4 where slot == 0 || chance(3, in: 5) {
        put(top, slot, GuestEntry(frame: pick(tables[2]), flags: GuestEntry.Flag.present))
      }
    }
  }

  // MARK: Entries

  /// The indices that tables of that level use; entry 512 is where a 2-level L1's second page
  /// starts.
  func usedIndices(_ level: Int) -> [Int] {
    let last = mode.entriesPerTable - 1
    return switch level {
    case 4: [0, 1, 256, last]
    case 3: [0, 1, last]
    case 2: [0, 1, 2, 3, 5, 6, 7, 100, last - 1, last]
    default: Array(0..<20) + [100, 101, 300] + Array(508..<min(last, 514) + 1) + [last - 1, last]
    }
  }

  /// Mostly one of them.
  mutating func randomIndex(_ level: Int) -> Int {
    chance(1, in: 40) ? random.below(mode.entriesPerTable) : pick(usedIndices(level))
  }

  /// Whether the entry is on the way to the low addresses.
  func isLow(_ level: Int, _ index: Int) -> Bool {
    switch level {
    case 4, 3: index == 0
    case 2: index == 0 || index == Self.superpageIndex || Self.windowIndices.contains(index)
    default: false
    }
  }

  private mutating func randomFlags() -> UInt32 {
    var flags = GuestEntry.Flag.all & ~GuestEntry.Flag.superpage
    if chance(1, in: 25) { flags &= ~GuestEntry.Flag.present }
    if chance(1, in: 12) { flags &= ~GuestEntry.Flag.writable }
    if chance(1, in: 12) { flags &= ~GuestEntry.Flag.user }
    if chance(1, in: 6) { flags &= ~GuestEntry.Flag.accessed }
    if chance(1, in: 4) { flags &= ~GuestEntry.Flag.dirty }
    return flags
  }

  mutating func randomTable() -> GFN { GFN(layout.first + random.below(layout.count)) }

  /// A frame that some entry may name: of data, of a table, or beyond memory.
  mutating func randomFrame() -> GFN {
    switch random.below(10) {
    case 0...4: randomTable()
    case 5...8: GFN(random.below(configuration.frameCount))
    default:
      chance(1, in: 3) ? GFN(configuration.frameCount + random.below(2000)) : GFN(random.below(8))
    }
  }

  /// An entry for a table of that level.
  mutating func randomEntry(_ level: Int, from table: GFN) -> GuestEntry {
    let flags = randomFlags()
    if level == 1 { return GuestEntry(frame: randomFrame(), flags: flags) }
    if level == 2 && chance(1, in: 4) {
      let size = mode.entriesPerTable
      let first = random.below(configuration.frameCount / size + 1) * size
      return GuestEntry(frame: GFN(first), flags: flags | GuestEntry.Flag.superpage)
    }
    switch random.below(16) {
    case 0: return GuestEntry(frame: table, flags: flags)
    case 1: return GuestEntry(frame: randomTable(), flags: flags)
    case 2: return GuestEntry(frame: randomFrame(), flags: flags)
    default: return GuestEntry(frame: pick(layout.tables[level - 1]), flags: flags)
    }
  }
}
