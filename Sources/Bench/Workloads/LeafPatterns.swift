import GuestModel

/// Which entries of a process's leaf tables are present, shared, writable, read and written.
///
/// The patterns depend on the leaf table's number within its process alone, so all processes
/// agree on them; which frames are named is the processes' own. A bit stands for an entry.
struct LeafPatterns: Sendable {
  /// Leaf tables that patterns were made for.
  let leafCount: Int
  /// Groups of 64 entries in a table.
  let groups: Int
  /// Present entries; word `leaf * groups + group`.
  private(set) var present: [UInt64]
  /// Present entries that name shared frames.
  private(set) var shared: [UInt64]
  /// Present entries that allow writes.
  private(set) var writable: [UInt64]
  /// Entries read by a touch.
  private(set) var reads: [UInt64]
  /// Entries written by a touch.
  private(set) var writes: [UInt64]
  /// Shared entries in the leaf tables before each.
  private(set) var sharedBefore: [Int] = [0]
  /// Private entries in the leaf tables before each.
  private(set) var privateBefore: [Int] = [0]

  /// The present entries of all leaf tables, as runs of equal rights.
  private(set) var runs: [Run] = []
  /// Where the runs of each leaf table begin in ``runs``, and where the last one's end.
  private(set) var firstRun: [Int] = [0]

  /// Adjacent present entries with equal rights.
  struct Run: Sendable {
    /// The first entry.
    var index: Int
    /// How many.
    var count: Int
    /// Whether they name shared frames.
    var isShared: Bool
    /// Whether they allow writes.
    var isWritable: Bool
  }

  /// Runs of present entries in a leaf table.
  private static let runsPerLeaf = 4
  /// Entries touched in a block of 32, unless the file says how many blocks are touched.
  private static let touchedPerBlock = 6.5
  private static let golden = 0.618_033_988_749_895

  init(_ file: WorkloadFile, mode: PagingMode, leafCount: Int) {
    self.leafCount = leafCount
    groups = mode.entriesPerTable / 64
    let none = [UInt64](repeating: 0, count: leafCount * groups)
    (present, shared, writable, reads, writes) = (none, none, none, none, none)
    var generator = SeededGenerator(seed: 0x6C65_6166)
    for leaf in 0..<leafCount {
      setPresent(leaf, count: file.processes.entriesPerLeaf.rounded, &generator)
      setRights(leaf, file.sharing)
      noteRuns(leaf)
      touch(leaf, file, &generator)
      let sharedCount = count(shared, leaf)
      sharedBefore.append(sharedBefore[leaf] + sharedCount)
      privateBefore.append(privateBefore[leaf] + count(present, leaf) - sharedCount)
    }
  }

  /// Whether `words` has the bit of entry `index` of `leaf`.
  func has(_ words: [UInt64], _ leaf: Int, _ index: Int) -> Bool {
    words[leaf * groups + index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  /// Absent entries of `leaf`.
  func absentCount(_ leaf: Int) -> Int { groups * 64 - count(present, leaf) }

  /// The absent entry of `leaf` that has `number` absent ones before it.
  func absentEntry(_ leaf: Int, number: Int) -> Int {
    var left = number
    for group in 0..<groups {
      var word = ~present[leaf * groups + group]
      let here = word.nonzeroBitCount
      guard left < here else {
        left -= here
        continue
      }
      for _ in 0..<left { word &= word - 1 }
      return group * 64 + word.trailingZeroBitCount
    }
    return 0
  }

  private func count(_ words: [UInt64], _ leaf: Int) -> Int {
    (0..<groups).reduce(0) { $0 + words[leaf * groups + $1].nonzeroBitCount }
  }

  private static func set(_ words: inout [UInt64], _ leaf: Int, _ groups: Int, _ index: Int) {
    words[leaf * groups + index >> 6] |= 1 << UInt64(index & 63)
  }

  /// Makes `count` entries present, in runs spread over the table.
  private mutating func setPresent(
    _ leaf: Int, count: Int, _ generator: inout SeededGenerator
  ) {
    let runs = min(Self.runsPerLeaf, count)
    let width = groups * 64 / runs
    for run in 0..<runs {
      let length = (run + 1) * count / runs - run * count / runs
      let first = run * width + generator.below(width - length + 1)
      for index in first..<first + length { Self.set(&present, leaf, groups, index) }
    }
  }

  /// Decides by blocks of 32 entries which are shared and which allow writes: private ones first.
  private mutating func setRights(_ leaf: Int, _ sharing: WorkloadFile.Sharing) {
    for block in 0..<groups * 2 {
      let position = (Double(leaf * groups * 2 + block) + 0.5) * Self.golden
      let value = position - position.rounded(.down)
      let word = leaf * groups + block / 2
      let entries = present[word] & (block & 1 == 0 ? 0xFFFF_FFFF : 0xFFFF_FFFF << 32)
      if value < sharing.entriesShare.value { shared[word] |= entries }
      if value >= 1 - sharing.writableShare.value { writable[word] |= entries }
    }
  }

  private mutating func noteRuns(_ leaf: Int) {
    for index in 0..<groups * 64 where has(present, leaf, index) {
      let isShared = has(shared, leaf, index)
      let isWritable = has(writable, leaf, index)
      if runs.count > firstRun[leaf], let last = runs.last, last.index + last.count == index,
        last.isShared == isShared, last.isWritable == isWritable
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(index: index, count: 1, isShared: isShared, isWritable: isWritable))
      }
    }
    firstRun.append(runs.count)
  }

