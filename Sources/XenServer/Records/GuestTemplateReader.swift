/// Reads a template's definition as the package guest-templates-json has it: one JSON file for each
/// template, which may derive from others in the same folder.
///
/// What comes out is the record that a host makes of it. `memory_static_max` and both dynamic
/// limits are twice `min_memory`; without a word about it a template has one vCPU and multiplier
/// 1.0. A `null` is no value: the key is left out, also where a definition before it has one.
struct GuestTemplateReader {
  /// The most files that one derives from, one after the other.
  static let chainLimit = 16

  /// Reads another file of the same folder; nil when there is none.
  typealias Loader = (_ name: String) throws(RecordError) -> [UInt8]?

  /// Whether `value` has what only definitions have.
  static func isDefinition(_ value: LocatedValue) -> Bool {
    value["min_memory"] != nil || value["derived_from"] != nil
  }

  /// Whether `value` looks like a template's definition.
  static func accepts(_ value: LocatedValue) -> Bool {
    ["min_memory", "derived_from", "reference_label", "name_label", "HVM_boot_policy"]
      .contains { value[$0] != nil }
  }

  /// The template's record.
  /// - Throws: ``RecordError`` with the line and what is wrong there
  static func records(
    _ definition: LocatedValue, file: String, load: Loader
  ) throws(RecordError) -> PoolRecords {
    guard let uuid = definition["uuid"]?.value.string, !uuid.isEmpty else {
      var error = RecordError(
        file: file, line: definition.line,
        reason: "has no uuid: it is a base that templates derive from, and no template itself")
      error.isBase = true
      throw error
    }
    var chain = [Definition(file: file, value: definition)]
    while let base = chain[0].value["derived_from"], base.value != .null {
      guard chain.count < chainLimit else {
        throw RecordError(
          file: file, line: definition.line,
          reason: "derives from more than \(chainLimit) files; do two derive from each other?")
      }
      chain.insert(try Self.base(base, of: chain[0], load: load), at: 0)
    }
    var reader = GuestTemplateReader()
    for definition in chain { try reader.apply(definition) }
    reader.record.place = RecordPlace(
      file: file, line: definition.line, fieldLines: reader.lines)
    guard reader.record["memory_static_max"] != nil else {
      throw RecordError(
        file: file, line: definition.line, reason: "has no min_memory, nor has what it derives from"
      )
    }
    var records = PoolRecords(format: .guestTemplate)
    try records.add(reader.record, class: "VM", reference: "OpaqueRef:\(uuid)")
    return records
  }

  /// One file of a chain.
  private struct Definition {
    var file: String
    var value: LocatedValue
  }

  private static func base(
    _ base: LocatedValue, of definition: Definition, load: Loader
  ) throws(RecordError) -> Definition {
    guard let name = base.value.string, !name.isEmpty, !name.contains("/") else {
      throw RecordError(
        file: definition.file, line: base.line,
        reason: "derived_from must name a file of the same folder")
    }
    guard let bytes = try load(name) else {
      throw RecordError(
        file: definition.file, line: base.line,
        reason: "derives from \(name), which is not there; put it into the same folder")
    }
    let file = definition.file.prefixOfFolder + name
    return Definition(file: file, value: try JSONReader.read(bytes, file: file))
  }

  private var record = XenRecord([
    "power_state": .string("Halted"), "is_a_template": .boolean(true),
    "is_default_template": .boolean(true), "is_a_snapshot": .boolean(false),
    "is_control_domain": .boolean(false), "VCPUs_max": .integer(1),
    "VCPUs_at_startup": .integer(1), "HVM_shadow_multiplier": .float(1),
    "HVM_boot_policy": .string(""), "ha_always_run": .boolean(false),
    "ha_restart_priority": .string(""), "order": .integer(0), "start_delay": .integer(0),
    "resident_on": .string("OpaqueRef:NULL"), "affinity": .string("OpaqueRef:NULL"),
    "platform": .map([
      "nx": .string("true"), "acpi": .string("1"), "apic": .string("true"),
      "pae": .string("true"), "hpet": .string("true"),
    ]),
    "other_config": .map(["default_template": .string("true")]),
  ])
  private var lines: [String: Int] = [:]
  private var restrictions = TemplateRestrictions()

