import Files

/// Reads records from a file of any format that it knows, told apart by content.
public enum RecordFile {
  /// What is read, for an error.
  public static let expectation =
    "the text of 'xe template-list params=all', an export (.xva, or its ova.xml), a template's "
    + "JSON of guest-templates-json, what XenAPI answers (VM.get_all_records), or a dump of this "
    + "program's"

  /// The records that `bytes` hold.
  /// - Parameters:
  ///   - file: what errors call it
  ///   - load: another file of the same folder; nil when there is none of that name
  /// - Throws: ``RecordError`` when they are of no known format or broken, with the line
  public static func parse(
    _ bytes: [UInt8], file: String,
    load: (_ name: String) throws(RecordError) -> [UInt8]? = { _ in nil }
  ) throws(RecordError) -> PoolRecords {
    guard bytes.count <= RecordLimits.bytes else {
      throw RecordError(
        file: file, reason: "is longer than the \(RecordLimits.bytes >> 20) MiB that are read")
    }
    if ArchiveEntry.looksLikeArchive(bytes) { return try archive(bytes, file: file) }
    let text = try unicode(bytes, file: file)
    guard let first = firstCharacter(text) else {
      throw RecordError(file: file, reason: "is empty; give \(expectation)")
    }
    if let form = form(text[first...]) {
      return try records(text, form: form, file: file, load: load)
    }
    let pasted = try PastedText(text, file: file)
    for line in pasted.lines where !line.text.allSatisfy(\.isWhitespace) {
      if ListingLine(line.text[...]) != nil {
        return try ListingReader.records(pasted, file: file)
      }
      if let form = form(Array(line.text.trimmingWhitespace.utf8)[...]) {
        let bytes = PastedText.bytes(pasted.lines.filter { $0.number >= line.number })
        return try records(bytes, form: form, file: file, load: load)
      }
    }
    throw RecordError(
      file: file, line: pasted.lines.first { !$0.text.allSatisfy(\.isWhitespace) }?.number ?? 1,
      reason: "is of no known format; give \(expectation)")
  }

  /// How structured text begins.
  private enum Form {
    case xml, json
  }

  private static func form(_ start: ArraySlice<UInt8>) -> Form? {
    switch start.first {
    case UInt8(ascii: "<"): .xml
    case UInt8(ascii: "{"): .json
    case UInt8(ascii: "["):
      // A prompt begins like an array: [root@host ~]#
      start.dropFirst().first { $0 > 0x20 }.map { "[{\"]".utf8.contains($0) } ?? true
        ? .json : nil
    default: nil
    }
  }

  private static func records(
    _ bytes: [UInt8], form: Form, file: String,
    load: (_ name: String) throws(RecordError) -> [UInt8]?
  ) throws(RecordError) -> PoolRecords {
    switch form {
    case .xml:
      if let reason = ForeignRecords.reason(xml: bytes) {
        throw RecordError(file: file, line: 1, reason: reason)
      }
      return try ExportedRecords.records(bytes, file: file, format: .exportXML)
    case .json:
      let value = try JSONReader.read(bytes, file: file)
      if value["kind"]?.value == .string(RecordDump.kind) {
        return try RecordDump.records(value, file: file)
      }
      if let reason = ForeignRecords.reason(value) {
        throw RecordError(file: file, line: value.line, reason: reason)
      }
      if !GuestTemplateReader.isDefinition(value), AnsweredRecords.accepts(value) {
        return try AnsweredRecords.records(value, file: file, format: .answer)
      }
      guard GuestTemplateReader.accepts(value) else {
        throw RecordError(
          file: file, line: value.line,
          reason: "is neither a dump (kind \"\(RecordDump.kind)\") nor a template's JSON, nor what "
            + "XenAPI answers")
      }
      return try GuestTemplateReader.records(value, file: file, load: load)
    }
  }

  /// `bytes` as UTF-8: those of PowerShell's `>` are UTF-16.
  private static func unicode(_ bytes: [UInt8], file: String) throws(RecordError) -> [UInt8] {
    let isUTF16 =
      bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
      || bytes.count >= 4 && bytes.prefix(64).contains(0)
    guard isUTF16 else { return bytes }
    do {
      return Array(try DecodedText(bytes, file: file).text.utf8)
    } catch {
      throw RecordError(file: file, reason: error.reason)
    }
  }

  private static func archive(_ bytes: [UInt8], file: String) throws(RecordError) -> PoolRecords {
    let block = ArchiveEntry.blockBytes
    let entry = try ArchiveEntry(header: Array(bytes.prefix(block)), file: file)
    guard bytes.count - block >= entry.bytes else {
      throw RecordError(
        file: file,
        reason: "ends within \(entry.name): \(bytes.count - block) of \(entry.bytes) bytes")
    }
    return try ExportedRecords.records(
      Array(bytes[block..<block + entry.bytes]), file: "\(file)(\(entry.name))",
      format: .exportArchive)
  }

  private static func firstCharacter(_ bytes: [UInt8]) -> Int? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return bytes[start...].firstIndex { $0 > 0x20 }
  }
}
