import GuestModel

/// Processes of one size: where their leaf tables lie, in addresses and in frames.
struct ProcessClass: Sendable {
  /// The first address that each leaf table maps.
  let addresses: [UInt64]
  /// The frame of each leaf table, counted from the process's first, which is its root.
  let frameOffsets: [Int]
  /// Tables, those above the leaf tables included.
  let tableCount: Int

  /// What one page directory maps: where programs put their parts.
  struct Region: Sendable {
    /// The first address.
    var base: UInt64
    /// Leaf tables that fit.
    var slots: Int
    /// The slot that the part begins at.
    var start: Int
  }

  /// Top-level slots that programs on 64-bit use: program, libraries and stack, and others.
  private static let topSlots: [UInt64] = [0xAA, 0xFE, 0xFF, 0x00, 0xAB, 0xFD, 0x01, 0xAC]
  private static let starts = [2, 170, 340, 60]

  /// The regions of a process with the file's upper tables.
  static func regions(_ file: WorkloadFile, mode: PagingMode) -> [Region] {
    let upper = file.processes.upperTables.rounded
    switch mode {
    case .fourLevel:
      let (thirds, directories) = split(upper)
      return (0..<directories).map { number in
        let base = topSlots[number % thirds] << 39 + UInt64(number / thirds + 1) << 30
        return Region(base: base, slots: 512, start: starts[number % 4])
      }
    case .pae:
      let directories = max(1, upper - (file.kernel.hasPrivateDirectory ? 1 : 0))
      return (0..<directories).map { number in
        Region(base: UInt64(number) << 30, slots: 512, start: starts[number % 4])
      }
    case .twoLevel, .unpaged:
      return (0..<4).map { number in
        Region(base: UInt64(number * 192) << 22, slots: 192, start: 1)
      }
    }
  }

  /// Third-level tables and page directories out of `upper` tables with a root: 3 to 5 in 8.
  static func split(_ upper: Int) -> (thirds: Int, directories: Int) {
    let below = max(2, upper - 1)
    let thirds = min(topSlots.count, max(1, Int((Double(below) * 3 / 8).rounded())))
    return (thirds, below - thirds)
  }

  init(leafTables: Int, file: WorkloadFile, mode: PagingMode) {
    let regions = Self.regions(file, mode: mode).prefix(leafTables)
    let quotas = Self.quotas(leafTables, regions: Array(regions))
    var addresses: [UInt64] = []
    var offsets: [Int] = []
    var next = file.kernel.hasPrivateDirectory ? 2 : 1
    var thirds: Set<UInt64> = []
    for (region, quota) in zip(regions, quotas) {
      if mode == .fourLevel, thirds.insert(region.base >> 39).inserted { next += 1 }
      if mode != .twoLevel { next += 1 }
      for number in 0..<quota {
        let slot = (region.start + number) % region.slots
        addresses.append(region.base + UInt64(slot) << mode.leafShift)
        offsets.append(next)
        next += 1
      }
    }
    self.addresses = addresses
    frameOffsets = offsets
    tableCount = next
  }

  /// Leaf tables in each region: one at least, the rest as program, heap, libraries and stack
  /// share a program's memory.
  private static func quotas(_ leafTables: Int, regions: [Region]) -> [Int] {
    let weights = regions.indices.map { [15, 45, 30, 10][$0 % 4] }
    let sum = max(1, weights.reduce(0, +))
    let rest = leafTables - regions.count
    var quotas = regions.indices.map { min(regions[$0].slots, 1 + rest * weights[$0] / sum) }
    var left = leafTables - quotas.reduce(0, +)
    for index in regions.indices where left > 0 {
      let more = min(left, regions[index].slots - quotas[index])
      quotas[index] += more
      left -= more
    }
    return quotas
  }
}
