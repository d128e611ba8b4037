import Foundation
import OutputSupport
import Testing

@testable import Bench

/// What the command writes is what the published schema says.
@Suite struct ResultSchemaTests {
  static let schemaPath = Repository.root + "/docs/schema/result-2.schema.json"
  static let trace = Repository.root + "/Tests/Fixtures/xentrace/S63.xentrace.gz"
  static let small = CommandTests.small

  @Test(arguments: [
    ["run", small], ["run", small, "--repeats", "3"], ["run", small, "--repeats", "8"],
    ["sweep", small, "--shadow-mib", "0.6,1"],
    ["recommend", small, "--sizes", "2"], ["recommend", small, "--hap"],
    [
      "trace", "predict", trace, "--memory-mib", "256", "--vcpus", "1", "--shadow-mib", "3,5",
    ],
    ["trace", "summary", trace], ["trace", "info", trace], ["templates", "list"],
    ["templates", "validate", "--built-in"],
    ["pool", "audit", "--pool", "Workloads/pools/sample.yaml"],
    ["pool", "what-if", "--pool", "Workloads/pools/sample.yaml", "--multiplier", "4"],
  ])
  func whatIsWrittenIsDescribed(_ arguments: [String]) throws {
    let schema = try JSONSchema(path: Self.schemaPath)
    let rooted = arguments.map {
      $0.hasPrefix("Workloads/") ? "\(Repository.root)/\($0)" : $0
    }
    let outcome = try CommandTests().shadowbench(rooted + ["--json"])
    #expect(outcome.code < 2, "\(outcome.errors)")
    #expect(try schema.errors(in: outcome.output) == [])
  }

  @Test func everyKindIsDescribed() throws {
    let schema = try JSONSchema(path: Self.schemaPath)
    let definitions = try #require(schema.root["$defs"] as? [String: [String: Any]])
    let other = definitions["other"]?["properties"] as? [String: [String: Any]]
    let rest = other?["kind"]?["enum"] as? [String] ?? []
    let strict = ResultKind.allCases.map(\.rawValue).filter { !rest.contains($0) }
    #expect(rest.count + strict.count == ResultKind.allCases.count)
    for kind in strict { #expect(definitions[kind] != nil, "\(kind)") }
  }

  @Test(arguments: [
    ("\"verdict\" : \"fits\"", "\"verdict\" : \"well\"", "is none of"),
    ("\"memory_mib\" : 256,", "\"memory_mib\" : -1,", "is below"),
    ("\"memory_mib\" : 256,", "\"memory_mib\" : \"1\",", "is not"),
    ("\"memory_mib\" : 256,", "\"memory_mib\" : true,", "is not"),
    ("\"memory_mib\" : 256,", "", "'memory_mib' is missing"),
    ("\"crashed\" : false,", "\"crashed\" : false, \"extra\" : 1,", "'extra' is not described"),
    ("\"schema_version\" : 2", "\"schema_version\" : 3", "is not 2"),
  ])
  func whatIsNotDescribedIsFound(_ old: String, _ new: String, _ error: String) throws {
    let schema = try JSONSchema(path: Self.schemaPath)
    let text = try CommandTests().shadowbench("run", Self.small, "--json").output
    #expect(text.contains(old))
    let errors = try schema.errors(in: text.replacingOccurrences(of: old, with: new))
    #expect(errors.contains { $0.contains(error) }, "\(errors)")
  }

  @Test func theSameCommandGivesTheSameButForTheEnvironment() throws {
    func result() throws -> NSDictionary {
      let text = try CommandTests().shadowbench(
        "recommend", Self.small, "--sizes", "3", "--json"
      ).output
      var object = try JSONResultTests().object(text)
      #expect(object.removeValue(forKey: "environment") != nil)
      return object as NSDictionary
    }
    #expect(try result() == result())
  }
}
