/// A line of `xe`'s listings that begins a field: `name ( RW): value`.
struct ListingLine: Hashable {
  /// What the mark after the name says a value is.
  enum Shape: Hashable {
    /// One value.
    case plain
    /// `a; b`.
    case set
    /// `k: v; k2: v2`.
    case map
  }

  /// The field's name as `xe` has it.
  var name: String
  /// One value, a set or a map.
  var shape: Shape
  /// The value's first line.
  var value: String
  /// Spaces and tabs before the name: a record's first field has the fewest.
  var indent: Int

  /// The field that `line` begins; nil when it goes on with the value before.
  ///
  /// Spaces may be tabs or, from a web page, spaces that do not break.
  init?(_ line: Substring) {
    let bytes = line.utf8
    guard let colon = bytes.prefix(256).firstIndex(of: UInt8(ascii: ":")) else { return nil }
    var head = Self.head(bytes[..<colon])[...]
    indent = head.prefix { $0 == 0x20 }.count
    head = head.dropFirst(indent)
    let nameBytes = head.prefix(while: Self.isNameByte)
    head = head[nameBytes.endIndex...]
    guard !nameBytes.isEmpty, let shape = Self.mark(&head) else { return nil }
    name = String(decoding: nameBytes, as: UTF8.self)
    self.shape = shape
    head = head.drop { $0 == 0x20 }
    if head.starts(with: "[DEPRECATED]".utf8) { head = head.dropFirst("[DEPRECATED]".utf8.count) }
    guard head.allSatisfy({ $0 == 0x20 }) else { return nil }
    let rest = bytes[colon...].dropFirst()
    guard rest.isEmpty || Self.isSpace(rest.first) || rest.starts(with: [0xC2, 0xA0]) else {
      return nil
    }
    value = String(Substring(rest.dropFirst(rest.first == 0xC2 ? 2 : 1)))
  }

  /// What stands before the colon, all white space as plain spaces.
  private static func head(_ bytes: Substring.UTF8View.SubSequence) -> [UInt8] {
    var head: [UInt8] = []
    for byte in bytes {
      if byte == 0xA0, head.last == 0xC2 {
        head[head.count - 1] = 0x20
      } else {
        head.append(isSpace(byte) ? 0x20 : byte)
      }
    }
    return head
  }

  private static func isSpace(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Takes ` ( RO)`, ` (SRW)` and the like off the front.
  private static func mark(_ rest: inout ArraySlice<UInt8>) -> Shape? {
    let text = rest.drop { $0 == 0x20 }
    guard text.count < rest.count, text.first == UInt8(ascii: "("),
      let letter = text.dropFirst().first
    else { return nil }
    let shape: Shape
    var access = text.dropFirst(2)
    switch letter {
    case 0x20: shape = .plain
    case UInt8(ascii: "R"):
      shape = .plain
      access = text.dropFirst()
    case UInt8(ascii: "S"): shape = .set
    case UInt8(ascii: "M"): shape = .map
    default: return nil
    }
    guard access.starts(with: "RO)".utf8) || access.starts(with: "RW)".utf8) else { return nil }
    rest = access.dropFirst(3)
    return shape
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
