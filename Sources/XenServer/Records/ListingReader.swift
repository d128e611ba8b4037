/// Reads what `xe vm-list params=all` and `xe template-list params=all` print, and
/// `xe vm-param-list` and its like.
///
/// The text says less than XenAPI does: fractions have three decimals, and values with line breaks,
/// `; ` or `: ` in them are not marked as such. What cannot be told apart is taken in the way that
/// keeps all text: a line that begins no field goes on with the value before it, and a piece of a
/// map without a key with the piece before it.
struct ListingReader {
  /// A field as far as it was read.
  private struct Field {
    var line: Int
    var shape: ListingLine.Shape
    var text: String
  }

  private let file: String
  private var records: PoolRecords
  private var fields: [String: Field] = [:]
  private var firstLine = 0
  private var lastName: String?

  /// The records of a listing.
  /// - Throws: ``RecordError`` with the line and what is wrong there
  static func records(_ bytes: [UInt8], file: String) throws(RecordError) -> PoolRecords {
    var reader = ListingReader(file: file, records: PoolRecords(format: .xeText))
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw RecordError(file: file, line: index + 1, reason: "is not UTF-8 text")
      }
      try reader.take(text.last == "\r" ? text.dropLast() : text[...], number: index + 1)
    }
    try reader.finishRecord()
    guard !reader.records.objects.isEmpty else {
      throw RecordError(file: file, reason: "holds no record")
    }
    return reader.records
  }

  private init(file: String, records: PoolRecords) {
    self.file = file
    self.records = records
  }

  private mutating func take(_ text: Substring, number: Int) throws(RecordError) {
    guard let line = ListingLine(text) else {
      if let lastName {
        fields[lastName]?.text += "\n" + text
      } else if !text.allSatisfy(\.isWhitespace) {
        throw RecordError(
          file: file, line: number,
          reason: "is no field of a listing: 'name ( RW): value' was expected")
      }
      return
    }
    if line.isFirst { try finishRecord() }
    if fields.isEmpty { firstLine = number }
    guard fields[line.name] == nil else {
      throw RecordError(file: file, line: number, reason: "a record has '\(line.name)' twice")
    }
    fields[line.name] = Field(line: number, shape: line.shape, text: line.value)
    lastName = line.name
  }

  /// Adds the record that was read last.
  private mutating func finishRecord() throws(RecordError) {
    guard !fields.isEmpty else { return }
    var record = XenRecord(place: RecordPlace(file: file, line: firstLine))
    for (name, field) in fields {
      let apiName = Self.apiName(name)
      if let value = Self.value(field, name: name) { record.fields[apiName] = value }
      record.place?.fieldLines[apiName] = field.line
    }
    guard let uuid = record["uuid"]?.string, !uuid.isEmpty else {
      throw RecordError(
        file: file, line: firstLine, reason: "the record that begins here has no uuid")
    }
    let reference = "OpaqueRef:\(uuid)"
    guard records[class: "VM", reference] == nil else {
      throw RecordError(file: file, line: firstLine, reason: "uuid \(uuid) is there twice")
    }
    try records.add(record, class: "VM", reference: reference)
    fields = [:]
    lastName = nil
  }

  /// XenAPI's name of a field.
  private static func apiName(_ name: String) -> String {
    switch name {
    case "dom-id": "domid"
    case "suspend-VDI-uuid": "suspend_VDI"
    case "suspend-SR-uuid": "suspend_SR"
    default:
      String(
        decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }
  }

  /// Fields that name another object by its UUID, where XenAPI has a reference.
  private static let references: Set<String> = [
    "resident-on", "scheduled-to-be-resident-on", "affinity", "suspend-VDI-uuid",
    "suspend-SR-uuid", "parent", "snapshot-of", "appliance",
  ]

  /// A field's value; nil where the listing has only a mark in its place.
  private static func value(_ field: Field, name: String) -> XenValue? {
    var text = field.text[...]
    while text.last == "\n" { text.removeLast() }
    if text == "<not in database>" || text == "<expensive field>" {
      return references.contains(name) ? .string("OpaqueRef:NULL") : nil
    }
    switch field.shape {
    case .plain:
      if references.contains(name) {
        return .string(text.isEmpty ? "OpaqueRef:NULL" : "OpaqueRef:\(text)")
      }
      if name == "power-state", let state = VMRecord.PowerState(name: String(text)) {
        return .string(state.rawValue)
      }
      return .string(String(text))
    case .set:
      return .list(pieces(text).map { .string(String($0)) })
    case .map:
      var members: [String: XenValue] = [:]
      var lastKey: String?
      for piece in pieces(text) {
        if let colon = piece.firstRange(of: ": "), isKey(piece[..<colon.lowerBound]) {
          let key = String(piece[..<colon.lowerBound])
          members[key] = .string(String(piece[colon.upperBound...]))
          lastKey = key
        } else if piece.last == ":", isKey(piece.dropLast()) {
          members[String(piece.dropLast())] = .string("")
          lastKey = String(piece.dropLast())
        } else if let lastKey, case .string(let before)? = members[lastKey] {
          members[lastKey] = .string(before + "; " + piece)
        } else {
          members[String(piece)] = .string("")
        }
      }
      return .map(members)
    }
  }

  private static func pieces(_ text: Substring) -> [Substring] {
    text.isEmpty ? [] : text.split(separator: "; ", omittingEmptySubsequences: false)
  }

  /// Whether a map's key may look like this: keys have no spaces and no tags.
  private static func isKey(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && !"<>:".utf8.contains($0) }
  }
}
