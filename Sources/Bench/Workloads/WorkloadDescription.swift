import Output
import GuestModel

/// The figures of a workload file that a tool writes rather than a person.
struct WorkloadDescription {
  var name: String
  var about: String
  var shape: GuestShape
  /// Processes by their leaf tables.
  var leafTables: [(processes: Int, tables: Int)]
  var upperTables: Int?
  var entriesPerLeaf: Double
  var activeProcesses: Int
  var leavesTouched: Double
  var entriesTouched: Double
  var rootLoads: Double
  var churn = 0.0
  var guestFaults = 0.0
  var schedule = "random"
  var kernelLeafTables: Int
  var kernelPages: Double
  var hasPrivateDirectory = false
  var seconds = 10

  /// Processes in all.
  var processes: Int { leafTables.reduce(0) { $0 + $1.processes } }

  /// The file's text; figures are brought into the ranges that a workload file accepts.
  var text: String {
    let count = max(1, processes)
    let mean =
      Double(leafTables.reduce(0) { $0 + $1.processes * $1.tables }) / Double(count)
    let entries = min(max(1, entriesPerLeaf), Double(shape.mode.entriesPerTable))
    let active = min(max(1, activeProcesses), count)
    let touched = min(max(1, leavesTouched), max(1, mean))
    var lines = [
      "name: \(Self.quoted(name))", "about: \(Self.quoted(about))",
      "expect: \"made by a tool: nothing is known yet\"", "guest:",
      "  mode: \(shape.mode.name)", "  memory_mib: \(max(16, shape.memoryMiB))",
      "  vcpus: \(min(64, shape.vcpus))", "processes:", "  count: \(count)", "  leaf_tables:",
    ]
    for group in leafTables {
      let share = Double(group.processes) / Double(count)
      lines.append("    - {share: \(share), count: \(max(1, group.tables))}")
    }
    if let upperTables { lines.append("  upper_tables: \(upperTables)") }
    lines += [
      "  entries_per_leaf: \(Int(entries.rounded(.up)))", "activity:",
      "  active_processes: \(active)", "  leaves_touched: \(Self.plain(touched))",
      "  entries_touched: \(Self.plain(min(max(1, entriesTouched), entries)))",
      "  root_loads: \(Self.plain(min(max(Double(active), rootLoads), 1e6)))",
      "  churn: \(Self.plain(churn))", "  guest_faults: \(Self.plain(guestFaults))",
      "  schedule: \(schedule)", "kernel:", "  leaf_tables: \(kernelLeafTables)",
      "  pages_per_turn: \(Int(min(512, kernelPages.rounded())))",
      "  private_directory: \(hasPrivateDirectory)", "run:", "  warm_up_seconds: 3",
      "  seconds: \(seconds)", "",
    ]
    return lines.joined(separator: "\n")
  }

  private static func plain(_ value: Double) -> String { Numeral.fixed(value, 2) }

  /// Text in quotes, as YAML reads it.
  static func quoted(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar in
      PlainText.isActive(scalar) || scalar == "\"" || scalar == "\\" ? "_" : String(scalar)
    }
    return "\"" + kept.joined() + "\""
  }
}
