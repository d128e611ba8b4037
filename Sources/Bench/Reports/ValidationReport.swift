import XenServer

/// The text of `templates validate`.
public enum ValidationReport {
  /// The lines: each finding, then the sums.
  public static func lines(_ validation: TemplateValidation, terminal: Terminal) -> [String] {
    var lines: [String] = []
    for finding in validation.findings {
      let place = finding.line.map { "\(finding.file):\($0)" } ?? finding.file
      let word = terminal.styled(
        finding.severity.rawValue, finding.severity == .error ? .bad : .strong)
      lines += [
        "\(place): \(word): \(finding.rule.rawValue): '\(finding.template.nameLabel)'"
          + (finding.template.uuid.map { " (\($0))" } ?? ""),
        "  \(finding.field) is \(finding.found ?? "missing"), expected \(finding.expected)",
        "  \(finding.why)",
      ]
      if let fix = finding.fix { lines.append("  \(fix)") }
      lines.append("")
    }
    lines.append(
      "\(validation.templates) templates: \(validation.count(.error)) errors, "
        + "\(validation.count(.warning)) warnings, \(validation.count(.note)) notes")
    return lines
  }
}
