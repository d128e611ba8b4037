/// The text and JSON of `inputs`.
public enum BundledInputsReport {
  /// A table of each kind, with the commands that take it above.
  public static func lines(_ inputs: BundledInputs) -> [String] {
    var lines: [String] = []
    var kind = ""
    let width = inputs.entries.reduce(0) { max($0, $1.name.count) }
    for entry in inputs.entries {
      if entry.kind != kind {
        if !lines.isEmpty { lines.append("") }
        lines.append("\(entry.kind): \(entry.takenBy)")
        kind = entry.kind
      }
      let blanks = String(repeating: " ", count: width - entry.name.count)
      lines.append(
        "  " + entry.name + (entry.about.map { "\(blanks)  \(Self.sentence($0))" } ?? ""))
    }
    return lines
  }

  /// The first sentence of a text, on one line.
  private static func sentence(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.firstRange(of: ". ").map { String(line[..<$0.lowerBound]) } ?? line
  }

  /// One JSON object.
  public static func json(_ inputs: BundledInputs) throws -> String {
    try JSONResult.encode(.inputs, Record(inputs: inputs.entries))
  }

  private struct Record: Encodable {
    var inputs: [BundledInputs.Entry]
  }
}
