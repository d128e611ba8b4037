import Foundation
import GuestModel
import Testing

@testable import Bench

@Suite struct ReplayPlanFileTests {
  static let good = """
    about: two streams
    streams:
      - name: churn-pae
        input: reference:procs=4 churn=3
        mode: pae
        memory_mib: 64
        seed: 7
        operations: 1000
        shadow_mib: [2, 3]
      - {name: office, input: Workloads/captures/office30, shadow_mib: [4]}
    """

  @Test func aGoodFileIsRead() throws {
    let file = try ReplayPlanFile(text: Self.good, file: "p.yaml")
    #expect(file.entries.map(\.name) == ["churn-pae", "office"])
    #expect(file.entries[0].request.mode == .pae && file.entries[0].request.vcpus == 1)
    #expect(file.entries[0].seed == 7 && file.entries[0].operations == 1000)
    #expect(file.entries[0].shadowMiB == [2, 3] && file.entries[1].line == 10)
    let far = try ReplayPlanFile(text: Self.good, file: "plans/p.yaml")
    #expect(far.entries[0].request.name == "reference:procs=4 churn=3")
    #expect(far.entries[1].request.name == "plans/Workloads/captures/office30")
  }

  @Test func theReadyPlanIsRead() throws {
    let path = fixtures.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Workloads/replays/twenty.yaml").path
    let file = try ReplayPlanFile.load(path: path)
    #expect(file.entries.count == 20)
    #expect(file.entries.allSatisfy { $0.shadowMiB.count >= 2 })
    for entry in file.entries {
      let input = try InputResolver.standard.open(entry.request)
      #expect(input.shape.vcpus == 1 && input.shape.memoryMiB <= 128, "\(entry.name)")
    }
  }

  @Test(arguments: [
    ("name: office", "name: churn-pae", 10, "was given before"),
    ("name: office", "name: -x", 10, "letters, digits and hyphens"),
    ("name: office", "name: ../x", 10, "letters, digits and hyphens"),
    ("[2, 3]", "[2, 2]", 9, "is given twice"), ("[2, 3]", "[]", 9, "a list of 1 to 64"),
    ("[2, 3]", "[2.5]", 9, "a whole number"), ("mode: pae", "mode: ape", 5, "64-bit, pae"),
    ("operations", "operation", 8, "unknown key"), ("seed: 7", "seed: -1", 7, "a whole number"),
    ("    input: reference", "    inputs: reference", 4, "unknown key"),
  ])
  func malformedFilesNameLineAndReason(old: String, new: String, line: Int, reason: String) throws {
    let text = Self.good.replacingOccurrences(of: old, with: new)
    let error = try #require(throws: InputError.self) {
      try ReplayPlanFile(text: text, file: "p.yaml")
    }
    #expect(error.line == line && error.reason.contains(reason), "\(error)")
  }

  @Test func namesComeFromInputs() {
    #expect(ReplayItem.name(of: "reference:procs=4", mode: .pae) == "reference-pae")
    #expect(ReplayItem.name(of: "Workloads/captures/office30", mode: .pae) == "office30")
    #expect(ReplayItem.name(of: "a/Über x_1.yaml", mode: .pae) == "ber-x-1")
    #expect(ReplayItem.name(of: "///", mode: .pae) == "stream")
    #expect(!ReplayItem.isName("") && !ReplayItem.isName("a b") && !ReplayItem.isName("ä"))
    #expect(ReplayItem.isName("a-1"))
  }
}
