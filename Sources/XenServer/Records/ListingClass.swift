/// Which class a listing's records are of: `xe` does not say it, but fields and the command do.
enum ListingClass {
  /// Fields that records of one class have and others do not.
  private static let marks: [(name: String, fields: Set<String>)] = [
    (
      "VM",
      [
        "power-state", "is-a-template", "is-a-snapshot", "is-control-domain", "domain-type",
        "memory-static-max", "HVM-shadow-multiplier", "HVM-boot-policy", "VCPUs-max", "resident-on",
        "platform", "ha-restart-priority", "PV-bootloader", "recommendations",
      ]
    ),
    (
      "host",
      [
        "hostname", "address", "software-version", "capabilities", "cpu_info", "host-metrics-live",
        "memory-total", "chipset-info",
      ]
    ),
    ("pool", ["master", "default-SR", "ha-enabled", "ha-host-failures-to-tolerate"]),
  ]

  /// Commands of other classes, and what their records are.
  private static let others: [(fields: Set<String>, name: String)] = [
    (["physical-size", "physical-utilisation", "content-type"], "SRs"),
    (["virtual-size", "sr-uuid", "managed"], "VDIs"), (["bridge", "MTU"], "networks"),
    (["VLAN", "MAC", "device"], "PIFs or VIFs"), (["vm-uuid", "vdi-uuid"], "VBDs or VIFs"),
  ]

  /// XenAPI's name of the class.
  /// - Throws: ``RecordError`` for records that no command reads, and for those that do not tell
  static func name(
    of record: ListingRecord, command: String?, file: String
  ) throws(RecordError) -> String {
    for mark in marks where mark.fields.contains(where: { record.field($0) != nil }) {
      return mark.name
    }
    switch command?.split(separator: "-").first {
    case "vm", "template", "snapshot": return "VM"
    case "host": return "host"
    case "pool": return "pool"
    default: break
    }
    let other = others.first { other in other.fields.contains { record.field($0) != nil } }
    throw RecordError(
      file: file, line: record.line,
      reason: (other.map { "the record that begins here is one of \($0.name)" }
        ?? "the record that begins here has only \(names(record)), which do not tell what it is")
        + "; list machines with 'xe vm-list params=all', templates with 'xe template-list "
        + "params=all', hosts with 'xe host-list params=all'")
  }

  private static func names(_ record: ListingRecord) -> String {
    record.fields.prefix(6).map(\.name).joined(separator: ", ")
  }

  /// What a command says of all records that it lists.
  static func implied(by command: String?) -> [String: XenValue] {
    switch command?.split(separator: " ").first {
    case "vm-list": ["is_a_template": .boolean(false), "is_a_snapshot": .boolean(false)]
    case "template-list": ["is_a_template": .boolean(true), "is_a_snapshot": .boolean(false)]
    case "snapshot-list": ["is_a_snapshot": .boolean(true)]
    default: [:]
    }
  }

  /// XenAPI's name of a field.
  static func apiName(_ name: String, class className: String) -> String {
    switch name {
    case "dom-id": "domid"
    case "suspend-VDI-uuid": "suspend_VDI"
    case "suspend-SR-uuid": "suspend_SR"
    case "default-SR": "default_SR"
    default:
      String(
        decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }
  }

  /// The record, and of a host that of its metrics, which `xe` lists as one.
  static func split(
    _ record: XenRecord, class name: String, reference: String
  ) -> [(String, String, XenRecord)] {
    var record = record
    guard name == "host" else { return [(name, reference, record)] }
    var metrics = XenRecord(place: record.place)
    metrics["memory_total"] = record.fields.removeValue(forKey: "memory_total")
    metrics["live"] = record.fields.removeValue(forKey: "host_metrics_live")
    guard !metrics.fields.isEmpty else { return [(name, reference, record)] }
    metrics.place?.fieldLines["live"] = record.place?.line(of: "host_metrics_live")
    record["metrics"] = .string("\(reference)/metrics")
    return [(name, reference, record), ("host_metrics", "\(reference)/metrics", metrics)]
  }
}
