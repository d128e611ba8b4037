/// Text that does nothing to a terminal but be shown, whatever names, servers and files put into
/// it.
///
/// What a terminal or a reader would obey is shown as what stands for it: `\n`, `\x1b`, `\u202e`.
/// Those are control characters (C0, DEL and C1), separators of lines and paragraphs, and marks
/// that turn the direction of writing (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).
/// Backslashes stay as they are, so that it does not matter how often a text goes through here.
public enum PlainText {
  /// A line: no line break stays.
  public static func line(_ text: String) -> String {
    replaced(text, keeps: { _ in false }, by: shown)
  }

  /// Lines of our own layout: their breaks stay.
  public static func lines(_ text: String) -> String {
    replaced(text, keeps: { $0 == "\n" }, by: shown)
  }

  /// A line in which sequences for styles stay where they are in pairs.
  ///
  /// The last of `styles`, which all begin with ESC, ends what each other begins. A name that holds
  /// such pairs can colour itself, and nothing else.
  public static func line(_ text: String, styles: [String]) -> String {
    guard needsCare(text), let end = styles.last else { return line(text) }
    var output = ""
    var rest = Substring(text)
    while let escape = rest.firstIndex(of: "\u{1B}") {
      output += line(String(rest[..<escape]))
      rest = rest[escape...]
      let start = styles.dropLast().first(where: rest.hasPrefix)
      let inside = rest.dropFirst(start?.count ?? 0)
      guard let start, let close = inside.firstIndex(of: "\u{1B}"), inside[close...].hasPrefix(end)
      else {
        output += line(String(rest.removeFirst()))
        continue
      }
      output += start + line(String(inside[..<close])) + end
      rest = inside[close...].dropFirst(end.count)
    }
    return output + line(String(rest))
  }

  /// JSON: line breaks between values stay; within strings JSON's own escapes stand for what is
  /// not shown, so it means the same.
  public static func json(_ text: String) -> String {
    replaced(text, keeps: { $0 == "\n" }) { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  /// Whether a character would do something rather than be shown.
  public static func isActive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// Whether a text can hold such a character: their UTF-8 begins with few bytes.
  private static func needsCare(_ text: String) -> Bool {
    text.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xD8 || $0 == 0xE2 }
  }

  private static func replaced(
    _ text: String, keeps: (Unicode.Scalar) -> Bool, by sign: (Unicode.Scalar) -> String
  ) -> String {
    guard needsCare(text) else { return text }
    var output = ""
    output.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if isActive(scalar) && !keeps(scalar) {
        output += sign(scalar)
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default:
      let digits = String(scalar.value, radix: 16)
      let width = scalar.value < 0x100 ? 2 : 4
      let zeros = String(repeating: "0", count: width - digits.count)
      return (width == 2 ? "\\x" : "\\u") + zeros + digits
    }
  }
}
