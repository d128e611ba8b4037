import GuestModel

/// Where the replay guest's own pages lie, and by which entries every address space reaches them.
///
/// Frames 0x100 to 0x11F are the guest's code, data and tables. All of them lie in one superpage,
/// and are mapped by the fault that maps the first one (rule F11).
struct ReplayLayout: Hashable, Sendable {
  /// The entries by which a root reaches the guest.
  enum Place: Hashable, Sendable {
    /// A top entry, with tables of the guest's own below it.
    case top(slot: Int)
    /// Entries of the directory that a PAE root has in `slot`.
    case directory(slot: Int, first: Int)
    /// Entries of a 2-level root.
    case root(first: Int)
  }

  /// A run of entries in the guest's own tables, which it writes before it turns paging on.
  struct Run: Hashable, Sendable {
    /// Where the first one lies.
    var address: UInt32
    /// How many.
    var count: UInt32
    /// The first one, low half as the processor reads it.
    var first: UInt32
    /// What each one adds to the one before it.
    var step: UInt32
  }

  /// The paging mode.
  let mode: PagingMode
  /// The guest's memory, MiB, its own frames included.
  let memoryMiB: Int
  /// Frames by which the workload's frames were moved up.
  let shift: Int
  /// Where the guest is in every root.
  let place: Place

  /// The frames that every fault on the first of them maps.
  static let code = GFN(0x100)
  static let ownRoot = GFN(0x110)
  static let ownL3 = GFN(0x115)
  static let ownDirectories = GFN(0x111)
  static let kernelL3 = GFN(0x116)
  static let kernelDirectory = GFN(0x114)
  /// Where the toolstack puts the module: behind the kernel.
  static let moduleAddress: UInt64 = 0x12_0000
  /// The most memory, MiB: what the guest's own root maps where it is.
  static func memoryLimitMiB(_ mode: PagingMode) -> Int { mode == .pae ? 2048 : 3072 }

  private static let superFlags =
    AddressSpace.linkFlags | GuestEntry.Flag.dirty | GuestEntry.Flag.superpage

  /// Superpages that hold the guest and the stream.
  var superpages: Int { shift / mode.entriesPerTable }
  /// Superpages that the guest's own root maps where they are, however much memory there is.
  var identitySuperpages: Int { Self.memoryLimitMiB(mode) * 256 / mode.entriesPerTable }
  /// Directories that they take.
  var identityDirectories: Int { Self.memoryLimitMiB(mode) / 1024 }

  /// The virtual address of the guest's frame 0: what its kernel is linked for.
  var base: UInt64 { Self.base(mode) }

  /// The top entry with 64-bit paging, top entry and directory's entry with PAE, and the root's
  /// entry with 2-level paging.
  static let slot64 = 440
  static let slotPAE = 2
  static let entryPAE = 384
  static let entryTwoLevel = 960

  /// The virtual address of the guest's frame 0 in that mode.
  static func base(_ mode: PagingMode) -> UInt64 {
    switch mode {
    case .fourLevel: ReplayRules.canonical(UInt64(slot64) << 39)
    case .pae: UInt64(slotPAE) << 30 | UInt64(entryPAE) << 21
    case .twoLevel, .unpaged: UInt64(entryTwoLevel) << 22
    }
  }

  /// The entries that lead there.
  static func place(_ mode: PagingMode) -> Place {
    switch mode {
    case .fourLevel: .top(slot: slot64)
    case .pae: .directory(slot: slotPAE, first: entryPAE)
    case .twoLevel, .unpaged: .root(first: entryTwoLevel)
    }
  }

  /// Superpages that the guest maps at ``base`` in its own root: 128 MiB.
  static func windowSuperpages(_ mode: PagingMode) -> Int { mode == .twoLevel ? 32 : 64 }

  /// The entry for the guest's superpage `number`.
  func superpage(_ number: Int) -> GuestEntry {
    GuestEntry(frame: GFN(number * mode.entriesPerTable), flags: Self.superFlags)
  }

