import GuestModel

/// Which pages each process touches in a round, and in which of its turns.
///
/// Hot pages are touched in every turn, each other page in one turn, chosen at random.
struct CaptureTouches {
  /// The most pages of a process that are hot in a round.
  ///
  /// As many as the second-level TLBs of current processors hold: no turn is known to need more.
  static let hotLimit = 1024
  /// The longest run that is made up for a leaf table of which only counts are known.
  static let runLength = 16

  /// 64 pages, of which a process touches some in the round.
  private struct Group {
    /// Their address, shifted right by 18.
    let number: UInt32
    /// Pages that are touched in every turn.
    var hot: UInt64
    /// Pages that are touched in some turn.
    var cold: UInt64
    /// Those of both that are written.
    let writes: UInt64
  }

  private let capture: Capture
  private let masks: CaptureMasks
  private let layout: CaptureLayout
  /// What was last known to be accessed in each leaf table.
  private var base: [EntryMask]
  private var isKnown: [Bool]

  private var groups: [Group] = []
  private var groupsOfProcess: [Range<Int>]
  /// The number of each process's first turn, counted over all of them.
  private var firstTurn: [Int]
  /// Where the cold pages of each turn begin in ``cold``.
  private var coldStart: [Int] = []
  /// Pages touched in one turn only, turn by turn: the group, and the page in its low 6 bits.
  private var cold: [UInt32] = []
  private var draws: [(turn: UInt32, page: UInt32)] = []

  init(_ capture: Capture, masks: CaptureMasks, layout: CaptureLayout) {
    self.capture = capture
    self.masks = masks
    self.layout = layout
    base = Array(repeating: .zero, count: capture.leaves.count)
    isKnown = Array(repeating: false, count: capture.leaves.count)
    groupsOfProcess = Array(repeating: 0..<0, count: capture.processCount)
    firstTurn = Array(repeating: 0, count: capture.processCount)
  }

  /// Decides about a round in which process p has `turns[p]` turns and touches what `interval`
  /// says.
  mutating func prepare(
    interval: Capture.Interval, turns: [Int], random: inout SeededGenerator
  ) {
    groups.removeAll(keepingCapacity: true)
    draws.removeAll(keepingCapacity: true)
    var turnCount = 0
    for process in turns.indices {
      groupsOfProcess[process] = 0..<0
      firstTurn[process] = turnCount
      turnCount += turns[process]
    }
    for visit in interval.visits where turns[visit.process] > 0 {
      let first = groups.count
      for touched in visit.touched { addGroups(of: touched, &random) }
      groupsOfProcess[visit.process] = first..<groups.count
      thinHot(first..<groups.count, &random)
      draw(first..<groups.count, visit.process, turns[visit.process], &random)
    }
    sortDraws(turnCount: turnCount)
  }

  /// Adds the accesses of a process's turn, upwards by address.
  func append(turn: Int, of process: Int, to operations: inout [Operation]) {
    let number = firstTurn[process] + turn
    var next = coldStart[number]
    let end = coldStart[number + 1]
    for index in groupsOfProcess[process] {
      let group = groups[index]
      var pages = group.hot
      while next < end, Int(cold[next] >> 6) == index {
        pages |= 1 << UInt64(cold[next] & 63)
        next += 1
      }
      let address = UInt64(group.number) << 18
      let reads = pages & ~group.writes
      if reads != 0 { operations.append(.accessMask(address, reads, .user)) }
      let writes = pages & group.writes
      if writes != 0 { operations.append(.accessMask(address, writes, [.user, .write])) }
    }
  }

  private mutating func addGroups(of touched: Capture.Touched, _ random: inout SeededGenerator) {
    let leaf = Int(touched.leaf)
    let accessed = chooseAccessed(touched, &random)
    let writes = (accessed & masks.writable[leaf]).sample(Int(touched.dirty), using: &random)
    let hot = accessed & masks.hot[leaf]
    let number = UInt32(
      truncatingIfNeeded: layout.places[layout.placeOfLeaf[leaf]].address >> 18)
    for word in 0..<8 where accessed[word] != 0 {
      groups.append(
        Group(
          number: number + UInt32(word), hot: hot[word], cold: accessed[word] & ~hot[word],
          writes: writes[word]))
    }
  }

  /// The entries accessed: as recorded, or as many as were counted, like those known last.
  private mutating func chooseAccessed(
    _ touched: Capture.Touched, _ random: inout SeededGenerator
  ) -> EntryMask {
    let leaf = Int(touched.leaf)
    let present = masks.present[leaf]
    if touched.bitmap >= 0 {
      base[leaf] = capture.bitmaps[Int(touched.bitmap)] & present
      isKnown[leaf] = true
      return base[leaf]
    }
    let count = Int(touched.accessed)
    guard isKnown[leaf] else {
      base[leaf] = present.sampleRuns(count, runLength: Self.runLength, using: &random)
      isKnown[leaf] = true
      return base[leaf]
    }
    let missing = count - base[leaf].population
    if missing <= 0 { return base[leaf].sample(count, using: &random) }
    return base[leaf] | (present & ~base[leaf]).sample(missing, using: &random)
  }

  /// Keeps about ``hotLimit`` pages hot where there are more.
  private mutating func thinHot(_ range: Range<Int>, _ random: inout SeededGenerator) {
    let total = range.reduce(0) { $0 + groups[$1].hot.nonzeroBitCount }
    guard total > Self.hotLimit else { return }
    for index in range {
      var bits = groups[index].hot
      while bits != 0 {
        let bit = bits & (0 &- bits)
        bits &= bits - 1
        guard random.below(total) >= Self.hotLimit else { continue }
        groups[index].hot &= ~bit
        groups[index].cold |= bit
      }
    }
  }

  private mutating func draw(
    _ range: Range<Int>, _ process: Int, _ turns: Int, _ random: inout SeededGenerator
  ) {
    for index in range {
      var bits = groups[index].cold
      while bits != 0 {
        let page = UInt32(index) << 6 | UInt32(bits.trailingZeroBitCount)
        draws.append((UInt32(firstTurn[process] + random.below(turns)), page))
        bits &= bits - 1
      }
    }
  }

  /// Sorts the draws by turn, keeping their order within each: a counting sort.
  private mutating func sortDraws(turnCount: Int) {
    coldStart = Array(repeating: 0, count: turnCount + 2)
    for draw in draws { coldStart[Int(draw.turn) + 2] += 1 }
    for index in coldStart.indices.dropFirst() { coldStart[index] += coldStart[index - 1] }
    cold = Array(repeating: 0, count: draws.count)
    for draw in draws {
      cold[coldStart[Int(draw.turn) + 1]] = draw.page
      coldStart[Int(draw.turn) + 1] += 1
    }
  }
}
