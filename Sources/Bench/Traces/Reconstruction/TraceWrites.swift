import GuestModel
import XenTrace

/// The guest's writes to its page tables, as faults show them, and which tables they hit.
///
/// A fault on a write to a table names the table's frame, but not whose table it is. Two things
/// tell: the running address space soon faults at the very page whose entry was written; or a run
/// of writes goes over as many tables as an address space has, and lies next to its root.
struct TraceWrites {
  /// Writes that follow each other, from one instruction.
  struct Burst {
    var turn: Int
    var instruction: UInt64
    var steps: [Int]
    var frames: [UInt64]
    /// Whether the tables were shadowed.
    var isShadowed: Bool
    /// Whether a burst before it in the same turn went over the same frames.
    var isSecondPass = false
    /// Whether another one follows in the same turn, over the same frames.
    var hasSecondPass = false
  }

  private(set) var bursts: [Burst] = []
  /// The burst of a step.
  private(set) var burstOfStep: [Int: Int] = [:]
  /// The table in a frame.
  private(set) var tableOfFrame: [UInt64: Int] = [:]
  /// Instructions whose bursts take entries away, judged by the address space's next turn.
  private(set) var clearing: Set<UInt64> = []
  /// Instructions whose bursts are usually followed by a second pass over the same tables.
  private(set) var repeated: Set<UInt64> = []

  private let turns: TraceTurns
  private let layout: TraceLayout

  init(_ turns: TraceTurns, _ layout: TraceLayout, _ tables: inout TraceTables) {
    self.turns = turns
    self.layout = layout
    for (number, turn) in turns.turns.enumerated() where turn.isPaged {
      collect(number, turn, tables)
    }
    findPasses()
    matchByAddress(tables)
    matchByPlace(tables)
    for (frame, table) in tableOfFrame { tables.setFrame(frame, of: table) }
    judge(tables)
  }

  private func isTableWrite(_ index: Int, _ tables: TraceTables) -> Bool {
    let step = turns.steps[index]
    guard step.kind == .fixup, tables.writes.contains(index) else { return false }
    if step.has(.unsyncs) || step.has(.addsFixup) { return true }
    guard case .superpage = layout.kind(layout.leaf(step.address)) else { return false }
    return step.has(.putsReference)
  }

  private mutating func collect(_ number: Int, _ turn: TraceTurn, _ tables: TraceTables) {
    var open = false
    for index in turn.steps {
      let step = turns.steps[index]
      guard isTableWrite(index, tables) else {
        if step.kind != .invalidate { open = false }
        continue
      }
      let frame = step.entry >> 12 & 0xff_ffff_ffff
      if open, let last = bursts.indices.last, bursts[last].instruction == step.instruction,
        !bursts[last].frames.contains(frame)
      {
        bursts[last].steps.append(index)
        bursts[last].frames.append(frame)
      } else {
        bursts.append(
          Burst(
            turn: number, instruction: step.instruction, steps: [index], frames: [frame],
            isShadowed: step.has(.unsyncs)))
      }
      open = true
      burstOfStep[index] = bursts.count - 1
    }
  }

  private mutating func findPasses() {
    var passes: [UInt64: (all: Int, twice: Int)] = [:]
    var first = 0
    for index in bursts.indices {
      if bursts[index].turn != bursts[first].turn { first = index }
      guard bursts[index].frames.count > 1 else { continue }
      let frames = Set(bursts[index].frames)
      for earlier in first..<index where isFirstPass(bursts[earlier], of: bursts[index], frames) {
        bursts[index].isSecondPass = true
        bursts[earlier].hasSecondPass = true
      }
    }
    for burst in bursts where burst.isShadowed && burst.frames.count > 1 && !burst.isSecondPass {
      passes[burst.instruction, default: (0, 0)].all += 1
      if burst.hasSecondPass { passes[burst.instruction]?.twice += 1 }
    }
    for (instruction, count) in passes where count.twice * 2 > count.all {
      repeated.insert(instruction)
    }
  }

  /// Whether `burst` went over most of the tables that a later one of another instruction, over
  /// `frames`, goes over again.
  private func isFirstPass(_ burst: Burst, of later: Burst, _ frames: Set<UInt64>) -> Bool {
    guard !burst.isSecondPass, burst.frames.count > 1, burst.instruction != later.instruction
    else { return false }
    return burst.frames.count { frames.contains($0) } * 2 > burst.frames.count
  }

