/// The records of a pool, of some of its virtual machines, or of templates from a file.
public struct PoolRecords: Hashable, Sendable {
  /// Where records come from.
  public enum Format: String, CaseIterable, Sendable {
    /// This program's own JSON.
    case dump
    /// The text of `xe vm-list params=all` and its like, which drops digits.
    case xeText = "xe-text"
    /// `ova.xml` of an export.
    case exportXML = "ova.xml"
    /// An export, an archive with `ova.xml` in it.
    case exportArchive = "xva"
    /// A template's definition as the package guest-templates-json has it.
    case guestTemplate = "guest-template"
    /// What XenAPI answered, kept in a file.
    case answer
    /// A pool that was asked.
    case live
    /// The templates that this program knows.
    case builtIn = "built-in"
  }

  /// Where they first came from; a dump remembers it.
  public var format: Format
  /// Records by class and reference, both as XenAPI names them.
  public internal(set) var objects: [String: [String: XenRecord]] = [:]

  /// No records.
  public init(format: Format) { self.format = format }

  /// Whether fractions have three decimals only, as `xe` prints them.
  public var hasRoundedFractions: Bool { format == .xeText }

  /// A record.
  public subscript(class name: String, reference: String) -> XenRecord? {
    objects[name]?[reference]
  }

  /// All records of a class, by reference.
  public func records(class name: String) -> [String: XenRecord] { objects[name] ?? [:] }

  /// Adds a record, or replaces the one of the same reference.
  ///
  /// Numbers that came as text become numbers, where XenAPI says that they are.
  /// - Throws: ``RecordError`` when a field holds what it cannot
  public mutating func add(
    _ record: XenRecord, class name: String, reference: String
  ) throws(RecordError) {
    var record = record
    for (field, kind) in RecordSchema.classes[name] ?? [:] {
      guard let value = record.fields[field], value != .null else { continue }
      guard let normalised = RecordSchema.normalised(value, kind: kind) else {
        throw RecordError(
          file: record.place?.file ?? reference, line: record.place?.line(of: field),
          reason: "\(name) \(Self.name(of: record, reference)): \(field) is \(Self.text(value)), "
            + "must be \(RecordSchema.expectation(kind))")
      }
      record.fields[field] = normalised
    }
    objects[name, default: [:]][reference] = record
  }

  /// Adds a record that a file holds.
  mutating func add(
    _ located: LocatedValue, class name: String, reference: String, file: String
  ) throws(RecordError) {
    guard objects[name]?[reference] == nil else {
      throw RecordError(
        file: file, line: located.line, reason: "\(name) \(reference) is there twice")
    }
    let members = try located.members(of: "\(name) \(reference)", file: file)
    var record = XenRecord(place: RecordPlace(file: file, line: located.line))
    for member in members {
      record.fields[member.name] = member.value.value
      record.place?.fieldLines[member.name] = member.value.line
    }
    try add(record, class: name, reference: reference)
  }

  private static func name(of record: XenRecord, _ reference: String) -> String {
    guard let label = record["name_label"]?.string else { return reference }
    return "'\(label)'"
  }

  private static func text(_ value: XenValue) -> String {
    switch value {
    case .string(let text): "'\(text.prefix(60))'"
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    default: value.kind
    }
  }
}

extension PoolRecords {
  /// Virtual machines of every kind, by name, then by UUID.
  public var vms: [VMRecord] {
    records(class: "VM").map { VMRecord(reference: $0, record: $1) }.sorted()
  }

  /// Templates; snapshots, which are marked as templates as well, are none.
  public var templates: [VMRecord] { vms.filter(\.isTemplate) }

  /// Hosts, by UUID.
  public var hosts: [HostRecord] {
    records(class: "host").map { reference, record in
      HostRecord(
        reference: reference, record: record,
        metrics: record.reference("metrics").flatMap { self[class: "host_metrics", $0] })
    }.sorted()
  }

  /// The pool itself; nil when the records are not a pool's.
  public var pool: PoolRecord? {
    records(class: "pool").min { $0.key < $1.key }.map {
      PoolRecord(reference: $0.key, record: $0.value)
    }
  }
}
