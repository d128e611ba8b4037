/// Reads what `xe vm-list params=all` and `xe template-list params=all` print, `xe vm-param-list`
/// and its like, and the same of hosts and pools.
///
/// The text says less than XenAPI does: fractions have three decimals, and values with line breaks,
/// `; ` or `: ` in them are not marked as such. What cannot be told apart is taken in the way that
/// keeps all text: a line that begins no field goes on with the value before it, and a piece of a
/// map without a key with the piece before it.
///
/// A record begins where its first field's name comes again, or where a line is less indented than
/// all fields before it: blank lines may be lost or doubled.
struct ListingReader {
  private let file: String
  private let command: String?
  private var read: [ListingRecord] = []
  private var current: ListingRecord?
  private var widest = 0

  /// The records of a listing.
  /// - Throws: ``RecordError`` with the line and what is wrong there
  static func records(_ bytes: [UInt8], file: String) throws(RecordError) -> PoolRecords {
    try records(PastedText(bytes, file: file), file: file)
  }

  /// The records of a pasted listing.
  /// - Throws: as of `records(_:file:)`
  static func records(_ text: PastedText, file: String) throws(RecordError) -> PoolRecords {
    var reader = ListingReader(file: file, command: text.command)
    for line in dedented(text.lines) { try reader.take(line) }
    reader.finishRecord()
    return try reader.records()
  }

  /// The lines without the white space that all of them begin with, from the first field on.
  private static func dedented(_ lines: [PastedLine]) -> [PastedLine] {
    let start = lines.firstIndex { ListingLine($0.text[...]) != nil } ?? lines.endIndex
    let filled = lines[start...].filter { !$0.text.allSatisfy(\.isWhitespace) }
    let common = filled.map { $0.text.prefix { $0 == " " || $0 == "\t" }.count }.min() ?? 0
    guard common > 0 else { return Array(lines[start...]) }
    return lines[start...].map { line in
      var line = line
      line.text = String(line.text.dropFirst(common))
      return line
    }
  }

  private init(file: String, command: String?) {
    self.file = file
    self.command = command
  }

  private mutating func take(_ pasted: PastedLine) throws(RecordError) {
    guard let line = ListingLine(pasted.text[...]) else {
      if pasted.text.allSatisfy(\.isWhitespace) {
        current?.addBlank()
      } else if !read.isEmpty || current != nil {
        widest = max(widest, pasted.text.count)
        guard !pasted.isAfterBreak else {
          throw RecordError(
            file: file, line: pasted.number,
            reason: "is no field of a listing and follows a prompt or a fence; strip it")
        }
        current?.goOn(with: pasted.text)
      }
      return
    }
    widest = max(widest, pasted.text.count)
    if let open = current, pasted.isAfterBreak || open.ends(before: line) { finishRecord() }
    if current == nil { current = ListingRecord(line: pasted.number) }
    guard current?.begin(line, number: pasted.number, width: pasted.text.count) == true else {
      throw RecordError(
        file: file, line: pasted.number, reason: "a record has '\(line.name)' twice")
    }
  }

  private mutating func finishRecord() {
    if let current { read.append(current) }
    current = nil
  }

  private func records() throws(RecordError) -> PoolRecords {
    var records = PoolRecords(format: .xeText)
    guard !read.isEmpty else { throw RecordError(file: file, reason: "holds no record") }
    var withUUID = 0
    for listed in read {
      let name = try ListingClass.name(of: listed, command: command, file: file)
      var record = XenRecord(place: RecordPlace(file: file, line: listed.line))
      for field in listed.fields {
        let value = try ListingValue(field, widest: widest, file: file)
        for (apiName, value) in value.fields(class: name) { record.fields[apiName] = value }
        for (apiName, _) in value.fields(class: name) {
          record.place?.fieldLines[apiName] = field.line
        }
      }
      for (field, value) in ListingClass.implied(by: command) where record[field] == nil {
        record[field] = value
      }
      if listed.field("uuid") != nil { withUUID += 1 }
      let uuid = record["uuid"]?.string ?? ""
      let reference = uuid.isEmpty ? "line:\(listed.line)" : "OpaqueRef:\(uuid)"
      guard records[class: name, reference] == nil else {
        throw RecordError(file: file, line: listed.line, reason: "uuid \(uuid) is there twice")
      }
      for (name, reference, part) in ListingClass.split(record, class: name, reference: reference) {
        try records.add(part, class: name, reference: reference)
      }
    }
    // A record cut off at its end would take the next one's uuid for its own.
    if withUUID > 0, let cut = read.first(where: { $0.field("uuid") == nil }) {
      throw RecordError(
        file: file, line: cut.line,
        reason: "the record that begins here has no uuid, and others have: part of it is cut off. "
          + "Paste whole records")
    }
    return records
  }
}

/// A record of a listing as far as it was read.
struct ListingRecord: Hashable {
  /// A field: the value's lines as they stand.
  struct Field: Hashable {
    /// One line of a value.
    struct Part: Hashable {
      /// The text, without the field's name.
      var text: String
      /// Characters of the whole line.
      var width: Int
    }

    /// The line that it begins in.
    var line: Int
    /// `xe`'s name.
    var name: String
    /// One value, a set or a map.
    var shape: ListingLine.Shape
    /// The lines of its value.
    var parts: [Part]
  }

  /// The line that it begins in.
  var line: Int
  /// The fields, in order.
  private(set) var fields: [Field] = []
  private var positions: [String: Int] = [:]
  private var firstIndent = 0
  private var leastIndent: Int?

  init(line: Int) { self.line = line }

  /// The field of that name.
  func field(_ name: String) -> Field? { positions[name].map { fields[$0] } }

  /// Whether `line` begins another record.
  func ends(before line: ListingLine) -> Bool {
    if line.name == fields.first?.name { return true }
    guard let leastIndent else { return line.indent < firstIndent }
    return line.indent < leastIndent && line.indent <= firstIndent
  }

  /// Begins a field.
  /// - Returns: false when the record has one of that name
  mutating func begin(_ line: ListingLine, number: Int, width: Int) -> Bool {
    guard positions.updateValue(fields.count, forKey: line.name) == nil else { return false }
    if fields.isEmpty {
      firstIndent = line.indent
    } else {
      leastIndent = min(leastIndent ?? line.indent, line.indent)
    }
    fields.append(
      Field(
        line: number, name: line.name, shape: line.shape,
        parts: [.init(text: line.value, width: width)]))
    return true
  }

  /// Adds a line to the last field's value.
  mutating func goOn(with text: String) {
    guard !fields.isEmpty else { return }
    fields[fields.count - 1].parts.append(.init(text: text, width: text.count))
  }

  /// Adds a blank line to the last field's value.
  mutating func addBlank() { goOn(with: "") }
}
