/// Records of an export: `ova.xml`, alone or as the first file of the archive.
enum ExportedRecords {
  /// What the archive's first file is called.
  static let entryName = "ova.xml"

  /// The records of `ova.xml`.
  ///
  /// Old exports lack fields that later ones have; those stay missing.
  static func records(
    _ bytes: [UInt8], file: String, format: PoolRecords.Format
  ) throws(RecordError) -> PoolRecords {
    let top = try XMLRPCReader.read(bytes, file: file)
    if top["objects"] == nil, AnsweredRecords.accepts(top) {
      return try AnsweredRecords.records(top, file: file, format: .answer)
    }
    guard let objects = top["objects"], case .list(let elements) = objects.content else {
      throw RecordError(
        file: file, line: top.line,
        reason: "is no export: it has no array 'objects'")
    }
    var records = PoolRecords(format: format)
    for element in elements {
      guard let name = element["class"]?.value.string?.trimmingWhitespace,
        let reference = element["id"]?.value.string?.trimmingWhitespace,
        let snapshot = element["snapshot"], !name.isEmpty, !reference.isEmpty
      else {
        throw RecordError(
          file: file, line: element.line, reason: "an object lacks 'class', 'id' or 'snapshot'")
      }
      try records.add(snapshot, class: name, reference: reference, file: file)
    }
    return records
  }
}

/// The first file of a tar archive, as far as exports need it.
struct ArchiveEntry: Hashable {
  /// Bytes of a header, and what sizes are rounded up to.
  static let blockBytes = 512

  /// The file's name, a leading `./` left out.
  var name: String
  /// Its length.
  var bytes: Int

  /// Whether `header` may begin an archive, whatever its checksum.
  static func looksLikeArchive(_ header: some Collection<UInt8>) -> Bool {
    guard header.count >= blockBytes else { return false }
    return header.dropFirst(257).starts(with: "ustar".utf8)
      || header.starts(with: ExportedRecords.entryName.utf8 + [0])
  }

  /// Reads a header.
  /// - Throws: ``RecordError`` when it is none, or of no plain file
  init(header: [UInt8], file: String) throws(RecordError) {
    guard header.count == Self.blockBytes else {
      throw RecordError(file: file, reason: "ends within the header of its first entry")
    }
    var sum = 8 * 0x20
    for (index, byte) in header.enumerated() where !(148..<156).contains(index) {
      sum += Int(byte)
    }
    guard Self.octal(header[148..<156]) == sum else {
      throw RecordError(
        file: file, reason: "the header of its first entry has a wrong checksum: it is damaged")
    }
    let path = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
    name = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    let type = header[156]
    guard type == 0 || type == UInt8(ascii: "0"), let size = Self.octal(header[124..<136]) else {
      throw RecordError(
        file: file, reason: "its first entry '\(name)' is no plain file with a size")
    }
    bytes = size
    guard name == ExportedRecords.entryName else {
      throw RecordError(
        file: file,
        reason: "is no export: its first entry is '\(name)', not \(ExportedRecords.entryName)")
    }
    guard bytes <= RecordLimits.bytes else {
      throw RecordError(
        file: file,
        reason: "\(name) has \(bytes) bytes, more than the \(RecordLimits.bytes >> 20) MiB read")
    }
  }

  /// A number in octal digits, spaces and zero bytes around them.
  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    var value = 0
    var digits = 0
    for byte in field.drop(while: { $0 == 0x20 }) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) else {
        guard byte == 0 || byte == 0x20 else { return nil }
        break
      }
      value = value << 3 | Int(byte - UInt8(ascii: "0"))
      digits += 1
    }
    return digits > 0 ? value : nil
  }
}
