import Foundation
import OutputSupport
import Testing

/// `templates` and `recommend --template`, run as a process.
@Suite struct TemplateCommandTests {
  static let fixtures = "\(Repository.root)/Tests/Fixtures/records"
  static let templates = "\(fixtures)/template-list.txt"
  static let workloads = "\(Repository.root)/Workloads"
  static let small = "reference:procs=4 leaves=2 touch=4 rounds=2"

  static func json(_ arguments: String...) throws -> (code: Int32, object: [String: Any]) {
    let outcome = try CommandTests().shadowbench(arguments)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return (outcome.code, try #require(object as? [String: Any]))
  }

  @Test func theListHasEveryRelease() throws {
    let outcome = try CommandTests().shadowbench(["templates", "list"])
    #expect(outcome.code == 0)
    for word in ["5.5", "5.6 to 6.x", "7.0 to 8.0", "8.2 and later", "xenapp-x64-2008"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
    let (code, object) = try Self.json("templates", "list", Self.templates, "--json")
    let list = try #require(object["templates"] as? [[String: Any]])
    #expect(code == 0 && object["schema_version"] as? Int == 2 && list.count == 4)
    #expect(list[0]["workload"] as? String == "xenapp-x64-2008")
  }

  @Test func anErrorFailsAndAWarningWhenStrict() throws {
    let file = try CommandTests().shadowbench([
      "templates", "validate", Self.templates, "--no-model",
    ])
    #expect(file.code == 1 && file.output.contains("error: multiplier-drifted"))
    #expect(file.output.hasSuffix("1 errors, 5 warnings, 0 notes\n"))
    let builtIn = ["templates", "validate", "--built-in"]
    #expect(try CommandTests().shadowbench(builtIn).code == 0)
    #expect(try CommandTests().shadowbench(builtIn + ["--strict"]).code == 1)
    let (code, object) = try Self.json(
      "templates", "validate", Self.templates, "--no-model", "--json")
    #expect(code == 1 && object["errors"] as? Int == 1)
    let findings = try #require(object["findings"] as? [[String: Any]])
    for key in ["rule", "severity", "file", "line", "name_label", "field", "expected", "why"] {
      #expect(findings.allSatisfy { $0[key] != nil }, "\(key)")
    }
    let (sarifCode, sarif) = try Self.json(
      "templates", "validate", Self.templates, "--no-model", "--format", "sarif")
    #expect(sarifCode == 1 && sarif["version"] as? String == "2.1.0")
  }

  @Test func aDumpIsReadAgain() throws {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let dump = try CommandTests().shadowbench(["templates", "dump", "\(Self.fixtures)/sample.xva"])
    #expect(dump.code == 0)
    try dump.output.write(toFile: path, atomically: true, encoding: .utf8)
    let again = try CommandTests().shadowbench(["templates", "dump", path])
    #expect(again.code == 0 && again.output == dump.output)
  }

  @Test func nestedPagingNeedsNoRun() throws {
    let (code, object) = try Self.json(
      "recommend", "--template", "xenapp-2008r2-x64-v7", "--hap", "--json")
    let nested = try #require(object["nested_paging"] as? [String: Any])
    #expect(code == 0 && object["shadow_paging"] == nil)
    #expect(nested["hvm_shadow_multiplier"] as? Double == 1)
    #expect(nested["pool_mib"] as? Int == 10 && nested["template_pool_mib"] as? Int == 40)
    // 256 GiB over 1024 + 2 + 10 + 1 MiB, and over 30 MiB more.
    #expect(nested["domains"] as? Int == 252 && nested["template_domains"] as? Int == 245)
    #expect((nested["basis"] as? [String])?.isEmpty == false)
  }

  @Test func bothAreSaidWhenNoneIsAskedFor() throws {
    let (code, object) = try Self.json(
      "recommend", Self.small, "--template", Self.templates, "--record",
      "0b5a6c9e-3b0d-4a57-9c3e-3f2a1f5e7d11", "--json")
    #expect(code == 0 && object["nested_paging"] != nil)
    let shadow = try #require(object["shadow_paging"] as? [String: Any])
    let pool = try #require(shadow["pool_mib"] as? Int)
    let base = try #require(object["default_pool_mib"] as? Int)
    #expect(shadow["hvm_shadow_multiplier"] as? Double == Double(pool) / Double(base))
    let conditions = try #require(shadow["conditions"] as? [String: Any])
    #expect(conditions["memory_mib"] as? Int == 2048 && conditions["vcpus"] as? Int == 2)
  }

  @Test func aTemplateThatTurnsNestedPagingOffIsModelled() throws {
    let outcome = try CommandTests().shadowbench([
      "recommend", Self.small, "--template", Self.templates, "--record", "Old XenApp farm",
    ])
    #expect(outcome.code == 0 && outcome.output.contains("platform:hap is false"))
    #expect(outcome.output.hasPrefix("with shadow paging\npool  "))
    #expect(!outcome.output.contains("with nested paging"))
  }

  @Test(arguments: [
    ["recommend", "--template", "nosuch"], ["recommend", "--template", templates],
    ["recommend", "--template", templates, "--record", "nosuch"],
    ["recommend", "--template", templates, "--record", "Debian Etch 4.0"],
    ["recommend", "--template", "xenapp-v5", "--rule", "libxl"],
    ["recommend", "--template", "xenapp-v5", "--hap", "--shadow-paging"],
    ["recommend", small, "--shadow-paging"], ["recommend", "--template", "other-install-media"],
    ["templates", "list", "/nonexistent"], ["templates", "validate"],
    ["templates", "validate", "\(fixtures)/vm-list.txt"], ["templates", "dump", "/"],
    ["templates", "list", "\(fixtures)/guest-templates/base-windows.json"],
    ["templates", "validate", templates, "--json", "--format", "sarif"],
  ])
  func badInputExitsWithTwo(arguments: [String]) throws {
    let outcome = try CommandTests().shadowbench(arguments)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("shadowbench: error: "), "\(outcome.errors)")
  }
}