  /// The address space faults at the page whose entry was written.
  private mutating func matchByAddress(_ tables: TraceTables) {
    var votes: [UInt64: [Int: Int]] = [:]
    for burst in bursts where burst.frames.count == 1 {
      let turn = turns.turns[burst.turn]
      guard let place = turn.steps.firstIndex(of: burst.steps[0]) else { continue }
      let write = turns.steps[burst.steps[0]]
      let index = Int(write.address & 0xfff) / layout.mode.entryBytes
      var faults = 0
      for next in turn.steps[(place + 1)...] where turns.steps[next].kind == .fixup {
        faults += 1
        if faults > 3 { break }
        let step = turns.steps[next]
        let page = Int(step.address >> 12) & (layout.mode.entriesPerTable - 1)
        guard page == index, let table = tables.known(turn.space, layout.leaf(step.address))
        else { continue }
        votes[burst.frames[0], default: [:]][table, default: 0] += 1
        break
      }
    }
    var taken: Set<Int> = []
    for (frame, tables) in votes.sorted(by: { $0.key < $1.key }) {
      let best = tables.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
      guard let table = best.first(where: { !taken.contains($0.key) })?.key else { continue }
      taken.insert(table)
      tableOfFrame[frame] = table
    }
  }

  /// A run over as many tables as an address space has, next to its root.
  private mutating func matchByPlace(_ tables: TraceTables) {
    var own: [Int: [(leaf: UInt64, table: Int)]] = [:]
    var all: Set<UInt64> = []
    for (key, table) in tables.numbers where key.space >= 0 {
      own[key.space, default: []].append((key.leaf, table))
      all.insert(key.leaf)
    }
    let common = all.sorted()
    var firstTurn: [Int: Int] = [:]
    for (number, turn) in turns.turns.enumerated() where firstTurn[turn.space] == nil {
      firstTurn[turn.space] = number
    }
    let roots = own.keys.compactMap { space in
      turns.roots[space].map { (space: space, frame: Int64($0 >> 12)) }
    }.sorted { ($0.frame, $0.space) < ($1.frame, $1.space) }
    var taken: Set<Int> = []
    for burst in bursts where burst.frames.count > 1 {
      let missing = burst.frames.filter { tableOfFrame[$0] == nil }
      guard !missing.isEmpty else { continue }
      let candidates = roots.filter { root in
        guard !taken.contains(root.space), let ran = firstTurn[root.space] else { return false }
        let count = own[root.space]?.count ?? 0
        return ran < burst.turn && count <= burst.frames.count
          && (burst.frames.count == common.count || burst.frames.count == count)
      }
      let place = Int64(burst.frames.min() ?? 0)
      guard
        let space = knownSpace(burst, tables)
          ?? candidates.min(by: { abs($0.frame - place) < abs($1.frame - place) })?.space
      else { continue }
      taken.insert(space)
      let leaves = (own[space] ?? []).sorted { $0.leaf < $1.leaf }
      let isWhole = burst.frames.count == leaves.count
      guard isWhole || burst.frames.count == common.count else { continue }
      for (leaf, table) in leaves where !tableOfFrame.values.contains(table) {
        let position =
          isWhole ? leaves.firstIndex { $0.leaf == leaf } : common.firstIndex(of: leaf)
        if let position, tableOfFrame[burst.frames[position]] == nil {
          tableOfFrame[burst.frames[position]] = table
        }
      }
    }
  }

  /// The address space that most of a burst's known tables belong to.
  private func knownSpace(_ burst: Burst, _ tables: TraceTables) -> Int? {
    var votes: [Int: Int] = [:]
    for frame in burst.frames {
      guard let table = tableOfFrame[frame], let space = tables.tables[table].space else {
        continue
      }
      votes[space, default: 0] += 1
    }
    return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// Whether bursts take entries away: the address space, if its shadows are still there when it
  /// runs next, then faults at pages that it had before.
  private mutating func judge(_ tables: TraceTables) {
    var turnsOfSpace: [Int: [Int]] = [:]
    for (number, turn) in turns.turns.enumerated() {
      turnsOfSpace[turn.space, default: []].append(number)
    }
    var votes: [UInt64: Int] = [:]
    for burst in bursts where burst.isShadowed && burst.frames.count > 1 {
      guard let table = burst.frames.compactMap({ tableOfFrame[$0] }).first,
        let space = tables.tables[table].space,
        let next = turnsOfSpace[space]?.first(where: { $0 > burst.turn })
      else { continue }
      let leaf = tables.tables[table].leaf
      var vote = -1
      for index in turns.turns[next].steps {
        let step = turns.steps[index]
        guard step.kind == .fixup, layout.leaf(step.address) == leaf else { continue }
        vote = step.has(.promotes) ? 0 : step.has(.getsReference) ? 1 : 0
        break
      }
      votes[burst.instruction, default: 0] += vote
    }
    for (instruction, vote) in votes where vote > 0 { clearing.insert(instruction) }
  }
}
