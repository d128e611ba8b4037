import Output

/// A line of comma-separated values.
enum CSVLine {
  /// The line of `cells`: quoted where they must be (RFC 4180), each on this one line, and none
  /// that a spreadsheet takes for a formula.
  static func of(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") }

  private static func cell(_ text: String) -> String {
    var scalars = Array(PlainText.line(text).unicodeScalars)
    // A number may begin with a sign; all else is text, which an apostrophe makes it.
    if let first = scalars.first(where: { $0 != " " }), "=+-@".unicodeScalars.contains(first),
      Double(text) == nil
    {
      scalars.insert("'", at: 0)
    }
    guard scalars.contains(where: { $0 == "," || $0 == "\"" }) else { return Self.text(scalars) }
    return "\"" + Self.text(scalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }) + "\""
  }

  private static func text(_ scalars: [Unicode.Scalar]) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
