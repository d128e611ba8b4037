/// What a terminal obeys rather than shows, as `script` and serial consoles record it.
enum TerminalEscapes {
  private static let escape: UInt8 = 0x1B

  /// A line without escapes, without what was erased by backspaces, and without carriage returns at
  /// its end.
  static func removed(from line: ArraySlice<UInt8>) -> [UInt8] {
    var rest = line
    while rest.last == 0x0D { rest.removeLast() }
    guard rest.contains(where: { $0 == escape || $0 == 0x08 || $0 == 0x07 }) else {
      return Array(rest)
    }
    var result: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case escape: skip(&rest)
      case 0x08: _ = result.popLast()
      case 0x07: break
      default: result.append(byte)
      }
    }
    while result.last == 0x0D { result.removeLast() }
    return result
  }

  /// Skips what follows the escape character.
  private static func skip(_ rest: inout ArraySlice<UInt8>) {
    switch rest.popFirst() {
    case UInt8(ascii: "["):
      while let byte = rest.popFirst(), !(0x40...0x7E).contains(byte) {}
    case UInt8(ascii: "]"), UInt8(ascii: "P"):
      while let byte = rest.popFirst(), byte != 0x07 {
        guard byte == escape else { continue }
        _ = rest.popFirst()
        return
      }
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "#"): _ = rest.popFirst()
    default: break
    }
  }
}
