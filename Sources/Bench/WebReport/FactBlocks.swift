/// What a result was made of, with and on.
enum FactBlocks {
  typealias Group = (heading: String, entries: [(name: String, value: String)])

  /// The input, the conditions and the machine, as far as the result says.
  static func block(
    input: InputRecord?, conditions: ConditionsRecord?, environment: RunEnvironment?,
    version: Int
  ) -> ReportBlock {
    var groups: [Group] = []
    if let group = self.input(input, conditions) { groups.append(group) }
    if let conditions { groups.append(("Conditions", self.conditions(conditions))) }
    if let environment {
      groups.append(("Environment", self.environment(environment)))
    }
    groups.append(("Result", [("schema version", "\(version)")]))
    return .facts(groups)
  }

  private static func input(_ input: InputRecord?, _ conditions: ConditionsRecord?) -> Group? {
    guard let input else {
      return conditions.map { ("Input", [("name", $0.input), ("kind", $0.kind)]) }
    }
    var entries = [("name", input.name), ("kind", input.kind)]
    entries.append(("SHA-256", input.sha256 ?? "none: it has no files"))
    for loss in input.losses ?? [] { entries.append(("note", loss)) }
    for file in input.files where input.files.count > 1 {
      entries.append((file.path, file.sha256))
    }
    return ("Input", entries)
  }

  private static func conditions(_ record: ConditionsRecord) -> [(name: String, value: String)] {
    var entries: [(name: String, value: String)] = [
      ("guest", "\(record.mode), \(Numeral.grouped(record.memoryMib)) MiB, vCPUs: \(record.vcpus)"),
      ("P2M", record.p2m), ("placement", record.placement ?? "not said"),
      ("policy", record.policy), ("cost profile", record.costProfile),
      (
        "Xen’s minimum",
        "\(Numeral.grouped(record.minimumPages)) pages for a new domain, "
          + "\(Numeral.grouped(record.runningMinimumPages)) for a running one"
      ),
      ("target", "\(Numeral.percent(record.target)) % of guest time"),
      ("margin", "\(Numeral.percent(record.margin)) % of the size"),
    ]
    if let cycles = record.cyclesPerAccess {
      entries.append(("without a clock", "\(Numeral.fixed(cycles, 0)) cycles for each access"))
    }
    return entries
  }

  private static func environment(_ record: RunEnvironment) -> [(name: String, value: String)] {
    var entries: [(name: String, value: String)] = []
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { entries.append((name, value)) }
    }
    if let machine = record.machine {
      add("program", "shadowbench \(machine.version), \(machine.configuration)")
      add("commit", machine.commit)
      add("compiler", machine.compiler)
      add("processor", machine.cpu)
      add("processors", "\(machine.processors)")
      add("clock", machine.governor.map { "governor \($0)" })
      add(
        "caches",
        machine.caches.map {
          "L\($0.level) \($0.type.lowercased()) \(Numeral.grouped($0.kib)) KiB"
        }.joined(separator: ", "))
      add("memory", machine.memoryMib.map { "\(Numeral.grouped($0)) MiB" })
      add("kernel", machine.kernel)
      add("system", machine.system)
      add(
        "load average",
        machine.loadAverage.map { Numeral.fixed($0, 2) }.joined(separator: ", "))
    }
    add(
      "memory nodes",
      record.numa.available ? "\(record.numa.nodes.count): \(record.numa.policy)" : "not known")
    add("page size", "\(Numeral.grouped(record.pageSizeBytes)) bytes")
    add("huge pages", record.hugePages)
    add("transparent huge pages", record.transparentHugePages)
    return entries
  }
}
