/// Records as XenAPI itself answers: `VM.get_all_records` and the like, by XML-RPC or JSON-RPC,
/// whole or the value alone.
///
/// Read are maps of records by reference, such maps by class, lists of records, and a single one.
enum AnsweredRecords {
  /// The most envelopes around a value.
  private static let envelopeLimit = 4

  /// Fields by which a record's class is told, where nothing else says it.
  private static let marks: [(name: String, fields: [String])] = [
    (
      "VM",
      [
        "power_state", "is_a_template", "is_control_domain", "memory_static_max",
        "memory_static_min", "resident_on", "VCPUs_at_startup",
      ]
    ),
    ("host", ["software_version", "hostname", "host_CPUs"]),
    ("host_metrics", ["memory_total"]), ("pool", ["master", "ha_enabled", "default_SR"]),
  ]

  /// The class of a record; nil when it is none of those that tell it.
  private static func name(of value: LocatedValue) -> String? {
    marks.first { mark in mark.fields.contains { value[$0] != nil } }?.name
  }

  /// Whether `value` is a record of a virtual machine, host or pool, or holds some.
  static func accepts(_ value: LocatedValue) -> Bool {
    switch value.content {
    case .scalar: false
    case .list: true
    case .members(let members):
      isEnvelope(value) || name(of: value) != nil
        || !members.isEmpty
          && members.allSatisfy { member in
            guard case .members = member.value.content else { return false }
            return member.name.hasPrefix("OpaqueRef:") || name(of: member.value) != nil
              || RecordSchema.classes[member.name] != nil || isMapOfReferences(member.value)
          }
    }
  }

  private static func isMapOfReferences(_ value: LocatedValue) -> Bool {
    guard case .members(let members) = value.content else { return false }
    return members.allSatisfy { $0.name.hasPrefix("OpaqueRef:") }
  }

  private static func isEnvelope(_ value: LocatedValue) -> Bool {
    value["jsonrpc"] != nil || value["result"] != nil && value["id"] != nil
      || value["Status"] != nil && (value["Value"] != nil || value["ErrorDescription"] != nil)
  }

  /// The records of an answer.
  /// - Throws: ``RecordError`` for an answer that is an error, and for what holds no records
  static func records(
    _ answer: LocatedValue, file: String, format: PoolRecords.Format
  ) throws(RecordError) -> PoolRecords {
    let value = try unwrapped(answer, file: file)
    var records = PoolRecords(format: format)
    switch value.content {
    case .list(let elements):
      for element in elements { try add(element, to: &records, file: file) }
    case .members(let members):
      guard name(of: value) == nil else {
        try add(value, to: &records, file: file)
        break
      }
      for member in members {
        if RecordSchema.classes[member.name] != nil || isMapOfReferences(member.value),
          !member.name.hasPrefix("OpaqueRef:")
        {
          for object in try member.value.members(of: member.name, file: file) {
            try records.add(object.value, class: member.name, reference: object.name, file: file)
          }
        } else {
          try add(member.value, reference: member.name, to: &records, file: file)
        }
      }
    case .scalar(let scalar):
      throw RecordError(
        file: file, line: value.line,
        reason: "the answer is \(scalar.kind), must be records, as of VM.get_all_records")
    }
    return records
  }

  private static func add(
    _ value: LocatedValue, reference: String? = nil, to records: inout PoolRecords, file: String
  ) throws(RecordError) {
    guard case .members = value.content, let name = name(of: value) else {
      throw RecordError(
        file: file, line: value.line,
        reason: value.value.string == nil
          ? "is no record of a VM, a host, its metrics or a pool"
          : "is a reference alone; ask for records, as by VM.get_all_records")
    }
    let uuid = value["uuid"]?.value.string ?? ""
    let own = uuid.isEmpty ? "line:\(value.line)" : "OpaqueRef:\(uuid)"
    try records.add(value, class: name, reference: reference ?? own, file: file)
  }

  /// What an answer's envelopes hold.
  private static func unwrapped(
    _ answer: LocatedValue, file: String
  ) throws(RecordError) -> LocatedValue {
    var value = answer
    for _ in 0..<envelopeLimit where isEnvelope(value) {
      let failure = value["error"] ?? value["ErrorDescription"]
      guard failure == nil || failure?.value == .null,
        let inside = value["result"] ?? value["Value"]
      else {
        let words = failure.map { texts($0.value).joined(separator: ", ") } ?? ""
        throw RecordError(
          file: file, line: failure?.line ?? value.line,
          reason: "is an error that the pool answered: \(words.prefix(200)); ask again")
      }
      value = inside
    }
    return value
  }

  /// The texts within a value, in order.
  private static func texts(_ value: XenValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .list(let elements): elements.flatMap(texts)
    case .map(let members): members.sorted { $0.key < $1.key }.flatMap { texts($0.value) }
    default: []
    }
  }
}
