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
  /// Whether the name begins in the first column, as only a record's first field does.
  var isFirst: Bool

  /// The field that `line` begins; nil when it goes on with the value before.
  init?(_ line: Substring) {
    let bytes = line.utf8
    var rest = bytes.drop { $0 == 0x20 }
    isFirst = rest.startIndex == bytes.startIndex
    let nameBytes = rest.prefix(while: Self.isNameByte)
    rest = rest[nameBytes.endIndex...]
    guard !nameBytes.isEmpty, let shape = Self.mark(&rest) else { return nil }
    name = String(Substring(nameBytes))
    self.shape = shape
    if rest.starts(with: " [DEPRECATED]".utf8) { rest = rest.dropFirst(" [DEPRECATED]".utf8.count) }
    rest = rest.drop { $0 == 0x20 }
    guard rest.first == UInt8(ascii: ":") else { return nil }
    rest = rest.dropFirst()
    guard rest.isEmpty || rest.first == 0x20 else { return nil }
    value = String(Substring(rest.dropFirst()))
  }

  /// Takes ` ( RO)`, ` (SRW)` and the like off the front.
  private static func mark(_ rest: inout Substring.UTF8View) -> Shape? {
    guard rest.starts(with: " (".utf8), let letter = rest.dropFirst(2).first else { return nil }
    let shape: Shape
    switch letter {
    case 0x20: shape = .plain
    case UInt8(ascii: "S"): shape = .set
    case UInt8(ascii: "M"): shape = .map
    default: return nil
    }
    let access = rest.dropFirst(3)
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
