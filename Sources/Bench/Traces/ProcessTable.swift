public import GuestModel

/// Sizes of a guest's processes, as RAMMap or perfmon gives them: what is there, without order.
///
/// A CSV file whose first line names the columns: `process`, `page_table_bytes`, which may have the
/// unit `K` or `M`, and perhaps `context_switches_per_second`.
public struct ProcessTable: Hashable, Sendable {
  /// A process.
  public struct Process: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Bytes of its page tables.
    public var pageTableBytes: Double
    /// Context switches to it in a second.
    public var switchesPerSecond: Double
  }

  /// The file.
  public var path: String
  /// The processes, in the file's order.
  public var processes: [Process] = []

  /// Reads the file at `path`.
  public static func load(path: String) throws(InputError) -> ProcessTable {
    try ProcessTable(text: TextFile.read(path), file: path)
  }

  /// Reads a file's text; `file` is what errors call it.
  public init(text: String, file: String) throws(InputError) {
    path = file
    var columns: [String]?
    for (number, line) in text.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() where line.contains(where: { !$0.isWhitespace }) {
      let cells = Self.cells(line)
      guard let names = columns else {
        columns = try Self.names(cells, file: file, line: number + 1)
        continue
      }
      try add(cells, names, line: number + 1)
    }
    guard !processes.isEmpty else { throw InputError(file: file, reason: "holds no process") }
    guard processes.count <= 20_000 else {
      throw InputError(
        file: file, reason: "\(processes.count) processes are more than 20000")
    }
  }

  private static let known = [
    "process", "page_table_bytes", "context_switches_per_second",
  ]

  /// The columns' names: blanks and slashes are as underscores, capitals as small letters.
  private static func names(_ cells: [String], file: String, line: Int) throws(InputError)
    -> [String]
  {
    let names = cells.map { cell in
      let words = cell.lowercased().split { !$0.isLetter && !$0.isNumber }
      let name = words.joined(separator: "_")
      return switch name {
      case "name", "image", "image_name", "process_name": "process"
      case "page_table", "page_tables", "pagetable_bytes": "page_table_bytes"
      case "context_switches_s", "context_switches_sec", "context_switches":
        "context_switches_per_second"
      default: name
      }
    }
    for name in known.prefix(2) where !names.contains(name) {
      throw InputError(
        file: file, line: line,
        reason: "no column '\(name)'; the first line must name the columns "
          + known.joined(separator: ", "))
    }
    return names
  }

  /// Units after a number of bytes, as RAMMap writes them.
  private static let units = [
    ("KB", 1024.0), ("K", 1024.0), ("MB", 1_048_576.0), ("M", 1_048_576.0),
  ]

  private mutating func add(_ cells: [String], _ names: [String], line: Int)
    throws(InputError)
  {
    guard cells.count == names.count else {
      throw InputError(
        file: path, line: line,
        reason: "\(cells.count) cells, but \(names.count) columns are named")
    }
    var process = Process(name: "", pageTableBytes: 0, switchesPerSecond: 0)
    for (name, cell) in zip(names, cells) {
      switch name {
      case "process": process.name = cell
      case "page_table_bytes":
        process.pageTableBytes = try number(cell, name, upTo: 1e12, line: line)
      case "context_switches_per_second":
        process.switchesPerSecond = try number(cell, name, upTo: 1e7, line: line)
      default: break
      }
    }
    processes.append(process)
  }

  private func number(_ cell: String, _ name: String, upTo limit: Double, line: Int)
    throws(InputError) -> Double
  {
    var digits = cell.filter { $0 != "," && $0 != " " }
    var unit = 1.0
    if name == "page_table_bytes", let known = Self.units.first(where: { digits.hasSuffix($0.0) }) {
      digits.removeLast(known.0.count)
      unit = known.1
    }
    guard let value = Double(digits).map({ $0 * unit }), value >= 0, value <= limit else {
      throw InputError(
        file: path, line: line,
        reason: "\(name) is '\(cell)', must be a number from 0 to \(Int(limit))")
    }
    return value
  }

  /// The cells of a line; a cell in quotes may hold commas.
  private static func cells(_ line: Substring) -> [String] {
    var cells = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells.map { cell in
      String(cell.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
  }

  /// A workload of such processes: sizes as in the file, everything else as is usual.
  public func workload(shape: GuestShape) throws(InputError) -> WorkloadFile {
    try WorkloadFile(text: description(shape).text, file: path)
  }

  private func description(_ shape: GuestShape) -> WorkloadDescription {
    let uppers = shape.mode == .twoLevel ? 1 : shape.mode == .pae ? 4 : 8
    let leafTables = Self.groups(
      processes.map { max(1, Int($0.pageTableBytes / 4096) - uppers) })
    let active = processes.count { $0.switchesPerSecond >= 1 }
    let switches = processes.reduce(0) { $0 + $1.switchesPerSecond }
    let mean =
      Double(leafTables.reduce(0) { $0 + $1.processes * $1.tables }) / Double(processes.count)
    return WorkloadDescription(
      name: "processes", about: "processes of \(path)", shape: shape, leafTables: leafTables,
      upperTables: nil, entriesPerLeaf: 200,
      activeProcesses: switches > 0 ? active : processes.count,
      leavesTouched: mean / 2, entriesTouched: 25,
      rootLoads: switches > 0 ? switches : Double(processes.count) * 10,
      kernelLeafTables: shape.mode == .twoLevel ? 16 : 32, kernelPages: 16,
      hasPrivateDirectory: shape.mode == .pae)
  }

  /// At most 16 groups of processes of similar size, each with the mean of its tables.
  static func groups(_ tables: [Int]) -> [(processes: Int, tables: Int)] {
    let sorted = tables.sorted()
    let count = min(16, sorted.count)
    return (0..<count).map { group in
      let part = sorted[(sorted.count * group / count)..<(sorted.count * (group + 1) / count)]
      let sum = part.reduce(0, +)
      return (part.count, (sum + part.count / 2) / part.count)
    }
  }
}
