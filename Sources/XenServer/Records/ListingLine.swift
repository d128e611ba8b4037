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
    let trimmed = line.drop { $0 == " " }
    isFirst = trimmed.startIndex == line.startIndex
    let end = trimmed.firstIndex { !Self.isNameCharacter($0) } ?? trimmed.endIndex
    name = String(trimmed[..<end])
    var rest = trimmed[end...]
    guard !name.isEmpty, let shape = Self.mark(&rest) else { return nil }
    self.shape = shape
    if rest.hasPrefix(" [DEPRECATED]") { rest = rest.dropFirst(" [DEPRECATED]".count) }
    rest = rest.drop { $0 == " " }
    guard rest.first == ":" else { return nil }
    rest = rest.dropFirst()
    guard rest.isEmpty || rest.first == " " else { return nil }
    value = String(rest.dropFirst())
  }

  /// Takes ` ( RO)`, ` (SRW)` and the like off the front.
  private static func mark(_ rest: inout Substring) -> Shape? {
    for (letter, shape) in [(" ", Shape.plain), ("S", .set), ("M", .map)] {
      for access in ["RO", "RW"] where rest.hasPrefix(" (\(letter)\(access))") {
        rest = rest.dropFirst(6)
        return shape
      }
    }
    return nil
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
  }
}
