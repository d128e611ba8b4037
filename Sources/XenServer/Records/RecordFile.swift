import Files

/// Reads records from a file of any format that it knows, told apart by content.
public enum RecordFile {
  /// What is read, for an error.
  public static let expectation =
    "the text of 'xe template-list params=all', an export (.xva, or its ova.xml), a template's "
    + "JSON of guest-templates-json, or a dump of this program's"

  /// The records of the file at `path`.
  /// - Throws: ``RecordError`` when it cannot be read or is of no known format, with the line
  public static func read(_ path: String) throws(RecordError) -> PoolRecords {
    try parse(contents(path), file: path) { name throws(RecordError) in
      let sibling = path.prefixOfFolder + name
      return InputFile.exists(sibling) ? try contents(sibling) : nil
    }
  }

  /// The bytes of the file at `path`, decompressed; of an archive its first entry.
  /// - Throws: ``RecordError`` when it cannot be read
  static func contents(_ path: String) throws(RecordError) -> [UInt8] {
    do {
      let header = try InputFile.head(of: path, ArchiveEntry.blockBytes)
      guard ArchiveEntry.looksLikeArchive(header) else {
        return try InputFile.contents(of: path, limit: RecordLimits.bytes)
      }
      let entry = try ArchiveEntry(header: header, file: path)
      return try InputFile.head(of: path, ArchiveEntry.blockBytes + entry.bytes)
    } catch let error as FileError {
      throw RecordError(file: error.file, reason: error.reason)
    } catch let error as RecordError {
      throw error
    } catch {
      throw RecordError(file: path, reason: "cannot be read; is it a file?")
    }
  }

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
    switch firstCharacter(bytes) {
    case nil: throw RecordError(file: file, reason: "is empty; give \(expectation)")
    case UInt8(ascii: "<"):
      return try ExportedRecords.records(bytes, file: file, format: .exportXML)
    case UInt8(ascii: "{"):
      let value = try JSONReader.read(bytes, file: file)
      if value["kind"]?.value == .string(RecordDump.kind) {
        return try RecordDump.records(value, file: file)
      }
      guard GuestTemplateReader.accepts(value) else {
        throw RecordError(
          file: file, line: value.line,
          reason: "is neither a dump (kind \"\(RecordDump.kind)\") nor a template's JSON")
      }
      return try GuestTemplateReader.records(value, file: file, load: load)
    default:
      let firstLine = bytes.split(separator: 0x0A).first { !$0.allSatisfy { $0 <= 0x20 } } ?? []
      guard ListingLine(Substring(decoding: firstLine, as: UTF8.self)) != nil else {
        throw RecordError(file: file, line: 1, reason: "is of no known format; give \(expectation)")
      }
      return try ListingReader.records(bytes, file: file)
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

  private static func firstCharacter(_ bytes: [UInt8]) -> UInt8? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return bytes[start...].first { $0 > 0x20 }
  }
}
