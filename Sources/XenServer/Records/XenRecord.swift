/// Where a record was read.
public struct RecordPlace: Hashable, Sendable {
  /// The file, or the host that was asked.
  public var file: String
  /// The line in which the record begins; nil where there are no lines.
  public var line: Int?
  /// The lines of its fields, by XenAPI's names.
  public var fieldLines: [String: Int]

  /// A place.
  public init(file: String, line: Int? = nil, fieldLines: [String: Int] = [:]) {
    self.file = file
    self.line = line
    self.fieldLines = fieldLines
  }

  /// The line of a field, or that of the record.
  public func line(of field: String) -> Int? { fieldLines[field] ?? line }
}

/// An object's record, as XenAPI has it: all fields that came, and no others.
///
/// Fields that nothing here knows survive, and fields that are missing stay so. Two records with
/// the same fields are equal wherever they were read.
public struct XenRecord: Hashable, Sendable {
  /// The fields by XenAPI's names.
  public var fields: [String: XenValue]
  /// Where it was read; nil when it was made.
  public var place: RecordPlace?

  /// A record.
  public init(_ fields: [String: XenValue] = [:], place: RecordPlace? = nil) {
    self.fields = fields
    self.place = place
  }

  /// A field.
  public subscript(field: String) -> XenValue? {
    get { fields[field] }
    set { fields[field] = newValue }
  }

  /// A reference to another object; nil when the field is missing or refers to nothing.
  public func reference(_ field: String) -> String? {
    guard let text = fields[field]?.string, !text.isEmpty, text != "OpaqueRef:NULL" else {
      return nil
    }
    return text
  }

  /// A set of references.
  public func references(_ field: String) -> [String] {
    fields[field]?.list?.compactMap(\.string).filter { $0 != "OpaqueRef:NULL" } ?? []
  }

  /// Whether both have the same fields.
  public static func == (one: XenRecord, other: XenRecord) -> Bool { one.fields == other.fields }

  /// Hashes the fields.
  public func hash(into hasher: inout Hasher) { hasher.combine(fields) }
}
