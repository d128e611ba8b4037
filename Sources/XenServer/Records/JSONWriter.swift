/// Writes values as JSON: names in order, so that the same value is always the same bytes.
///
/// Numbers that are not whole, and those that came as such, have a point or an exponent: `1.0`
/// stays a fraction for a reader that tells the two apart, as XenServer's does.
public enum JSONWriter {
  /// On one line.
  public static func line(_ value: XenValue) -> String {
    var text = ""
    write(value, into: &text, indent: nil)
    return text
  }

  /// On many lines, each level further in by two spaces.
  public static func text(_ value: XenValue) -> String {
    var text = ""
    write(value, into: &text, indent: 0)
    return text
  }

  private static func write(_ value: XenValue, into text: inout String, indent: Int?) {
    switch value {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .float(let value):
      if value.isFinite { text += "\(value)" } else { write("\(value)", into: &text) }
    case .string(let value): write(value, into: &text)
    case .list(let elements):
      write(elements, "[", "]", into: &text, indent: indent) { element, text, indent in
        write(element, into: &text, indent: indent)
      }
    case .map(let members):
      let sorted = members.sorted { $0.key < $1.key }
      write(sorted, "{", "}", into: &text, indent: indent) { member, text, indent in
        write(member.key, into: &text)
        text += indent == nil ? ":" : ": "
        write(member.value, into: &text, indent: indent)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, into text: inout String, indent: Int?,
    element write: (Element, inout String, Int?) -> Void
  ) {
    text += open
    let inner = indent.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      write(element, &text, inner)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += close
  }

  private static func write(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\0"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
