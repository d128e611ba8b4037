import GuestModel

extension WorkloadFile {
  /// Whether text that begins with `head` is a workload file's.
  static func recognises(head: [UInt8]) -> Bool {
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
    return ["guest:", "processes:"].allSatisfy { key in lines.contains { $0.hasPrefix(key) } }
  }

  /// Reads the workload file at `path`.
  public static func load(path: String) throws(InputError) -> WorkloadFile {
    try WorkloadFile(YAMLDocument.load(path))
  }

  /// Reads a workload file's text; `file` is what errors call it.
  public init(text: String, file: String = "workload") throws(InputError) {
    try self.init(YAMLDocument.parse(text, file: file))
  }

  init(_ document: YAMLValue) throws(InputError) {
    let root = try document.mapping(known: [
      "name", "about", "expect", "guest", "processes", "sharing", "activity", "kernel", "run",
    ])
    try root.require(["name", "about", "expect", "guest", "processes", "activity"])
    path = document.file
    lines = FigureReader.lines(of: document)
    name = try root.required("name").text()
    about = try root.required("about").text()
    expect = try root.required("expect").text()
    var reader = FigureReader()
    let guest = try reader.guest(root.required("guest"))
    let kernel = try reader.kernel(root.optional("kernel"))
    let processes = try reader.processes(
      root.required("processes"), mode: guest.mode, kernel: kernel)
    sharing = try reader.sharing(root.optional("sharing"), processes: processes.count)
    activity = try reader.activity(root.required("activity"), processes: processes.count)
    run = try reader.run(root.optional("run"))
    self.guest = guest
    self.kernel = kernel
    self.processes = processes
    figures = reader.figures
    try check(shape)
  }
}

/// Reads the parts of a workload file and collects their figures.
struct FigureReader {
  /// The figures that the file gave so far.
  var figures: [WorkloadFile.NamedFigure] = []

  /// The lines of all keys below `value`.
  static func lines(of value: YAMLValue) -> [String: Int] {
    var lines: [String: Int] = [:]
    func note(_ value: YAMLValue) {
      guard case .mapping(let pairs) = value.content else { return }
      for pair in pairs {
        lines[pair.value.path] = pair.line
        note(pair.value)
      }
    }
    note(value)
    return lines
  }

  /// The figure under `key`; without a default the key must be there.
  mutating func figure(
    _ mapping: YAMLMapping?, _ key: String, _ range: ClosedRange<Double>, whole: Bool = false,
    default standard: Double? = nil
  ) throws(InputError) -> Figure {
    if let standard, mapping?.optional(key) == nil { return Figure(standard, mark: .estimated) }
    guard let mapping else { return Figure(range.lowerBound) }
    let place = try mapping.required(key)
    return try keep(Figure(place, in: range, whole: whole), place)
  }

  private mutating func keep(_ figure: Figure, _ place: YAMLValue) -> Figure {
    figures.append(WorkloadFile.NamedFigure(key: place.path, figure: figure))
    return figure
  }

  /// The part `guest`.
  mutating func guest(_ place: YAMLValue) throws(InputError) -> WorkloadFile.Guest {
    let mapping = try place.mapping(known: ["mode", "memory_mib", "vcpus"])
    let modes: [PagingMode] = [.fourLevel, .pae, .twoLevel]
    return WorkloadFile.Guest(
      mode: modes[try mapping.required("mode").choice(modes.map(\.name))],
      memoryMiB: try figure(mapping, "memory_mib", 16...65536, whole: true),
      vcpus: try figure(mapping, "vcpus", 1...64, whole: true))
  }

  /// The part `kernel`, which may be missing.
  mutating func kernel(_ place: YAMLValue?) throws(InputError) -> WorkloadFile.Kernel {
    var mapping: YAMLMapping?
    if let place {
      mapping = try place.mapping(known: ["leaf_tables", "pages_per_turn", "private_directory"])
    }
    return WorkloadFile.Kernel(
      leafTables: try figure(mapping, "leaf_tables", 0...1024, whole: true, default: 16),
      pagesPerTurn: try figure(mapping, "pages_per_turn", 0...512, whole: true, default: 16),
      hasPrivateDirectory: try mapping?.optional("private_directory")?.boolean() ?? false)
  }

  /// The part `processes`.
  mutating func processes(
    _ place: YAMLValue, mode: PagingMode, kernel: WorkloadFile.Kernel
  ) throws(InputError) -> WorkloadFile.Processes {
    let mapping = try place.mapping(known: [
      "users", "per_user", "count", "leaf_tables", "upper_tables", "entries_per_leaf",
    ])
    var users: Figure?
    var perUser: Figure?
    let count: Int
    if mapping.optional("users") != nil {
      guard mapping.optional("count") == nil else {
        throw place.error("give either users and per_user, or count, not both")
      }
      let many = try figure(mapping, "users", 1...10000, whole: true)
      let each = try figure(mapping, "per_user", 1...1000, whole: true)
      (users, perUser) = (many, each)
      count = many.rounded * each.rounded
    } else {
      guard mapping.optional("per_user") == nil else {
        throw place.error("per_user needs users")
      }
      count = try figure(mapping, "count", 1...20000, whole: true).rounded
    }
    let standard: Double =
      switch mode {
      case .fourLevel: 8
      case .pae: kernel.hasPrivateDirectory ? 4 : 3
      case .twoLevel, .unpaged: 1
      }
    return WorkloadFile.Processes(
      users: users, perUser: perUser, count: count,
      leafTables: try leafTables(mapping.required("leaf_tables")),
      upperTables: try figure(mapping, "upper_tables", 1...64, whole: true, default: standard),
      entriesPerLeaf: try figure(
        mapping, "entries_per_leaf", 1...1024, whole: true, default: 200))
  }

  private mutating func leafTables(
    _ place: YAMLValue
  ) throws(InputError) -> [WorkloadFile.LeafShare] {
    guard case .list = place.content else {
      let count = try keep(Figure(place, in: 1...16384, whole: true), place)
      return [WorkloadFile.LeafShare(share: Figure(1), count: count)]
    }
    var mix: [WorkloadFile.LeafShare] = []
    for element in try place.list(limit: 16) {
      let mapping = try element.mapping(known: ["share", "count"])
      mix.append(
        WorkloadFile.LeafShare(
          share: try figure(mapping, "share", 0.001...1),
          count: try figure(mapping, "count", 1...16384, whole: true)))
    }
    let sum = mix.reduce(0) { $0 + $1.share.value }
    guard abs(sum - 1) < 0.001 else {
      let found = (sum * 1000).rounded() / 1000
      throw place.error("the shares must sum to 1, they sum to \(YAMLValue.plain(found))")
    }
    return mix
  }
}
