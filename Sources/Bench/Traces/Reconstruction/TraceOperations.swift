import GuestModel
import XenTrace

/// Writes the operations that would cause a trace's faults.
struct TraceOperations {
  private(set) var operations: [Operation] = []
  /// Faults that nothing was made of, for want of a table in their place.
  private(set) var unexplained = 0
  private let turns: TraceTurns
  private let layout: TraceLayout
  private let tables: TraceTables
  private let writes: TraceWrites
  private let touches: TraceTouches
  private let memory: TraceMemory
  private let gigahertz: Double
  private var vcpu = 0
  private var controls: [UInt64]
  /// Tables whose entries were taken away in this turn, with an address at which to write them.
  private var cleared: [(table: Int, address: UInt64)] = []

  /// Marks in all.
  private static let marks = 32
  /// CR4 bits at whose change Xen looks at the paging mode anew: PSE, PAE, PGE, SMEP.
  private static let modeBits: UInt64 = 0x10_00b0

  init(
    _ turns: TraceTurns, _ layout: TraceLayout, _ tables: TraceTables, _ writes: TraceWrites,
    _ touches: TraceTouches, _ memory: TraceMemory, gigahertz: Double
  ) {
    self.turns = turns
    self.layout = layout
    self.tables = tables
    self.writes = writes
    self.touches = touches
    self.memory = memory
    self.gigahertz = gigahertz
    controls = [UInt64](repeating: 0, count: memory.plan.shape.vcpus)
    emitAll()
  }

  private mutating func emitAll() {
    if !turns.startsUnpaged, let first = turns.turns.first {
      operations.append(.loadRoot(memory.roots[first.space]))
      operations.append(.setMode(layout.mode))
    }
    let stretch = max(1, turns.turns.count / Self.marks)
    var phase: UInt32 = 0
    var last: UInt64 = 0
    for (number, turn) in turns.turns.enumerated() {
      if turn.vcpu != vcpu {
        vcpu = turn.vcpu
        operations.append(.onVCPU(vcpu))
        if turn.isPaged && !startedVCPUs.contains(vcpu) { start(turn) }
      }
      startedVCPUs.insert(vcpu)
      emit(number, turn)
      guard number % stretch == stretch - 1, let end = turn.steps.last else { continue }
      let now = turns.steps[end].guestCycles
      let cycles = now > last ? now - last : 0
      operations.append(.mark(phase, nanoseconds: UInt64(Double(cycles) / gigahertz)))
      phase += 1
      last = max(last, now)
    }
  }

  private var startedVCPUs: Set<Int> = [0]

  /// A vCPU that the trace first shows while it pages.
  private mutating func start(_ turn: TraceTurn) {
    operations.append(.loadRoot(memory.roots[turn.space]))
    operations.append(.setMode(layout.mode))
  }

  private mutating func emit(_ number: Int, _ turn: TraceTurn) {
    var isFilled = !touches.isRepeating
    for (position, index) in turn.steps.enumerated() {
      let step = turns.steps[index]
      switch step.kind {
      case .rootLoad:
        operations.append(.loadRoot(memory.roots[turn.space]))
      case .controlWrite: emitControl(step)
      default:
        if !turn.isPaged {
          operations.append(.access(step.address, .read))
          continue
        }
        if !isFilled {
          isFilled = true
          fillHits(number)
        }
        emitPaged(index, step, turn, position)
      }
    }
    if !isFilled && turn.isPaged { fillHits(number) }
    restoreAll()
  }

  private mutating func fillHits(_ number: Int) {
    for page in touches.hits[number] ?? [] { operations.append(.access(page << 12, .read)) }
  }

