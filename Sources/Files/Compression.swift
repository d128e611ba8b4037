/// How a file is compressed: told by its first bytes, never by its name.
package enum Compression: String, CaseIterable, Sendable {
  case gzip, xz, zstd

  /// First bytes that are looked at.
  static let headBytes = 16

  /// How bytes that begin like this are compressed; nil for what is not compressed.
  /// - Throws: ``FileError`` for a compression that is known and not read
  init?(head: [UInt8], name: String) throws(FileError) {
    if let other = Self.refused.first(where: { head.starts(with: $0.bytes) }) {
      throw FileError(
        file: name,
        reason: "is compressed by \(other.kind), which is not read; unpack it with "
          + "'\(other.tool)' first, or compress it by gzip, xz or zstd")
    }
    if let known = Self.allCases.first(where: { $0.begins(head) }) {
      self = known
      return
    }
    if head.count < 6, Self.plainName(name) != name {
      throw FileError(file: name, reason: "is cut short: it has \(head.count) bytes; copy it again")
    }
    return nil
  }

  /// The ending of such a file's name.
  package var ending: String {
    switch self {
    case .gzip: ".gz"
    case .xz: ".xz"
    case .zstd: ".zst"
    }
  }

  /// `name` without the ending of a compression.
  package static func plainName(_ name: String) -> String {
    let endings = allCases.map(\.ending) + [".zstd"]
    return endings.first(where: name.hasSuffix).map { String(name.dropLast($0.count)) } ?? name
  }

  /// RFC 1952, 2.3.1; the .xz file format, 2.1.1.1; RFC 8878, 3.1.1 and 3.1.2 (skippable frames).
  private func begins(_ head: [UInt8]) -> Bool {
    switch self {
    case .gzip: head.starts(with: [0x1F, 0x8B])
    case .xz: head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])
    case .zstd:
      head.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
        || head.count >= 4 && head[0] & 0xF0 == 0x50 && head[1...3] == [0x2A, 0x4D, 0x18]
    }
  }

  /// What is recognised and refused.
  private static let refused: [(kind: String, bytes: [UInt8], tool: String)] = [
    ("bzip2", Array("BZh".utf8), "bunzip2"),
    ("lz4", [0x04, 0x22, 0x4D, 0x18], "unlz4"),
    ("lzip", Array("LZIP".utf8), "lzip -d"),
    ("lzop", [0x89, 0x4C, 0x5A, 0x4F], "lzop -d"),
    ("lzma", [0x5D, 0, 0, 0x80, 0], "unlzma"),
    ("lzma", [0x5D, 0, 0, 0, 4], "unlzma"),
    ("compress", [0x1F, 0x9D], "uncompress"),
    ("7-Zip", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z x"),
    ("RAR", Array("Rar!".utf8), "unrar x"),
    ("snappy", [0xFF, 0x06, 0, 0, 0x73, 0x4E, 0x61, 0x50, 0x70, 0x59], "snzip -d"),
    ("zip", [0x50, 0x4B, 3, 4], "unzip"),
  ]
}