  /// The guest's own tables: its root, which maps all memory where it is, and the guest.
  var runs: [Run] {
    var runs: [Run] = []
    func add(_ table: GFN, _ index: Int, count: Int = 1, _ entry: GuestEntry, step: UInt32 = 0) {
      runs.append(
        Run(
          address: table.rawValue << 12 + UInt32(index * mode.entryBytes), count: UInt32(count),
          first: ReplayRules.hardware(entry.rawValue), step: step))
    }
    func link(_ table: GFN) -> GuestEntry {
      GuestEntry(frame: table, flags: AddressSpace.linkFlags)
    }
    let bytes = UInt32(mode.entriesPerTable) << 12
    let window = Self.windowSuperpages(mode)
    let present = GuestEntry.Flag.present
    switch mode {
    case .twoLevel, .unpaged:
      add(Self.ownRoot, 0, count: identitySuperpages, superpage(0), step: bytes)
    case .pae:
      let first = GuestEntry(frame: Self.ownDirectories, flags: present)
      add(Self.ownRoot, 0, count: identityDirectories, first, step: 4096)
      add(Self.ownDirectories, 0, count: identitySuperpages, superpage(0), step: bytes)
    case .fourLevel:
      add(Self.ownRoot, 0, link(Self.ownL3))
      add(Self.ownL3, 0, count: identityDirectories, link(Self.ownDirectories), step: 4096)
      add(Self.ownDirectories, 0, count: identitySuperpages, superpage(0), step: bytes)
      add(Self.kernelL3, 0, link(Self.kernelDirectory))
    }
    switch place {
    case .top(let slot):
      add(Self.kernelDirectory, 0, count: window, superpage(0), step: bytes)
      add(Self.ownRoot, slot, topEntry)
    case .directory(let slot, let first):
      add(Self.kernelDirectory, first, count: window, superpage(0), step: bytes)
      add(Self.ownRoot, slot, topEntry)
    case .root(let first):
      add(Self.ownRoot, first, count: window, superpage(0), step: bytes)
    }
    return runs
  }

  /// The top entry of every root, with a place of that kind.
  var topEntry: GuestEntry {
    mode == .pae
      ? GuestEntry(frame: Self.kernelDirectory, flags: GuestEntry.Flag.present)
      : GuestEntry(frame: Self.kernelL3, flags: AddressSpace.linkFlags)
  }

  /// Memory with the guest's own tables in it, and empty ones where `operations` build tables
  /// before they load a root.
  ///
  /// A frame that entries name already becomes a table at a cost; these are none yet.
  func makeMemory(building operations: [GuestModel.Operation]) -> GuestMemory {
    var memory = makeMemory(expectedTables: 1024)
    for operation in operations {
      switch operation.code {
      case .loadRoot: return memory
      case .writeEntry, .fillEntries, .fillAscending:
        let frame = operation.operand >> 12
        if frame < UInt64(memory.frameCount) { _ = memory.ensureTable(in: GFN(Int(frame))) }
      default: continue
      }
    }
    return memory
  }

  /// Memory with the guest's own tables in it and nothing else.
  func makeMemory(expectedTables: Int = 64) -> GuestMemory {
    var memory = GuestMemory(
      frameCount: memoryMiB * 256, entriesPerTable: mode.entriesPerTable,
      expectedTables: expectedTables)
    let entryBytes = UInt32(mode.entryBytes)
    for run in runs {
      for number in 0..<run.count {
        let address = run.address + number * entryBytes
        let value = run.first + number * run.step
        let table = memory.ensureTable(in: GFN(address >> 12))
        let flags = value & 7 | value >> 2 & 0x38
        memory.setEntry(
          table, Int((address & 4095) / entryBytes),
          GuestEntry(frame: GFN(value >> 12), flags: flags)
        )
      }
    }
    return memory
  }
}