  /// Lays a definition over what was applied before it.
  private mutating func apply(_ definition: Definition) throws(RecordError) {
    let file = definition.file
    for member in try definition.value.members(of: "the template", file: file) {
      let value = member.value
      lines[member.name] = value.line
      guard value.value != .null else {
        leaveOut(member.name)
        continue
      }
      switch member.name {
      case "derived_from": break
      case "min_memory":
        let bytes = try Self.amount(value, name: member.name, file: file)
        record["memory_static_min"] = .integer(bytes)
        for field in ["static_max", "dynamic_min", "dynamic_max"] {
          record["memory_\(field)"] = .integer(bytes * 2)
          lines["memory_\(field)"] = value.line
        }
      case "max_memory":
        restrictions.memoryMax = try Self.amount(value, name: member.name, file: file)
      case "vcpus_max": restrictions.vcpusMax = value.value.integer
      case "vcpus_min": restrictions.vcpusMin = value.value.integer
      case "platform", "other_config": try merge(member, file: file)
      case "nx", "acpi", "apic", "pae", "hpet", "secureboot":
        let isSet = value.value.boolean ?? true
        let word = member.name == "acpi" ? (isSet ? "1" : "0") : "\(isSet)"
        set("platform", key: member.name, to: word)
      case "disks": set("other_config", key: "disks", to: try Self.disks(value, file: file))
      default: record[member.name] = value.value
      }
    }
    if let text = restrictions.xml { record["recommendations"] = .string(text) }
  }

  /// Takes back what definitions before say of a key.
  private mutating func leaveOut(_ name: String) {
    switch name {
    case "derived_from": break
    case "min_memory":
      for field in ["static_min", "static_max", "dynamic_min", "dynamic_max"] {
        record["memory_\(field)"] = nil
      }
    case "max_memory": restrictions.memoryMax = nil
    case "vcpus_max": restrictions.vcpusMax = nil
    case "vcpus_min": restrictions.vcpusMin = nil
    case "nx", "acpi", "apic", "pae", "hpet", "secureboot": set("platform", key: name, to: nil)
    case "disks": set("other_config", key: "disks", to: nil)
    default:
      let standard = GuestTemplateReader().record[name]
      record[name] = standard
    }
  }

  private mutating func merge(
    _ member: LocatedValue.Member, file: String
  ) throws(RecordError) {
    for entry in try member.value.members(of: member.name, file: file) {
      guard entry.value.value != .null else {
        set(member.name, key: entry.name, to: nil)
        continue
      }
      let value = entry.value.value
      let text = value.string ?? value.integer.map { "\($0)" } ?? value.boolean.map { "\($0)" }
      guard let text else {
        throw RecordError(
          file: file, line: entry.value.line,
          reason: "\(member.name):\(entry.name) is \(entry.value.value.kind), must be text")
      }
      set(member.name, key: entry.name, to: text)
    }
  }

  private mutating func set(_ field: String, key: String, to text: String?) {
    guard case .map(var members)? = record[field] else { return }
    members[key] = text.map { .string($0) }
    record[field] = .map(members)
  }

  /// Bytes of `512M` and the like.
  private static func amount(
    _ value: LocatedValue, name: String, file: String
  ) throws(RecordError) -> Int64 {
    let text = value.value.string ?? value.value.integer.map { "\($0)" } ?? ""
    let shifts: [Character: Int64] = ["k": 10, "m": 20, "g": 30, "t": 40]
    let shift = text.last.flatMap { shifts[Character($0.lowercased())] }
    guard let number = Int64(shift == nil ? text[...] : text.dropLast()), number >= 0,
      number <= Int64(MemoryShape.byteLimit / 2) >> (shift ?? 0)
    else {
      throw RecordError(
        file: file, line: value.line,
        reason: "\(name) must be an amount such as 512M, at most 512T")
    }
    return number << (shift ?? 0)
  }

  /// `other_config:disks`, XML.
  private static func disks(_ value: LocatedValue, file: String) throws(RecordError) -> String {
    guard case .list(let disks) = value.content else {
      throw RecordError(file: file, line: value.line, reason: "disks must be an array")
    }
    var text = "<provision>"
    for (device, disk) in disks.enumerated() {
      guard let size = disk["size"] else {
        throw RecordError(file: file, line: disk.line, reason: "a disk has no size")
      }
      let bytes = try amount(size, name: "a disk's size", file: file)
      let isBootable = disk["bootable"]?.value.boolean ?? true
      text += "<disk bootable=\"\(isBootable)\" device=\"\(device)\" size=\"\(bytes)\" "
      text += "sr=\"\" type=\"system\"/>"
    }
    return text + "</provision>"
  }
}

extension String {
  /// The path up to and with its last slash; empty for a name alone.
  var prefixOfFolder: String {
    lastIndex(of: "/").map { String(self[...$0]) } ?? ""
  }
}
