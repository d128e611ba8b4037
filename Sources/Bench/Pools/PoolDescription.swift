import Files
public import XenServer

/// A pool described in YAML, as records; docs/XENSERVER.md tells the keys.
///
/// Hosts and machines without a UUID get one that numbers them in the order of the file.
public struct PoolDescription: Sendable {
  /// The records: pool, hosts and their metrics, machines, control domains, templates.
  public private(set) var records = PoolRecords(format: .dump)

  /// The formula for machines whose overhead the file does not tell.
  let model: MemoryModel
  /// References of hosts by name.
  var hosts: [String: String] = [:]
  var uuids: Set<String> = []
  /// Storage of machines that are bound to hosts, by the hosts' names.
  var localStorage: [[String]: String] = [:]
  var counts: [Kind: Int] = [:]

  /// What is numbered.
  enum Kind: String {
    case pool = "7000"
    case host = "8000"
    case machine = "9000"
    case domain = "a000"
    case other = "b000"
  }

  /// Reads a description's text; `file` is what errors call it.
  /// - Throws: `InputError` with file, line and reason
  public init(text: String, file: String = "pool") throws(InputError) {
    try self.init(YAMLDocument.parse(text, file: file))
  }

  init(_ document: YAMLValue) throws(InputError) {
    let root = try document.mapping(known: ["about", "pool", "hosts", "vms"])
    if let about = root.optional("about") { _ = try about.text() }
    let versions = MemoryModel.Version.allCases
    let pool = try root.optional("pool").map { value throws(InputError) in
      try value.mapping(known: ["name", "uuid", "xapi", "ha"])
    }
    let version = try pool?.optional("xapi").map { value throws(InputError) in
      versions[try value.choice(versions.map(\.rawValue))]
    }
    model = MemoryModel(version ?? .before26_3)
    for host in try root.required("hosts").list(limit: 1024) { try addHost(host) }
    try addPool(pool)
    if let vms = root.optional("vms") {
      for vm in try vms.list(limit: 100_000) { try addMachine(vm) }
    }
  }

  private mutating func addPool(_ pool: YAMLMapping?) throws(InputError) {
    var fields: [String: XenValue] = [
      "uuid": .string(try uuid(pool?.optional("uuid"), .pool)),
      "name_label": .string(try pool?.optional("name")?.text() ?? ""),
      "ha_enabled": .boolean(false), "ha_host_failures_to_tolerate": .integer(0),
      "ha_allow_overcommit": .boolean(false),
    ]
    if let master = records.hosts.first { fields["master"] = .string(master.reference) }
    if let ha = try pool?.optional("ha")?.mapping(known: [
      "enabled", "failures_to_tolerate", "plan_exists_for", "allow_overcommit", "clustered",
    ]) {
      let hosts = 0...hosts.count
      fields["ha_enabled"] = .boolean(try ha.optional("enabled")?.boolean() ?? true)
      fields["ha_host_failures_to_tolerate"] = .integer(
        Int64(try ha.optional("failures_to_tolerate")?.integer(in: hosts) ?? 0))
      if let planned = try ha.optional("plan_exists_for")?.integer(in: hosts) {
        fields["ha_plan_exists_for"] = .integer(Int64(planned))
      }
      fields["ha_allow_overcommit"] = .boolean(
        try ha.optional("allow_overcommit")?.boolean() ?? false)
      if try ha.optional("clustered")?.boolean() ?? false {
        try add(["uuid": .string(uuid(nil, .other))], class: "Cluster")
      }
    }
    try add(fields, class: "pool")
  }

  /// Adds a record under a reference made of its UUID.
  @discardableResult
  mutating func add(
    _ fields: [String: XenValue], class name: String, at place: YAMLValue? = nil
  ) throws(InputError) -> String {
    let reference = "OpaqueRef:\(fields["uuid"]?.string ?? "")"
    let record = XenRecord(
      fields, place: place.map { RecordPlace(file: $0.file, line: $0.line) })
    do {
      try records.add(record, class: name, reference: reference)
    } catch {
      throw InputError(
        file: place?.file ?? error.file, line: place?.line ?? error.line, reason: error.reason)
    }
    return reference
  }

  /// The UUID that is given, or the next of its kind.
  mutating func uuid(_ given: YAMLValue?, _ kind: Kind) throws(InputError) -> String {
    guard let given else {
      counts[kind, default: 0] += 1
      let digits = String(counts[kind, default: 0], radix: 16)
      let number = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
      return "00000000-0000-4000-\(kind.rawValue)-\(number)"
    }
    let text = try given.text()
    guard uuids.insert(text).inserted else {
      throw given.error("\(YAMLValue.quoted(text)) is the uuid of another one as well")
    }
    return text
  }

  /// The reference of the host of that name.
  func host(_ name: YAMLValue) throws(InputError) -> String {
    let text = try name.text()
    guard let reference = hosts[text] else {
      let names = hosts.keys.sorted()
      let near = Spelling.nearest(to: text, in: names).map { "did you mean \($0)?" }
      throw name.error(
        "there is no host \(YAMLValue.quoted(text)); "
          + (near ?? "hosts are \(names.prefix(8).joined(separator: ", "))"))
    }
    return reference
  }
}