  /// Chooses what a touch of the leaf table accesses.
  ///
  /// Half of the leaf tables have fewer entries touched than the mean and a quarter more, as in
  /// real programs, where the median is well below the mean.
  private mutating func touch(
    _ leaf: Int, _ file: WorkloadFile, _ generator: inout SeededGenerator
  ) {
    let mean = file.activity.entriesTouched.value
    let available = file.processes.entriesPerLeaf.rounded
    let spread = max(0, min(0.6, (Double(available) / mean - 1) / 2))
    let factor = [1 - spread, 1 + 2 * spread, 1 - spread, 1][leaf % 4]
    let rounding = Double(leaf + 1) * Self.golden
    let wanted = Int((mean * factor + rounding - rounding.rounded(.down)).rounded(.down))
    let total = min(available, max(1, wanted))
    let blocks = file.activity.blocksTouched?.value ?? mean / Self.touchedPerBlock
    let chosen = touchedEntries(
      leaf, total: total, blocks: max(1, Int((blocks * factor).rounded(.up))),
      runPages: file.activity.runPages.value, &generator)
    for index in chosen {
      let isWritten =
        has(writable, leaf, index) && generator.unit() < file.activity.writeShare.value
      if isWritten {
        Self.set(&writes, leaf, groups, index)
      } else {
        Self.set(&reads, leaf, groups, index)
      }
    }
  }

  /// `total` present entries in runs of about `runPages`, in `blocks` blocks of 32 if they do.
  private func touchedEntries(
    _ leaf: Int, total: Int, blocks: Int, runPages: Double,
    _ generator: inout SeededGenerator
  ) -> [Int] {
    var populated: [[Int]] = []
    for block in 0..<groups * 2 {
      let entries = (block * 32..<block * 32 + 32).filter { has(present, leaf, $0) }
      if !entries.isEmpty { populated.append(entries) }
    }
    let wanted = min(blocks, populated.count)
    let turn = generator.below(populated.count)
    // Blocks to use first, evenly spread, then all others for what does not fit.
    var order = (0..<wanted).map { ($0 * populated.count / wanted + turn) % populated.count }
    order += populated.indices.filter { !order.contains($0) }
    var result: [Int] = []
    for (rank, block) in order.enumerated() where result.count < total {
      let left = total - result.count
      let share = rank < wanted ? (left + wanted - rank - 1) / (wanted - rank) : left
      result += Self.runs(of: min(share, populated[block].count), runPages, in: populated[block])
    }
    return result
  }

  /// `count` of `entries`, in runs of about `length` spread evenly.
  private static func runs(of count: Int, _ length: Double, in entries: [Int]) -> [Int] {
    let runs = max(1, min(count, Int((Double(count) / length).rounded())))
    var taken = [Bool](repeating: false, count: entries.count)
    var left = count
    for run in 0..<runs {
      let first = run * entries.count / runs
      let wanted = (run + 1) * count / runs - run * count / runs
      for index in first..<min(first + wanted, entries.count) where !taken[index] {
        taken[index] = true
        left -= 1
      }
    }
    for index in taken.indices where left > 0 && !taken[index] {
      taken[index] = true
      left -= 1
    }
    return entries.indices.filter { taken[$0] }.map { entries[$0] }
  }
}
