import Foundation
import GuestModel
import Testing

@testable import Bench
@testable import ShadowModel

/// `Tests/Fixtures`.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Fixtures")

@Suite struct ScenarioFileTests {
  /// A good scenario in line 2, with `text` replaced.
  static func file(_ text: String = "", with replacement: String = "") -> String {
    let good = """
      [
      {"id": "S1", "mode": "pae", "memory_mib": 256, "vcpus": 1, "shadow_mib": 8,
       "guest": "procs=4",
       "counters": {"shadow_alloc": 21,
                    "shadow_writeable_h_5": 2, "shadow_alloc_tlbflush": 1}}
      ]

      """
    return text.isEmpty ? good : good.replacingOccurrences(of: text, with: replacement)
  }

  @Test func theMeasuredScenariosAreRead() throws {
    let path = fixtures.appendingPathComponent("groundtruth/scenarios.json").path
    let file = try ScenarioFile.load(path: path)
    #expect(file.scenarios.count == 66)
    #expect(file.warnings.isEmpty)
    let first = try #require(file.scenarios.first)
    #expect(first.id == "S01")
    #expect(first.shape == GuestShape(mode: .fourLevel, memoryMiB: 256, vcpus: 1))
    #expect(first.shadowMiB == 8)
    #expect(first.guest == "procs=4 leaves=2 touch=4 rounds=0")
    #expect(first.guestLine == 2)
    #expect(first.counters[.alloc] == 21)
    #expect(first.counters[.fault] == 4)
    #expect(first.counters[.unsync] == nil)
  }

  @Test func aGoodFileIsRead() throws {
    let file = try ScenarioFile.parse(Self.file(), file: "f.json")
    #expect(file.scenarios.map(\.id) == ["S1"])
    #expect(file.scenarios[0].counters == [.alloc: 21])
  }

  @Test(arguments: [
    ("\"id\": \"S1\", ", "", 2, "has no 'id'"),
    ("\"counters\"", "\"counter\"", 2, "has no 'counters'"),
    ("\"shadow_mib\": 8", "\"shadow\": 8", 2, "has no 'shadow_mib'"),
    ("\"pae\"", "\"32-bit\"", 2, "no paging mode"),
    ("\"pae\"", "\"unpaged\"", 2, "no paging mode"),
    ("\"pae\"", "3", 2, "must be text"),
    ("\"memory_mib\": 256", "\"memory_mib\": 0", 2, "must be 1 to 65536"),
    ("\"memory_mib\": 256", "\"memory_mib\": 70000", 2, "must be 1 to 65536"),
    ("\"memory_mib\": 256", "\"memory_mib\": \"256\"", 2, "must be a whole number"),
    ("\"vcpus\": 1", "\"vcpus\": -1", 2, "must be 1 to 128"),
    ("\"vcpus\": 1", "\"vcpus\": 1.5", 2, "must be a whole number"),
    ("\"vcpus\": 1", "\"vcpus\": null", 2, "must be a whole number"),
    ("\"shadow_mib\": 8", "\"shadow_mib\": 99999999999999999999", 2, "must be a whole number"),
    ("\"procs=4\"", "[1]", 3, "must be text"),
    ("{\"shadow_alloc\"", "[{\"shadow_alloc\"", 5, "is not YAML"),
    ("\"shadow_alloc\": 21", "\"shadow_alloc\": -1", 4, "must be 0 to"),
    ("\"shadow_alloc\": 21", "\"shadow_alloc\": \"many\"", 4, "must be a whole number"),
    ("\"shadow_alloc\": 21", "\"shadow_aloc\": 21", 4, "no shadow counter"),
    ("shadow_alloc_tlbflush", "shadow_faults", 5, "no shadow counter"),
    ("\"shadow_alloc\": 21", "\"shadow_alloc\": 21, \"shadow_alloc\": 2", 4, "more than once"),
    ("\"procs=4\"", "\"procs=4", 4, "is not YAML"),
  ])
  func malformedFilesNameLineAndReason(
    text: String, replacement: String, line: Int, reason: String
  ) throws {
    let error = try #require(throws: InputError.self) {
      try ScenarioFile.parse(Self.file(text, with: replacement), file: "f.json")
    }
    #expect(error.file == "f.json")
    #expect(error.line == line, "\(error)")
    #expect(error.reason.contains(reason), "\(error)")
  }

  @Test(arguments: [
    ("", 1), ("\n\n", 1), ("[]", 1), ("{}", 1), ("17", 1), ("[1]", 1), ("[\n[]]", 2), ("[{}]", 1),
    ("[\n{\"id\": \"a\"},\n", 2), ("{\"a\":\n 1", 2), ("\"", 1), ("[\u{0}]", 1), ("%", 1),
    ("[*x]", 1), ("]", 1),
  ])
  func otherShapesAreRefused(text: String, line: Int) throws {
    let error = try #require(throws: InputError.self) {
      try ScenarioFile.parse(text, file: "f.json")
    }
    #expect(error.line != nil, "\(error)")
  }

  @Test func everyTruncationIsRefusedAndNamesALine() throws {
    let text = Self.file().trimmingCharacters(in: .whitespacesAndNewlines)
    for count in 1..<text.count {
      let error = try #require(throws: InputError.self, "\(count)") {
        try ScenarioFile.parse(String(text.prefix(count)), file: "f.json")
      }
      #expect(error.line != nil, "\(count): \(error)")
    }
  }

  @Test func deepNestingIsRefused() {
    let text = "[\n" + String(repeating: "[", count: 1_000_000)
    #expect(throws: InputError(file: "f", line: 2, reason: "is nested too deep")) {
      try ScenarioFile.parse(text, file: "f")
    }
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let data = Data("[\n\"a\",\n".utf8) + Data([0xff, 0xfe]) + Data("\n]".utf8)
    let reason = "bytes that are not UTF-8; save the file as UTF-8"
    #expect(throws: InputError(file: "f", line: 3, reason: reason)) {
      try LocatedNode.parse(data, file: "f")
    }
  }

  @Test func anIdGivenTwiceIsRefused() throws {
    let good = Self.file()
    let object = good.dropFirst(2).dropLast(3)
    let error = try #require(throws: InputError.self) {
      try ScenarioFile.parse("[\n\(object),\n\(object)\n]", file: "f")
    }
    #expect(error.line == 6)
    #expect(error.reason.contains("id 'S1' was given before, in line 2"))
  }

  @Test func unknownFieldsAreSkippedWithAWarning() throws {
    let file = try ScenarioFile.parse(
      Self.file("\"vcpus\": 1", with: "\"vcpus\": 1, \"note\": [1]"), file: "f.json")
    #expect(file.scenarios.count == 1)
    #expect(file.warnings == ["f.json:2: [0].note: unknown field, skipped"])
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: InputError.self) { try ScenarioFile.load(path: "/nonexistent/x.json") }
    #expect(throws: InputError.self) { try ScenarioFile.load(path: "/") }
  }
}
