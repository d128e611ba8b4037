/// The text of one file of a capture, line by line, and the words of the current line.
///
/// Every complaint that it makes names the file and the current line.
struct CaptureText {
  /// The file that complaints name.
  let file: String
  /// The number of the current line, from 1; 0 before the first one.
  private(set) var line = 0
  /// Where the current line's words are.
  private(set) var words: [Range<Int>] = []

  private let bytes: [UInt8]
  private var nextLine = 0

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  /// Reads the first line, which says what the file is: `#ptcap 1 <kind>`.
  mutating func readHeader(_ kind: String) throws(InputError) {
    guard advance(separator: .space) else {
      line = 1
      throw failure("the file is empty: expected the header '#ptcap 1 \(kind)'")
    }
    guard let first = words.first, text(first) == "#ptcap" else {
      let found = words.first.map(text) ?? ""
      throw failure("the first line begins with '\(found)': expected '#ptcap 1 \(kind)'")
    }
    let version = words.count > 1 ? text(words[1]) : ""
    guard version == "1" else {
      throw failure("the capture format is '\(version)': only format 1 is known")
    }
    let found = words.count > 2 ? text(words[2]) : ""
    guard found.hasPrefix(kind) else {
      throw failure("the header announces '\(found)': expected '\(kind)'")
    }
  }

  /// Goes on to the next line that is not a comment; false at the end.
  mutating func nextLine(separator: UInt8 = .space) -> Bool {
    while advance(separator: separator) {
      if let first = words.first, !first.isEmpty, bytes[first.lowerBound] == .hash { continue }
      return true
    }
    return false
  }

  /// Splits the next line; adjacent spaces are one separator, adjacent commas are not.
  private mutating func advance(separator: UInt8) -> Bool {
    guard nextLine < bytes.count else { return false }
    line += 1
    words.removeAll(keepingCapacity: true)
    var start = nextLine
    var position = start
    while position < bytes.count, bytes[position] != .newline {
      if bytes[position] == separator {
        if separator != .space || position > start { words.append(start..<position) }
        start = position + 1
      }
      position += 1
    }
    if separator != .space || position > start { words.append(start..<position) }
    nextLine = position + 1
    return true
  }

  /// A complaint about the current line.
  func failure(_ reason: String) -> InputError { failure(reason, line: line) }

  /// A complaint about an earlier line.
  func failure(_ reason: String, line: Int) -> InputError {
    InputError(file: file, line: line, reason: reason)
  }

  /// The bytes of `range` as text.
  func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The bytes of `range` as text for a message: shortened, printable.
  func text(_ range: Range<Int>) -> String {
    let shown = bytes[range].prefix(48).map { byte in
      (32..<127).contains(byte) ? Character(Unicode.Scalar(byte)) : "?"
    }
    return String(shown) + (range.count > 48 ? "…" : "")
  }

  /// The byte at `position`, nil past the end of `range`.
  func byte(_ position: Int, in range: Range<Int>) -> UInt8? {
    range.contains(position) ? bytes[position] : nil
  }

  /// Where `byte` is first in `range`.
  func position(of byte: UInt8, in range: Range<Int>) -> Int? {
    for position in range where bytes[position] == byte { return position }
    return nil
  }
}

extension CaptureText {
  /// The parts of `range` between separators, empty ones included.
  func split(_ range: Range<Int>, by separator: UInt8) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    while let found = position(of: separator, in: start..<range.upperBound) {
      parts.append(start..<found)
      start = found + 1
    }
    parts.append(start..<range.upperBound)
    return parts
  }

  /// The whole number, of decimal or hexadecimal digits only, that `range` spells.
  ///
  /// `limits` must end below 2^56, so that one digit more cannot overflow.
  func number(
    _ range: Range<Int>, _ what: String, in limits: ClosedRange<Int>, hexadecimal: Bool = false
  ) throws(InputError) -> Int {
    let radix = hexadecimal ? 16 : 10
    var value = 0
    for position in range {
      guard let digit = Self.digit(bytes[position]), digit < radix, value <= limits.upperBound
      else { throw badNumber(range, what, limits, hexadecimal) }
      value = value * radix + digit
    }
    guard !range.isEmpty, limits.contains(value) else {
      throw badNumber(range, what, limits, hexadecimal)
    }
    return value
  }

  private func badNumber(
    _ range: Range<Int>, _ what: String, _ limits: ClosedRange<Int>, _ hexadecimal: Bool
  ) -> InputError {
    let radix = hexadecimal ? 16 : 10
    let lower = String(limits.lowerBound, radix: radix)
    let upper = String(limits.upperBound, radix: radix)
    let kind = hexadecimal ? "a hexadecimal number" : "a whole number"
    return failure("\(what) is '\(text(range))': expected \(kind) from \(lower) to \(upper)")
  }

  /// A bit per entry of a table from 128 hexadecimal digits, least significant byte first.
  func bitmap(_ range: Range<Int>) throws(InputError) -> EntryMask {
    guard range.count == 128 else {
      throw failure("the bitmap has \(range.count) hexadecimal digits: expected 128")
    }
    var mask = EntryMask.zero
    for index in 0..<64 {
      let position = range.lowerBound + 2 * index
      guard let high = Self.digit(bytes[position]), let low = Self.digit(bytes[position + 1])
      else {
        let pair = text(position..<position + 2)
        throw failure("the bitmap holds '\(pair)' as byte \(index): expected hexadecimal digits")
      }
      mask[index >> 3] |= UInt64(high << 4 | low) << UInt64(8 * (index & 7))
    }
    return mask
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 48...57: Int(byte) - 48
    case 97...102: Int(byte) - 87
    case 65...70: Int(byte) - 55
    default: nil
    }
  }
}

extension UInt8 {
  static let newline: UInt8 = 10
  static let space: UInt8 = 32
  static let hash: UInt8 = 35
  static let plus: UInt8 = 43
  static let comma: UInt8 = 44
  static let colon: UInt8 = 58
  static let at: UInt8 = 64
  static let letterW: UInt8 = 119
}
