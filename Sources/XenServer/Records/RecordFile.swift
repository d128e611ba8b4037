import Foundation

/// Reads records from a file of any format that it knows, told apart by content.
public enum RecordFile {
  /// What is read, for an error.
  public static let expectation =
    "the text of 'xe template-list params=all', an export (.xva, or its ova.xml), a template's "
    + "JSON of guest-templates-json, or a dump of this program's"

  /// The records of the file at `path`.
  /// - Throws: ``RecordError`` when it cannot be read or is of no known format, with the line
  public static func read(_ path: String) throws(RecordError) -> PoolRecords {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw RecordError(file: path, reason: "cannot be read; give a file that exists")
    }
    defer { try? handle.close() }
    let header = try bytes(handle, ArchiveEntry.blockBytes, file: path)
    let content: [UInt8]
    if ArchiveEntry.looksLikeArchive(header) {
      let entry = try ArchiveEntry(header: header, file: path)
      content = header + (try bytes(handle, entry.bytes, file: path))
    } else {
      content = header + (try bytes(handle, RecordLimits.bytes, file: path))
    }
    return try parse(content, file: path) { name throws(RecordError) in
      let sibling = path.prefixOfFolder + name
      guard let handle = FileHandle(forReadingAtPath: sibling) else { return nil }
      defer { try? handle.close() }
      return try bytes(handle, RecordLimits.bytes, file: sibling)
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
    if let tool = compression(bytes) {
      throw RecordError(file: file, reason: "is compressed; unpack it with \(tool) first")
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

  /// The tool that unpacks what begins like this; nil when it is not compressed.
  private static func compression(_ bytes: [UInt8]) -> String? {
    let tools: [([UInt8], String)] = [
      ([0x1F, 0x8B], "gunzip"), ([0x28, 0xB5, 0x2F, 0xFD], "unzstd"), ([0xFD, 0x37, 0x7A], "unxz"),
    ]
    return tools.first { bytes.starts(with: $0.0) }?.1
  }

  private static func firstCharacter(_ bytes: [UInt8]) -> UInt8? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return bytes[start...].first { $0 > 0x20 }
  }

  /// Up to `count` bytes, fewer only where the file ends.
  private static func bytes(
    _ handle: FileHandle, _ count: Int, file: String
  ) throws(RecordError) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      while bytes.count < count {
        let piece = try handle.read(upToCount: min(count - bytes.count, 1 << 20))
        guard let piece, !piece.isEmpty else { break }
        bytes += piece
      }
    } catch {
      throw RecordError(file: file, reason: "cannot be read; is it a file?")
    }
    return bytes
  }
}
