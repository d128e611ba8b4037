import Foundation

/// Text of a file in any of the encodings that people's programs write.
package struct DecodedText: Sendable {
  /// The text, without a byte order mark.
  package var text: String
  /// The encoding, as a person would call it.
  package var encoding: String

  /// Decodes `bytes`: by its byte order mark, else UTF-16 where every other byte of the start is 0,
  /// else UTF-8, else Windows-1252.
  ///
  /// - Throws: ``FileError`` for bytes that are no text in any of them
  package init(_ bytes: [UInt8], file: String) throws(FileError) {
    let form = Self.form(bytes)
    let content = bytes[form.mark...]
    guard !content.prefix(1 << 16).contains(0) || form.encoding != .utf8 else {
      throw FileError(file: file, reason: "is no text: it holds zero bytes")
    }
    if form.encoding == .utf8 {
      if let text = String(validating: content, as: UTF8.self) {
        self.init(text: text, encoding: "UTF-8")
        return
      }
      guard let text = String(bytes: content, encoding: .windowsCP1252) else {
        throw FileError(file: file, reason: "is neither UTF-8 nor Windows-1252; save it as UTF-8")
      }
      self.init(text: text, encoding: "Windows-1252")
      return
    }
    guard content.count.isMultiple(of: 2),
      let text = String(bytes: content, encoding: form.encoding)
    else { throw FileError(file: file, reason: "is damaged UTF-16; save it as UTF-8") }
    self.init(text: text, encoding: "UTF-16")
  }

  private init(text: String, encoding: String) {
    self.text = text
    self.encoding = encoding
  }

  private static func form(_ bytes: [UInt8]) -> (encoding: String.Encoding, mark: Int) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    let start = bytes.prefix(64)
    guard start.count >= 4 else { return (.utf8, 0) }
    let zeros = start.indices.filter { start[$0] == 0 }
    if zeros.count * 4 >= start.count, zeros.allSatisfy({ $0 % 2 == 1 }) {
      return (.utf16LittleEndian, 0)
    }
    if zeros.count * 4 >= start.count, zeros.allSatisfy({ $0 % 2 == 0 }) {
      return (.utf16BigEndian, 0)
    }
    return (.utf8, 0)
  }
}
