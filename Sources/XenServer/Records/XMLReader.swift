/// Reads the part of XML that values need: elements, text, and nothing that a document could
/// define.
///
/// Not Foundation's: that lets undefined entities and some broken documents pass in silence, and
/// needs libxml2 on the host. A document type is refused, so there are no entities but the five of
/// XML and characters by number, and none to expand.
/// - Complexity: O(bytes)
struct XMLReader {
  /// A part of a document.
  enum Token: Hashable {
    /// `<name>`, or the first half of `<name/>`.
    case start(String)
    /// `</name>`, or the second half of `<name/>`.
    case end(String)
    /// Text between tags, entities resolved; may be in pieces.
    case text(String)
    /// The document is over.
    case finish
  }

  let file: String
  private let bytes: [UInt8]
  private var position = 0
  private(set) var line = 1
  private var open: [String] = []
  private var emptyElement: String?
  private var hasRoot = false

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  func error(_ reason: String) -> RecordError {
    RecordError(file: file, line: line, reason: reason)
  }

  /// The next token; elements are closed in the order in which they were opened.
  mutating func next() throws(RecordError) -> Token {
    if let name = emptyElement {
      emptyElement = nil
      return .end(name)
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        let text = try text()
        if !open.isEmpty { return .text(text) }
        guard text.allSatisfy(\.isWhitespace) else { throw error("text stands outside all tags") }
        continue
      }
      if has("<!--") {
        try skip(past: "-->", what: "a comment")
      } else if has("<?") {
        try skip(past: "?>", what: "a processing instruction")
      } else if has("<![CDATA[") {
        return .text(try characterData())
      } else if has("<!") {
        throw error(
          "has a document type or a declaration: exports have none, and it could define entities "
            + "without end")
      } else if has("</") {
        return .end(try endTag())
      } else {
        return .start(try startTag())
      }
    }
    if let name = open.last { throw error("ends within <\(name)>") }
    guard hasRoot else { throw error("is empty: there is no XML element") }
    return .finish
  }

  private func has(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  private mutating func advance(_ count: Int) {
    for byte in bytes[position..<position + count] where byte == 0x0A { line += 1 }
    position += count
  }

  private mutating func skip(past end: String, what: String) throws(RecordError) {
    let start = line
    advance(2)
    while position < bytes.count {
      if has(end) { return advance(end.utf8.count) }
      advance(1)
    }
    throw RecordError(file: file, line: start, reason: "\(what) does not end")
  }

  private mutating func characterData() throws(RecordError) -> String {
    guard !open.isEmpty else { throw error("text stands outside all tags") }
    advance("<![CDATA[".utf8.count)
    let start = position
    while position < bytes.count, !has("]]>") { advance(1) }
    guard position < bytes.count else { throw error("a CDATA section does not end") }
    let text = try string(start..<position)
    advance(3)
    return text
  }

  private mutating func startTag() throws(RecordError) -> String {
    guard open.isEmpty == false || !hasRoot else { throw error("has a second outermost element") }
    guard open.count < RecordLimits.depth * 4 else {
      throw error("is nested deeper than \(RecordLimits.depth * 4) elements")
    }
    advance(1)
    let name = try name()
    skipWhitespace()
    hasRoot = true
    if has("/>") {
      advance(2)
      emptyElement = name
      return name
    }
    guard has(">") else { throw error("<\(name) has attributes or does not end; values have none") }
    advance(1)
    open.append(name)
    return name
  }

  private mutating func endTag() throws(RecordError) -> String {
    advance(2)
    let name = try name()
    skipWhitespace()
    guard has(">") else { throw error("</\(name) does not end") }
    guard open.last == name else {
      throw error(
        "</\(name)> closes " + (open.last.map { "<\($0)>" } ?? "what was not opened"))
    }
    advance(1)
    open.removeLast()
    return name
  }

  private mutating func skipWhitespace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { advance(1) }
  }

  private mutating func name() throws(RecordError) -> String {
    let start = position
    while position < bytes.count, isNameByte(bytes[position]) { position += 1 }
    guard position > start, position - start <= 64 else {
      throw error("a tag's name must have 1 to 64 letters, digits, '.', '-', '_' or ':'")
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// Text up to the next tag.
  private mutating func text() throws(RecordError) -> String {
    var result = ""
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
      if bytes[position] == UInt8(ascii: "&") {
        result.unicodeScalars.append(try entity())
        continue
      }
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "<"),
        bytes[position] != UInt8(ascii: "&")
      { position += 1 }
      let end = position
      position = start
      result += try string(start..<end)
      advance(end - start)
    }
    return result
  }

  private mutating func entity() throws(RecordError) -> Unicode.Scalar {
    let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
    guard let end else { throw error("'&' begins no entity; write &amp;") }
    let name = String(decoding: bytes[position + 1..<end], as: UTF8.self)
    position = end + 1
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard name.hasPrefix("#"), let scalar = Self.scalar(name.dropFirst()) else {
        throw error("'&\(name);' is no entity of XML's own")
      }
      return scalar
    }
  }

  private static func scalar(_ text: Substring) -> Unicode.Scalar? {
    let number =
      text.hasPrefix("x") ? UInt32(text.dropFirst(), radix: 16) : UInt32(text, radix: 10)
    guard let number, number != 0 else { return nil }
    return Unicode.Scalar(number)
  }

  private func string(_ range: Range<Int>) throws(RecordError) -> String {
    guard let string = String(validating: bytes[range], as: UTF8.self) else {
      throw error("text is not UTF-8")
    }
    return string
  }
}
