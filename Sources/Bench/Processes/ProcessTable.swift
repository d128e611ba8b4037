import Files
public import GuestModel

/// Sizes of a guest's processes, as RAMMap, a spreadsheet or `/proc` gives them: what is there,
/// without order.
public struct ProcessTable: Hashable, Sendable {
  /// A process.
  public struct Process: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Bytes of its page tables.
    public var pageTableBytes: Double
    /// Context switches to it in a second; nil where the list does not say.
    public var switchesPerSecond: Double?
  }

  /// The file.
  public var path: String
  /// The processes, in the file's order.
  public var processes: [Process]
  /// How the file was read, where it could be read in more than one way, and what was left out.
  public var notes: [String]

  /// Whether the list says how often processes run.
  var hasRates: Bool { processes.contains { $0.switchesPerSecond != nil } }

  /// The most processes that are read.
  private static let processLimit = 20_000
  /// The longest file that is read, bytes, decompressed.
  private static let byteLimit = 1 << 28

  /// Reads the file at `path`.
  public static func load(path: String) throws(InputError) -> ProcessTable {
    do {
      let bytes = try InputFile.contents(of: path, limit: byteLimit)
      let decoded = try DecodedText(bytes, file: path)
      return try ProcessTable(text: decoded.text, file: path)
    } catch let error as FileError {
      throw InputError(error)
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError(file: path, reason: "cannot be read: \(error)")
    }
  }

  /// Reads a file's text: a table whose columns a line names, or the text of `/proc/PID/status`
  /// files; `file` is what errors call it.
  public init(text: String, file: String) throws(InputError) {
    path = file
    (processes, notes) =
      try ProcessStatusText.isOne(text)
      ? ProcessStatusText.processes(text, file: file)
      : ProcessList(text: text, file: file).processes()
    guard !processes.isEmpty else { throw InputError(file: file, reason: "holds no process") }
    guard processes.count <= Self.processLimit else {
      throw InputError(
        file: file, reason: "\(processes.count) processes are more than \(Self.processLimit)")
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
    let active = processes.count { ($0.switchesPerSecond ?? 0) >= 1 }
    let switches = processes.reduce(0) { $0 + ($1.switchesPerSecond ?? 0) }
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
