import Output
import XenServer

/// Findings as SARIF 2.1.0, which code hosts and editors show at the line.
public enum SARIF {
  /// The schema that the text follows.
  static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  /// A log of one run, with all rules.
  public static func text(_ validation: TemplateValidation) -> String {
    let driver: [String: XenValue] = [
      "name": .string("shadowbench"), "version": .string(Product.version),
      "rules": .list(TemplateRule.allCases.map(rule)),
    ]
    let run: [String: XenValue] = [
      "tool": .map(["driver": .map(driver)]), "columnKind": .string("unicodeCodePoints"),
      "results": .list(validation.findings.map(result)),
    ]
    return JSONWriter.text(
      .map([
        "$schema": .string(schema), "version": .string("2.1.0"), "runs": .list([.map(run)]),
      ]))
  }

  private static func message(_ text: String) -> XenValue { .map(["text": shown(text)]) }

  /// Viewers show texts as they are: nothing in them is obeyed.
  private static func shown(_ text: String) -> XenValue { .string(PlainText.line(text)) }

  private static func rule(_ rule: TemplateRule) -> XenValue {
    .map(["id": .string(rule.rawValue), "shortDescription": message(rule.summary)])
  }

  private static func result(_ finding: TemplateFinding) -> XenValue {
    let template = finding.template
    var text = "\(finding.field) is \(finding.found ?? "missing"), expected \(finding.expected). "
    text += finding.why
    if let fix = finding.fix { text += " Mend it with: \(fix)" }
    var physical: [String: XenValue] = [
      "artifactLocation": .map(["uri": .string(uri(finding.file))])
    ]
    if let line = finding.line {
      physical["region"] = .map(["startLine": .integer(Int64(line))])
    }
    let logical: [String: XenValue] = [
      "name": shown(template.nameLabel), "kind": .string("object"),
      "fullyQualifiedName": shown("\(template.uuid ?? template.reference)/\(finding.field)"),
    ]
    let rules = TemplateRule.allCases
    return .map([
      "ruleId": .string(finding.rule.rawValue),
      "ruleIndex": .integer(Int64(rules.firstIndex(of: finding.rule) ?? 0)),
      "level": .string(finding.severity.rawValue), "message": message(text),
      "locations": .list([
        .map([
          "physicalLocation": .map(physical), "logicalLocations": .list([.map(logical)]),
        ])
      ]),
    ])
  }

  /// A path as the reference that SARIF wants: bytes that have no place in one are escaped.
  private static func uri(_ path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let character = Character(UnicodeScalar(byte))
      let isPlain =
        byte < 0x80 && (character.isLetter || character.isNumber || "/-._~".contains(character))
      if isPlain {
        text.append(character)
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
