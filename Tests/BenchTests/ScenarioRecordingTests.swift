import Foundation
import Testing

@testable import Bench
@testable import ShadowModel

@Suite struct ScenarioRecordingTests {
  /// Two scenarios, the second one new, and what a Xen counted of them.
  func recording(
    _ counted: [String: [Counters.Name: Int]], second: String = "S2"
  ) throws -> ScenarioRecording {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("recording-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (id, counters) in counted {
      try Data(XenperfTextTests.text(counters).utf8)
        .write(to: folder.appendingPathComponent("\(id).txt"))
    }
    let file = try ScenarioFile.parse(
      """
      [{"id": "S1", "mode": "pae", "memory_mib": 256, "vcpus": 1, "shadow_mib": 8,
        "guest": "procs=4", "counters": {"shadow_alloc": 21}},
       {"id": "\(second)", "mode": "64-bit", "memory_mib": 64, "vcpus": 2, "shadow_mib": 3,
        "guest": "procs=5 seed=2", "counters": {}}]
      """, file: "f.json")
    return try ScenarioRecording(file, folder: folder.path)
  }

  @Test func whatIsRepeatedIsNoChange() throws {
    let same = try recording(["S1": [.alloc: 21], "S2": [.fault: 9]])
    #expect(same.changes.isEmpty)
    #expect(same.repeated == 1)
    #expect(same.file.scenarios[1].counters[.fault] == 9)
  }

  @Test func whatIsNotRepeatedIsShown() throws {
    let other = try recording(["S1": [.alloc: 22, .resync: 1], "S2": [.fault: 9]])
    #expect(
      other.changes == [
        .init(id: "S1", counter: .alloc, recorded: 21, counted: 22),
        .init(id: "S1", counter: .resync, recorded: 0, counted: 1),
      ])
    let lines = VerifyReport.lines(other, terminal: Terminal(isTerminal: false))
    let row = lines.first { $0.contains("shadow_alloc") }
    #expect(row?.contains("21") == true && row?.contains("22") == true)
    #expect(lines.last?.contains("2 counters are not what was recorded; 1 are new") == true)
  }

  @Test func whatIsKeptIsReadAgain() throws {
    let first = try recording(["S1": [.alloc: 21], "S2": [.fault: 9]])
    let again = try ScenarioFile.parse(try first.text(), file: "f.json")
    #expect(again.warnings.isEmpty)
    #expect(again.scenarios.map(\.id) == ["S1", "S2"])
    #expect(again.scenarios.map(\.shape) == first.file.scenarios.map(\.shape))
    #expect(again.scenarios[1].guest == "procs=5 seed=2")
    #expect(again.scenarios[1].counters == [.fault: 9])
  }

  @Test func aMissingTextIsAnError() throws {
    let error = #expect(throws: InputError.self) { try recording(["S1": [:]]) }
    #expect(error?.file.hasSuffix("/S2.txt") == true)
  }

  @Test func anIdIsNoPath() throws {
    let error = #expect(throws: InputError.self) {
      try recording(["S1": [:]], second: "../S2")
    }
    #expect(error?.reason.contains("'../S2' is no name of a file") == true)
  }
}
