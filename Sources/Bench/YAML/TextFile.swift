import Files

/// Reads whole text files, with an error that says what is wrong with each kind of bad one.
enum TextFile {
  /// The longest file that is read, bytes, decompressed.
  static let byteLimit = 16 << 20

  /// The text of the file at `path`, which must be UTF-8; a byte order mark is left out.
  static func read(_ path: String) throws(InputError) -> String {
    try text(of: bytes(of: path), file: path)
  }

  /// The bytes of the file at `path`, decompressed; at most `limit` of them.
  static func bytes(of path: String, limit: Int = byteLimit) throws(InputError) -> [UInt8] {
    do { return try InputFile.contents(of: path, limit: limit) } catch { throw InputError(error) }
  }

  /// `bytes` as text.
  static func text(of bytes: [UInt8], file: String) throws(InputError) -> String {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let text = String(validating: bytes[start...], as: UTF8.self) else {
      let line = firstBadLine(bytes[start...])
      throw InputError(
        file: file, line: line, reason: "bytes that are not UTF-8; save the file as UTF-8")
    }
    return text
  }

  private static func firstBadLine(_ bytes: ArraySlice<UInt8>) -> Int {
    var line = 1
    for content in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      if String(validating: content, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }
}
