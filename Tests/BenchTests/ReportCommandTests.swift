import Foundation
import OutputSupport
import Testing

@testable import Bench

/// `report` and `verify --values` from the command line.
@Suite struct ReportCommandTests {
  func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "report-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func writesThePageAndTheCharts() throws {
    try inFolder { folder in
      let result = ResultFileTests.fixture(.sweep)
      let outcome = try CommandTests().shadowbench(
        "report", result, "-o", "\(folder)/page.html", "--charts", "\(folder)/a/charts", "--json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let json = try JSONResultTests().object(outcome.output)
      #expect(json["kind"] as? String == "report")
      #expect((json["charts"] as? [Any])?.count == 4)
      let page = try String(contentsOfFile: "\(folder)/page.html", encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
      let charts = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/a/charts")
      #expect(
        charts.sorted() == [
          "sweep-curve.svg", "sweep-density.svg", "sweep-faults.svg", "sweep-work.svg",
        ])
    }
  }

  @Test(arguments: ["", "{}", "{\"schema_version\": 2, \"kind\": \"pool_audit\"}", "\u{0}"])
  func aBadResultIsNamedAndNothingIsWritten(_ text: String) throws {
    try inFolder { folder in
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/bad.json"))
      let outcome = try CommandTests().shadowbench(
        "report", ResultFileTests.fixture(.run), "\(folder)/bad.json", "-o", "\(folder)/page.html")
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("bad.json"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/page.html"))
    }
  }

  @Test func verifyKeepsEveryValueWhenAsked() throws {
    try inFolder { folder in
      let file = Repository.root + "/Tests/Fixtures/groundtruth/scenarios.json"
      let all = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file)))
          as? [[String: Any]])
      func faults(_ scenario: [String: Any]) -> Int {
        (scenario["counters"] as? [String: Int])?["shadow_fault"] ?? .max
      }
      let least = try #require(all.min { faults($0) < faults($1) })
      try JSONSerialization.data(withJSONObject: [least])
        .write(to: URL(filePath: "\(folder)/one.json"))
      let outcome = try CommandTests().shadowbench(
        "verify", "\(folder)/one.json", "--values", "-o", "\(folder)/values.json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let text = try String(contentsOfFile: "\(folder)/values.json", encoding: .utf8)
      #expect(try JSONSchema(path: ResultSchemaTests.schemaPath).errors(in: text) == [])
      guard case .verification(let record) = try ResultFile(path: "\(folder)/values.json").content
      else {
        Issue.record("no verification")
        return
      }
      let values = try #require(record.results.first?.values)
      #expect(values.count == Verification.compared.count)
      #expect(values["shadow_fault"]?.xen == faults(least))
      #expect(values.allSatisfy { $0.value.xen == $0.value.model })
    }
  }

  @Test func wrongUseIsRefused() throws {
    let result = ResultFileTests.fixture(.run)
    #expect(try CommandTests().shadowbench("report", result).code == 2)
    #expect(try CommandTests().shadowbench("report", "-o", "x.html").code == 2)
    #expect(try CommandTests().shadowbench("report", result, "-o", result).code == 2)
    #expect(try CommandTests().shadowbench("report", result, "-o", "/proc/no/x.html").code == 3)
    #expect(try CommandTests().shadowbench("report", "no.json", "-o", "x.html").code == 2)
  }
}