  private mutating func emitControl(_ step: TraceStep) {
    let number = Int(step.vcpu)
    if step.register == 0 {
      let isPaged = step.address >> 31 & 1 == 1
      let was = controls[number] >> 63 == 1 || !turns.startsUnpaged
      guard isPaged != was else { return }
      controls[number] = controls[number] & ~(1 << 63) | (isPaged ? 1 << 63 : 0)
      operations.append(.setMode(isPaged ? layout.mode : .unpaged))
    } else if step.register == 4 {
      let changed = (controls[number] ^ step.address) & Self.modeBits
      let isKnown = controls[number] >> 62 & 1 == 1 || turns.startsUnpaged
      let flags = controls[number] & 3 << 62 | 1 << 62
      controls[number] = flags | step.address & Self.modeBits
      guard changed != 0, isKnown else { return }
      let isPaged = controls[number] >> 63 == 1 || !turns.startsUnpaged
      operations.append(.setMode(isPaged ? layout.mode : .unpaged))
    }
  }

  private mutating func emitPaged(
    _ index: Int, _ step: TraceStep, _ turn: TraceTurn, _ position: Int
  ) {
    switch step.kind {
    case .fixup:
      if step.levels != 0 && step.levels != layout.mode.rawValue {
        unexplained += 1
      } else if let number = writes.burstOfStep[index] {
        emitWrite(index, step, writes.bursts[number])
      } else {
        operations.append(
          .access(step.address, tables.writes.contains(index) ? .write : .read))
      }
    case .emulate: operations.append(.access(step.address, .write))
    case .userWrite: operations.append(.access(step.address, [.write, .user]))
    case .guestFault:
      if !isMapped(turn.space, step.address) {
        operations.append(.access(step.address, .read))
      }
    case .invalidate:
      if let address = invalidated(step, turn, position) {
        operations.append(.invalidatePage(address))
      }
    case .rootLoad, .controlWrite, .giveUp, .dying: break
    }
  }

  private func isMapped(_ space: Int, _ address: UInt64) -> Bool {
    let leaf = layout.leaf(address)
    if case .superpage = layout.kind(leaf) { return true }
    guard let table = tables.known(space, leaf) else { return false }
    return tables.tables[table].entries[
      Int(address >> 12) & (layout.mode.entriesPerTable - 1)] != 0
  }

  /// The page that was invalidated: where the record does not say, the next one that faults.
  private func invalidated(_ step: TraceStep, _ turn: TraceTurn, _ position: Int) -> UInt64? {
    if step.address != 0 { return step.address }
    for next in turn.steps[(position + 1)...] {
      let later = turns.steps[next]
      if later.kind == .fixup, writes.burstOfStep[next] == nil { return later.address }
      if later.kind != .invalidate { return nil }
    }
    return nil
  }

  // MARK: Writes to tables

  private mutating func emitWrite(_ index: Int, _ step: TraceStep, _ burst: TraceWrites.Burst) {
    let frame = step.entry >> 12 & 0xff_ffff_ffff
    guard let table = writes.tableOfFrame[frame] else {
      operations.append(.access(step.address, .write))
      return
    }
    if burst.isSecondPass {
      cleared.removeAll { $0.table == table }
      restore(table, at: step.address)
      if index == burst.steps.last { restoreAll() }
      return
    }
    guard burst.frames.count > 1, writes.clearing.contains(burst.instruction) else {
      operations.append(.access(step.address, .write))
      return
    }
    operations.append(
      .fillEntries(
        step.address & ~0xfff, count: layout.mode.entriesPerTable, first: .empty,
        ascending: false))
    cleared.append((table, step.address))
    if burst.hasSecondPass { return }
    // Where a second pass is the rule, it did not fault since nothing was shadowed; at another
    // size it would have.
    if index == burst.steps.last || !writes.repeated.contains(burst.instruction) {
      restoreAll()
    }
  }

  /// Writes back all tables whose entries were taken away.
  private mutating func restoreAll() {
    for (table, address) in cleared { restore(table, at: address) }
    cleared.removeAll()
  }

  /// Writes the entries of a table as they were at the start.
  private mutating func restore(_ table: Int, at address: UInt64) {
    let base = address & ~0xfff
    var isWritten = false
    for (index, raw) in tables.tables[table].entries.enumerated() where raw != 0 {
      operations.append(
        .writeEntry(
          base + UInt64(index * layout.mode.entryBytes), GuestEntry(rawValue: raw)))
      isWritten = true
    }
    if !isWritten { operations.append(.access(address, .write)) }
  }
}
