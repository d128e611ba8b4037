import Foundation
import Testing
import XenServer

@testable import Bench

/// SARIF 2.1.0: what the published schema requires of the objects that are written, and its
/// enumerations.
@Suite struct SARIFTests {
  /// The schema's `required`, by definition.
  static let required: [String: [String]] = [
    "log": ["version", "runs"], "run": ["tool"], "tool": ["driver"], "toolComponent": ["name"],
    "reportingDescriptor": ["id"], "result": ["message"],
  ]

  /// The schema's `properties`, as far as they are written: it allows no others.
  static let allowed: [String: Set<String>] = [
    "log": ["$schema", "version", "runs"], "run": ["tool", "results", "columnKind"],
    "tool": ["driver"], "toolComponent": ["name", "version", "rules"],
    "reportingDescriptor": ["id", "shortDescription"],
    "result": ["ruleId", "ruleIndex", "level", "message", "locations"], "message": ["text"],
    "location": ["physicalLocation", "logicalLocations"],
    "physicalLocation": ["artifactLocation", "region"], "artifactLocation": ["uri"],
    "region": ["startLine"], "logicalLocation": ["name", "kind", "fullyQualifiedName"],
  ]

  static func object(_ value: Any?, _ name: String) throws -> [String: Any] {
    let object = try #require(value as? [String: Any])
    for key in required[name] ?? [] { #expect(object[key] != nil, "\(name) lacks \(key)") }
    for key in object.keys { #expect(allowed[name]?.contains(key) == true, "\(name) has \(key)") }
    return object
  }

  static func objects(_ value: Any?, _ name: String) throws -> [[String: Any]] {
    try #require(value as? [Any]).map { try object($0, name) }
  }

  static func log() throws -> [String: Any] {
    var validation = TemplateValidation(paging: .nested)
    let path = "\(Repository.root)/Tests/Fixtures/records/template-list.txt"
    for template in try RecordFile.read(path).templates {
      validation.findings += TemplateCheck.findings(template, paging: .nested, isRounded: true)
    }
    for template in BuiltInTemplate.all {
      validation.findings += template.findings(paging: .shadow)
    }
    #expect(validation.hasFailed(strict: false))
    let text = SARIF.text(validation)
    return try object(try JSONSerialization.jsonObject(with: Data(text.utf8)), "log")
  }

  @Test func theLogHasTheShapeOfTheSchema() throws {
    let log = try Self.log()
    #expect(log["version"] as? String == "2.1.0")
    let schema = try #require(log["$schema"] as? String)
    #expect(schema.hasSuffix("sarif-schema-2.1.0.json"))
    let run = try #require(try Self.objects(log["runs"], "run").first)
    #expect(["utf16CodeUnits", "unicodeCodePoints"].contains(run["columnKind"] as? String))
    let driver = try Self.object(try Self.object(run["tool"], "tool")["driver"], "toolComponent")
    #expect(driver["name"] as? String == "shadowbench")
    let rules = try Self.objects(driver["rules"], "reportingDescriptor")
    let ids = rules.compactMap { $0["id"] as? String }
    #expect(ids == TemplateRule.allCases.map(\.rawValue))
    for rule in rules {
      let description = try Self.object(rule["shortDescription"], "message")
      #expect((description["text"] as? String)?.isEmpty == false)
    }
    let results = try Self.objects(run["results"], "result")
    #expect(results.count > 10)
    for result in results { try Self.check(result, ids: ids) }
  }

  /// What a record holds is shown, not obeyed: ESC, a line break, CR and a C1 sign.
  @Test func messagesArePlain() throws {
    let path = "\(Repository.root)/Tests/Fixtures/records/template-list.txt"
    let template = try #require(try RecordFile.read(path).templates.first)
    var finding = try #require(
      TemplateCheck.findings(template, paging: .nested, isRounded: true).first)
    finding.found = "a\u{1B}[2J\nb\rc\u{9B}31m"
    var validation = TemplateValidation(paging: .nested)
    validation.findings = [finding]
    let text = SARIF.text(validation)
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let log = try #require(object as? [String: Any])
    let run = try #require(try Self.objects(log["runs"], "run").first)
    let result = try #require(try Self.objects(run["results"], "result").first)
    let message = try #require(try Self.object(result["message"], "message")["text"] as? String)
    #expect(message.contains("a\\x1b[2J\\nb\\rc\\x9b31m"))
    #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  static func check(_ result: [String: Any], ids: [String]) throws {
    let index = try #require(result["ruleIndex"] as? Int)
    #expect(ids[index] == result["ruleId"] as? String)
    #expect(["none", "note", "warning", "error"].contains(result["level"] as? String))
    #expect((try object(result["message"], "message")["text"] as? String)?.isEmpty == false)
    let location = try #require(try objects(result["locations"], "location").first)
    let physical = try object(location["physicalLocation"], "physicalLocation")
    let uri = try #require(
      try object(physical["artifactLocation"], "artifactLocation")["uri"] as? String)
    #expect(URL(string: uri) != nil && !uri.contains(" "))
    if let region = physical["region"] {
      let line = try #require(try object(region, "region")["startLine"] as? Int)
      #expect(line >= 1)
    }
    _ = try objects(location["logicalLocations"], "logicalLocation")
  }
}
