import GuestModel
import ShadowModel
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
    let swept = try #require(try runner.sweep(workload, seed: 1, pages: sizes)).compactMap { $0 }
    #expect(swept.count == sizes.count)
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

  @Test func emulatedWritesAreDoneInOnePass() async throws {
    // With a second vCPU that never starts no table goes out of sync: entries are emulated.
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 128, vcpus: 2)
    let input = WorkloadInput(
      name: "reference", kind: "reference guest", shape: shape,
      makeWorkload: { _ throws(InputError) in
        try ReferenceWorkload(text: "procs=6 leaves=2 touch=2 rounds=1 churn=3", shape: shape)
      })
    let runner = Self.runner(shape)
    let workload = try input.makeWorkload(1)
    let swept = try #require(try runner.sweep(workload, seed: 1, pages: [400, 500, 600]))
    #expect(swept.allSatisfy { $0 != nil })
    let sweep = Sweep(
      input: input, settings: runner.settings, rule: ShareRule(cost: CostProfile.core2),
      seeds: [1])
    let results = try await sweep.results(pages: [400, 405, 410, 415])
    for result in results {
      let single = try runner.run(workload, seed: 1, pages: result.allocation.pages)
      #expect(result.runs[0].counters == single.counters)
    }
  }

  @Test func aSizeThatIsTooSmallCrashesAndTheOthersGoOn() throws {
    let shape = GuestShape(mode: .twoLevel, memoryMiB: 128, vcpus: 2)
    let workload = try ReferenceWorkload(
      text: "procs=6 leaves=2 touch=2 rounds=1 churn=3", shape: shape)
    var configuration = DomainConfiguration(shape: shape, allocationPages: 0)
    configuration.raisesToMinimum = false
    let sizes = [2, 14, 60, 600]
    let sweep = ShadowSweep(
      configuration: configuration, allocations: sizes, memory: workload.makeMemory())
    execute(workload) { sweep.execute($0) }
    #expect(sweep.goesOn && sweep.isCrashed(at: 0))
    #expect(sweep.isCrashed(at: 1) || sweep.refusal(at: 1) != nil)
    #expect(!sweep.isCrashed(at: 3) && sweep.refusal(at: 3) == nil)
    for (number, size) in sizes.enumerated() where sweep.refusal(at: number) == nil {
      configuration.allocationPages = size
      let pager = makePager(configuration: configuration, memory: workload.makeMemory())
      execute(workload) { pager.execute($0) }
      #expect(sweep.counters(at: number) == pager.counters, "\(size) pages")
      #expect(sweep.isCrashed(at: number) == pager.isCrashed)
      #expect(sweep.accesses(at: number) == pager.accesses)
    }
  }

  @Test func sizesThatAreDroppedLeaveTheOthersIn() throws {
    // The smallest makes room while L3 tables are still pinned.
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 128, vcpus: 1)
    let workload = try ReferenceWorkload(text: "procs=9 leaves=2 touch=2 rounds=1", shape: shape)
    var configuration = DomainConfiguration(shape: shape, allocationPages: 0)
    configuration.raisesToMinimum = false
    let sizes = [24, 600, 700, 800]
    let sweep = ShadowSweep(
      configuration: configuration, allocations: sizes, memory: workload.makeMemory())
    execute(workload) { sweep.execute($0) }
    #expect(sweep.dropped == 1 && sweep.refusal(at: 0) != nil)
    for number in 1..<sizes.count {
      configuration.allocationPages = sizes[number]
      let pager = makePager(configuration: configuration, memory: workload.makeMemory())
      execute(workload) { pager.execute($0) }
      #expect(sweep.counters(at: number) == pager.counters && sweep.refusal(at: number) == nil)
    }
  }

  private func execute(_ workload: any Workload, _ body: (borrowing OperationBlock) -> Void) {
    var source = workload.makeSource()
    var block = OperationBlock()
    while true {
      block.removeAll()
      source.fill(&block)
      if block.count == 0 { return }
      body(block)
    }
  }
}
