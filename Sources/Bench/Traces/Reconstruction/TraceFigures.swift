import GuestModel

/// A trace's guest in the figures of a workload file.
struct TraceFigures: Sendable {
  /// Leaf tables of each address space that has any.
  private var ownTables: [Int]
  private var entriesPerTable: Double
  private var sharedTables: Int
  private var turns: Int
  private var faultsPerTurn: Double
  private var guestCycles: UInt64

  init(_ turns: TraceTurns, _ tables: TraceTables) {
    var own: [Int: Int] = [:]
    var entries = 0
    for table in tables.tables {
      entries += table.entries.count { $0 != 0 }
      if let space = table.space { own[space, default: 0] += 1 }
    }
    ownTables = own.values.sorted()
    entriesPerTable = Double(entries) / Double(max(1, tables.tables.count))
    sharedTables = tables.tables.count { $0.space == nil }
    self.turns = turns.turns.count { $0.isPaged }
    let faults = turns.steps.count { $0.kind == .fixup }
    faultsPerTurn = Double(faults) / Double(max(1, self.turns))
    guestCycles = turns.steps.reduce(0) { max($0, $1.guestCycles) }
  }

  /// A workload file of such a guest.
  func text(name: String, shape: GuestShape, gigahertz: Double) -> String {
    let tables = ownTables.isEmpty ? [1] : ownTables
    let mean = Double(tables.reduce(0, +)) / Double(tables.count)
    let seconds = max(1e-3, Double(guestCycles) / gigahertz / 1e9)
    let rate = Double(turns) / seconds
    let kernel = shape.mode == .twoLevel ? 32 : shape.mode == .pae ? 64 : 1024
    let description = WorkloadDescription(
      name: name, about: "figures of a trace: sizes and rates, without its order", shape: shape,
      leafTables: ProcessTable.groups(tables), upperTables: nil,
      entriesPerLeaf: entriesPerTable,
      activeProcesses: min(tables.count, Int(min(rate, 20_000))), leavesTouched: mean,
      entriesTouched: entriesPerTable, rootLoads: rate,
      kernelLeafTables: min(kernel, max(1, sharedTables)), kernelPages: 16)
    return description.text
  }
}

extension TraceReconstruction {
  /// A workload file of a guest with the trace's sizes and rates.
  public func workloadText(name: String, gigahertz: Double) -> String {
    figures.text(name: name, shape: shape, gigahertz: gigahertz)
  }
}
