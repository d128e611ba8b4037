import GuestModel
import ShadowModel
import Synchronization
import Testing

@testable import Bench

/// Many sizes in one pass against a run for each.
@Suite struct OnePassTests {
  private static func runner(_ shape: GuestShape) -> Runner {
    Runner(
      settings: RunSettings(
        sizing: Sizing(shape: shape), makePager: StandardModel.pager,
        makeSweep: StandardModel.sweep))
  }

  @Test(arguments: [PagingMode.fourLevel, .pae, .twoLevel])
  func everySizeCountsWhatARunOfItsOwnDoes(mode: PagingMode) throws {
    let shape = GuestShape(mode: mode, memoryMiB: 96, vcpus: 1)
    let workload = try ReferenceWorkload(
      text: "procs=32 leaves=8 touch=2 rounds=1 remap=1 churn=9", shape: shape)
    let runner = Self.runner(shape)
    let needed = try runner.run(workload, seed: 1, pages: 4000).peakPages
    let sizes = [needed - 40, needed - 20, needed - 10, needed - 1, needed, needed + 40]
    let swept = try #require(try runner.sweep(workload, seed: 1, pages: sizes))
    var reclaiming = 0
    for (point, size) in zip(swept, sizes) {
      let single = try runner.run(workload, seed: 1, pages: size)
      #expect(point.counters == single.counters, "\(size) pages")
      #expect(point.phases == single.phases)
      #expect(point.peakPages == single.peakPages)
      #expect(point.accesses == single.accesses && point.rootLoads == single.rootLoads)
      if single.counters[.prealloc1] > 0 { reclaiming += 1 }
    }
    #expect(reclaiming > 1 && reclaiming < sizes.count)
  }

  @Test func whatCannotBeDoneInOnePassIsRunSizeBySize() async throws {
    // With a second vCPU that never starts no table goes out of sync: entries are emulated.
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 128, vcpus: 2)
    let input = WorkloadInput(
      name: "reference", kind: "reference guest", shape: shape,
      makeWorkload: { _ throws(InputError) in
        try ReferenceWorkload(text: "procs=6 leaves=2 touch=2 rounds=1 churn=3", shape: shape)
      })
    let runner = Self.runner(shape)
    let workload = try input.makeWorkload(1)
    let refusing = StandardModel.sweep(
      DomainConfiguration(shape: shape, allocationPages: 400), [400, 405], workload.makeMemory())
    try runner.feed(workload, isPumped: false) { block in
      refusing.execute(block)
      return refusing.refusal == nil
    }
    #expect(refusing.refusal == "a write to a page table is emulated")
    #expect(refusing.refused == 0b11)
    let sweep = Sweep(
      input: input, settings: runner.settings, rule: ShareRule(cost: CostProfile.core2),
      seeds: [1])
    let results = try await sweep.results(pages: [400, 405, 410, 415])
    for result in results {
      let single = try runner.run(workload, seed: 1, pages: result.allocation.pages)
      #expect(result.runs[0].counters == single.counters)
    }
  }

  /// One process needs more than the smallest pools have: those alone are run by themselves.
  @Test func sizesThatAPassRefusesLeaveItAndTheOthersStay() throws {
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 256, vcpus: 1)
    let workload = try ReferenceWorkload(text: "procs=4 leaves=60 touch=1 rounds=2", shape: shape)
    let passes = Mutex<[[Int]]>([])
    let runner = Runner(
      settings: RunSettings(
        sizing: Sizing(shape: shape),
        makePager: { configuration, memory, policy in
          var configuration = configuration
          configuration.raisesToMinimum = false
          return try StandardModel.pager(configuration, memory, policy)
        },
        makeSweep: { configuration, pages, memory in
          passes.withLock { $0.append(pages) }
          var configuration = configuration
          configuration.raisesToMinimum = false
          return StandardModel.sweep(configuration, pages, memory)
        }))
    let sizes = [40, 60, 180, 220, 260, 400, 20]
    let points = try #require(try runner.sweep(workload, seed: 1, pages: sizes))
    let seen = passes.withLock { $0 }
    #expect(seen.first == sizes)
    #expect(seen.count > 1)
    #expect(seen.last == [180, 220, 260, 400])
    for (point, size) in zip(points, sizes) {
      let single = try runner.run(workload, seed: 1, pages: size)
      #expect(point.counters == single.counters, "\(size) pages")
      #expect(point.peakPages == single.peakPages && point.isCrashed == single.isCrashed)
    }
  }
}
