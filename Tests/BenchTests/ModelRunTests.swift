import Foundation
import GuestModel
import Testing

@testable import Bench
@testable import ShadowModel

/// Runs of the real model with the reference guest.
@Suite struct ModelRunTests {
  @Test(arguments: [PagingMode.fourLevel, .pae, .twoLevel])
  func aPoolWithRoomToSpareCountsWhatAnAmpleOneDoes(mode: PagingMode) async throws {
    let shape = GuestShape(mode: mode, memoryMiB: 256, vcpus: 1)
    let workload = try ReferenceWorkload(
      text: "procs=50 leaves=8 touch=4 rounds=1 remap=2 churn=9", shape: shape)
    let sizing = Sizing(shape: shape)
    let runner = Runner(
      settings: RunSettings(sizing: sizing, makePager: StandardModel.pager))
    let ample = try runner.run(workload, seed: 1, pages: 20_000)
    #expect(ample.counters[.prealloc1] == 0)
    #expect(ample.peakPages > sizing.minimumPages)
    let spare = try runner.run(workload, seed: 1, pages: ample.peakPages + 8)
    #expect(spare.counters == ample.counters)
    let short = try runner.run(workload, seed: 1, pages: ample.peakPages - 8)
    #expect(short.counters != ample.counters)
  }

  @Test(arguments: [("scenarios", 0..<5), ("more-scenarios", 80..<90), ("replays", 0..<7)])
  func measuredScenariosAgree(name: String, range: Range<Int>) async throws {
    var file = try ScenarioFile.load(
      path: fixtures.appendingPathComponent("groundtruth/\(name).json").path)
    file.scenarios = Array(file.scenarios[range])
    let verification = try await Verification.run(
      file, makeWorkload: StandardModel.referenceGuest, makePager: StandardModel.pager)
    #expect(verification.comparisons == range.count * 28)
    #expect(verification.differing == 0)
  }
}
