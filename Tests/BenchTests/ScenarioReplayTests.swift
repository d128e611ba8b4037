import Foundation
import GuestModel
import Testing

@testable import Bench
@testable import ShadowModel

/// Scenarios whose guest replayed a stream.
@Suite struct ScenarioReplayTests {
  static func text(_ fields: String) -> String {
    """
    [
    {"id": "R1", "mode": "64-bit", "memory_mib": 256, "vcpus": 1, "shadow_mib": 2,
     \(fields)}
    ]
    """
  }

  @Test func theFieldsAreRead() throws {
    let file = try ScenarioFile.parse(
      Self.text(
        """
        "replay": "s/x.replay", "module_address": 1179648, "fault_count": 7,
         "phases": [{"number": 0, "operations": 3, "accesses": 2, "faults": 1, "checksum": "ff"}]
        """), file: "/data/f.json")
    let replay = try #require(file.scenarios[0].replay)
    #expect(file.warnings.isEmpty)
    #expect(replay.path == "/data/s/x.replay" && replay.line == 3)
    #expect(replay.moduleAddress == 0x120000 && replay.faultCount == 7)
    #expect(!replay.hasCounters && !replay.hasNestedPaging)
    #expect(replay.phases.map(\.checksum) == [255])
    #expect(file.scenarios[0].guest.isEmpty)
  }

  @Test(arguments: [
    ("\"replay\": \"x\"", 3, "must have 'fault_count' or 'phases'"),
    ("\"replay\": 3, \"counters\": {}", 3, "must be text"),
    ("\"replay\": \"x\", \"guest\": \"a=1\", \"counters\": {}", 3, "not both"),
    ("\"replay\": \"x\", \"fault_count\": -1", 3, "must be 0"),
    ("\"replay\": \"x\", \"fault_count\": 1, \"hap\": 1", 3, "must be true or false"),
    ("\"replay\": \"x\", \"fault_count\": 1, \"module_address\": \"a\"", 3, "whole number"),
    ("\"replay\": \"x\", \"phases\": {}", 3, "must be a list"),
    ("\"replay\": \"x\", \"phases\": [{}]", 3, "has no"),
    (
      "\"replay\": \"x\", \"phases\": [{\"number\": 0, \"operations\": 3, \"accesses\": 2, "
        + "\"faults\": 1, \"checksum\": \"xyz\"}]", 3, "hexadecimal"
    ),
    ("\"fault_count\": 1", 2, "has no 'guest'"),
  ])
  func malformedFieldsNameLineAndReason(fields: String, line: Int, reason: String) throws {
    let error = try #require(throws: InputError.self) {
      try ScenarioFile.parse(Self.text(fields), file: "f.json")
    }
    #expect(error.line == line && error.reason.contains(reason), "\(error)")
  }

  func verify(_ fields: String, in folder: String) async throws -> Verification {
    try await Verification.run(
      ScenarioFile.parse(Self.text(fields), file: "\(folder)/f.json"),
      makeWorkload: StandardModel.referenceGuest, makePager: StandardModel.pager)
  }

  @Test func faultsAloneAndPhasesAreCompared() async throws {
    let host = try FakeHost()
    let item = ReplayItem(
      name: "x", stream: try FakeHost.stream(), shadowMiB: [2], hasNestedPaging: false)
    try item.stream.write(to: "\(host.folder)/x.replay")
    let fixed = try item.model(2, makePager: StandardModel.pager).counters[.faultFixed]
    let memory = item.stream.shape.memoryMiB
    func fields(_ text: String) -> String { "\"replay\": \"x.replay\", \(text)" }
    func verification(_ text: String) async throws -> Verification {
      try await Verification.run(
        ScenarioFile.parse(
          Self.text(fields(text)).replacingOccurrences(
            of: "\"memory_mib\": 256", with: "\"memory_mib\": \(memory)"),
          file: "\(host.folder)/f.json"),
        makeWorkload: StandardModel.referenceGuest, makePager: StandardModel.pager)
    }
    let same = try await verification("\"fault_count\": \(fixed)")
    #expect(same.comparisons == 1 && same.differing == 0)
    let other = try await verification("\"fault_count\": \(fixed + 1)")
    #expect(other.results[0].differences.map(\.counter) == [.faultFixed])
    let counted = try await verification("\"counters\": {}")
    #expect(counted.comparisons == 28 && counted.differing > 0)
    let phase =
      "{\"number\": 0, \"operations\": 0, \"accesses\": 0, \"faults\": 0, \"checksum\": \"0\"}"
    let phased = try await verification("\"hap\": true, \"phases\": [\(phase)]")
    #expect(phased.results[0].differences.isEmpty)
    #expect(!phased.results[0].phases.isEmpty)
    #expect(
      VerifyReport.lines(phased, terminal: Terminal(isTerminal: false))
        .contains { $0.contains("phase 0: ") })
    #expect(try JSONResult.text(phased).contains("\"phases\" : ["))
  }

  @Test func aStreamThatDoesNotFitIsRefused() async throws {
    let host = try FakeHost()
    let none = await #expect(throws: InputError.self) {
      try await verify("\"replay\": \"none.replay\", \"fault_count\": 1", in: host.folder)
    }
    #expect(none?.line == 3 && none?.reason.contains("scenario R1, replay: ") == true)
    try FakeHost.stream(FakeHost.input).write(to: "\(host.folder)/x.replay")
    let error = await #expect(throws: InputError.self) {
      try await Verification.run(
        ScenarioFile.parse(
          Self.text("\"replay\": \"x.replay\", \"fault_count\": 1").replacingOccurrences(
            of: "64-bit", with: "pae"), file: "\(host.folder)/f.json"),
        makeWorkload: StandardModel.referenceGuest, makePager: StandardModel.pager)
    }
    #expect(error?.reason.contains("is for 64-bit") == true)
  }
}
