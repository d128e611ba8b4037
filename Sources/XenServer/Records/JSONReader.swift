/// Reads JSON (RFC 8259) and keeps what Foundation's reader does not: each value's line, and
/// whether a number was written as a whole one.
///
/// Besides, `NaN` and both infinities are read, which servers write although JSON has no such
/// numbers. The names of an object must differ. Nesting and the number of values are limited by
/// ``RecordLimits``.
/// - Complexity: O(bytes)
public struct JSONReader {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line = 1
  private var values = 0

  /// Reads the one value that `bytes` hold.
  /// - Throws: ``RecordError`` with the line and what is wrong there
  public static func read(_ bytes: [UInt8], file: String) throws(RecordError) -> LocatedValue {
    var reader = JSONReader(bytes: bytes, file: file)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
    let value = try reader.value(depth: 0)
    reader.skipWhitespace()
    guard reader.position == bytes.count else {
      throw reader.error("something follows after the JSON value")
    }
    return value
  }

  private init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  private func error(_ reason: String) -> RecordError {
    RecordError(file: file, line: line, reason: reason)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      if byte == 0x0A { line += 1 }
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(RecordError) -> LocatedValue {
    skipWhitespace()
    let start = line
    guard depth < RecordLimits.depth else {
      throw error("is nested deeper than \(RecordLimits.depth) levels")
    }
    guard let byte = next else { throw error("ends where a value should be") }
    values += 1
    guard values <= RecordLimits.values(inBytes: bytes.count) else {
      throw error("has more values than records of \(bytes.count) bytes can have: \(values)")
    }
    switch byte {
    case UInt8(ascii: "{"):
      return LocatedValue(line: start, content: .members(try object(depth: depth)))
    case UInt8(ascii: "["):
      return LocatedValue(line: start, content: .list(try array(depth: depth)))
    case UInt8(ascii: "\""):
      return LocatedValue(line: start, content: .scalar(.string(try string())))
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "N"): return try word("NaN", .string("nan"))
    case UInt8(ascii: "I"): return try word("Infinity", .string("inf"))
    default: return LocatedValue(line: start, content: .scalar(try number()))
    }
  }

  private mutating func word(_ text: String, _ value: XenValue) throws(RecordError)
    -> LocatedValue
  {
    guard bytes[position...].starts(with: text.utf8) else {
      throw error("no JSON value begins like this; '\(text)' was meant?")
    }
    position += text.utf8.count
    return LocatedValue(line: line, content: .scalar(value))
  }

  private mutating func array(depth: Int) throws(RecordError) -> [LocatedValue] {
    position += 1
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return [] }
    var elements: [LocatedValue] = []
    while true {
      elements.append(try value(depth: depth + 1))
      skipWhitespace()
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { throw error("lacks ',' or ']' in an array") }
    }
  }

  private mutating func object(depth: Int) throws(RecordError) -> [LocatedValue.Member] {
    position += 1
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return [] }
    var members: [LocatedValue.Member] = []
    var names: Set<String> = []
    while true {
      skipWhitespace()
      guard next == UInt8(ascii: "\"") else { throw error("lacks a name in quotes in an object") }
      let name = try string()
      guard names.insert(name).inserted else { throw error("has '\(name)' twice in an object") }
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else { throw error("lacks ':' after '\(name)'") }
      members.append(.init(name: name, value: try value(depth: depth + 1)))
      skipWhitespace()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw error("lacks ',' or '}' after '\(name)'") }
    }
  }

  /// A number: digits without a leading zero, a fraction and an exponent if they are there.
  private mutating func number() throws(RecordError) -> XenValue {
    let start = position
    if take(UInt8(ascii: "-")), next == UInt8(ascii: "I") {
      _ = try word("Infinity", .null)
      return .string("-inf")
    }
    let whole = digits()
    let leadingZero = whole > 1 && bytes[position - whole] == UInt8(ascii: "0")
    guard whole > 0, !leadingZero else { throw error("no JSON value begins like this") }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      guard digits() > 0 else { throw error("lacks digits after the point of a number") }
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      position += 1
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      guard digits() > 0 else { throw error("lacks digits in the exponent of a number") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let integer = Int64(text) { return .integer(integer) }
    guard let double = Double(text), double.isFinite else {
      throw error("the number \(text.prefix(40)) is too large")
    }
    return .float(double)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  private mutating func string() throws(RecordError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("text is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        throw error("a control character stands in text as it is; write it as \\u00XX")
      default: text.append(byte)
      }
    }
    throw error("ends within text")
  }

  private mutating func escape(into text: inout [UInt8]) throws(RecordError) {
    guard let byte = next else { throw error("ends within text") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try scalar()
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw error("'\\\(Character(UnicodeScalar(byte)))' is no escape of JSON's")
    }
  }

  /// The character of `\uXXXX`, or of two of them that make a pair.
  private mutating func scalar() throws(RecordError) -> Unicode.Scalar {
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw error("half of a surrogate pair stands alone")
    }
    let low = try codeUnit()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw error("half of a surrogate pair stands alone") }
    return scalar
  }

  private mutating func codeUnit() throws(RecordError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("ends within text") }
    var unit: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("\\u needs four hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
    }
    position += 4
    return unit
  }
}
