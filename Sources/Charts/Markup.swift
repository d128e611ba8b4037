/// An element of SVG or HTML, or text in one; what it holds is escaped when it is written.
public indirect enum Markup: Sendable {
  /// An element: its name, its attributes in order, what is in it.
  case element(String, [(String, String)], [Markup])
  /// Text, as it is to be read.
  case text(String)
  /// Text of the program's own that is written as it is: a style sheet, a script.
  case verbatim(String)

  /// An element with elements in it.
  public static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: [Markup] = []
  ) -> Markup {
    .element(name, attributes.map { ($0.key, $0.value) }, content)
  }

  /// An element with text in it.
  public static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ text: String
  ) -> Markup {
    tag(name, attributes, [.text(text)])
  }

  /// Elements of HTML that have no end.
  private static let voids: Set<String> = ["meta", "input", "br", "hr", "link"]

  /// The element as text: well-formed as XML and as HTML, the same text each time.
  public var text: String {
    var output = ""
    write(to: &output)
    return output
  }

  private func write(to output: inout String) {
    switch self {
    case .text(let text): output += Self.escaped(text)
    case .verbatim(let text): output += text
    case .element(let name, let attributes, let content):
      output += "<\(name)"
      for (key, value) in attributes { output += " \(key)=\"\(Self.escaped(value))\"" }
      if content.isEmpty && Self.voids.contains(name) {
        output += "/>"
        return
      }
      output += ">"
      for part in content { part.write(to: &output) }
      output += "</\(name)>"
      if Self.blocks.contains(name) { output += "\n" }
    }
  }

  /// Elements that are followed by the end of a line, so that two reports can be compared.
  private static let blocks: Set<String> = [
    "article", "circle", "dd", "desc", "div", "dt", "figure", "g", "h1", "h2", "h3", "head",
    "header",
    "li", "line", "main", "nav", "p", "path", "rect", "section", "svg", "table", "title", "tr",
  ]

  /// `text` with what means something in markup put so that it means nothing.
  ///
  /// Control characters, which XML does not allow at all, become U+FFFD, and so do marks that turn
  /// the direction of writing, by which a name could make what follows it read otherwise.
  public static func escaped(_ text: String) -> String {
    var output = ""
    output.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "'": output += "&#39;"
      case "\t", "\n", "\r": output.unicodeScalars.append(scalar)
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || scalar.value == 0x61C || [0x200E, 0x200F].contains(scalar.value)
        || (0x2028...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        || scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value):
        output += "\u{FFFD}"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}
