import GuestModel

@testable import Bench
@testable import ShadowModel

/// The guest of most tests: 4 GiB, 2 vCPUs, so mapped-once 3072 pages, minimum 4353.
let shape4GiB = GuestShape(mode: .fourLevel, memoryMiB: 4096, vcpus: 2)

/// A fault costs 1000 cycles, nothing else costs anything; 1 GHz.
struct FlatCost: HypervisorCost {
  let name = "flat"
  let gigahertz = 1.0
  func hypervisorCycles(_ counters: Counters, rootLoads: Int) -> Double {
    Double(counters[.fault]) * 1000
  }
}

/// `phases` times: ten root loads, twenty accesses, a mark; and one mark at the start.
struct FakeWorkload: Workload {
  var shape = shape4GiB
  var phases = 6
  var nanoseconds: UInt64 = 1_000_000

  func makeMemory() -> GuestMemory { GuestMemory(frameCount: 256, entriesPerTable: 512) }

  func makeSource() -> any OperationSource {
    var operations: [Operation] = [.mark(0, nanoseconds: 0)]
    for phase in 0..<phases {
      for load in 0..<10 {
        operations.append(.loadRoot(GFN(load + 1)))
        operations.append(.access(0x1000, .user))
        operations.append(.access(0x2000, .user))
      }
      operations.append(.mark(UInt32(phase + 1), nanoseconds: nanoseconds))
    }
    return ListSource(operations: operations)
  }

  var input: WorkloadInput {
    WorkloadInput(name: "fake", kind: "fake", shape: shape) { _ in self }
  }
}

/// Operations of a list, seven at a time.
struct ListSource: OperationSource {
  var operations: [Operation]
  var next = 0

  mutating func fill(_ block: inout OperationBlock) {
    for _ in 0..<7 where next < operations.count {
      block.append(operations[next])
      next += 1
    }
  }
}

/// A pager that counts as many faults for a root load as a curve says for its size.
final class FakePager: ShadowPager {
  let allocationPages: Int
  let needed: Int
  let faults: Int
  let crashes: Bool
  var counters = Counters()
  var accesses = 0
  var rootLoads = 0
  var phases: [Phase] = []
  let events: [ShadowEvent] = []
  var isCrashed: Bool { crashes && rootLoads > 5 }
  var peakPages: Int { min(needed, allocationPages) }

  init(_ configuration: DomainConfiguration, needed: Int, crashesBelow: Int, faults: Int) {
    allocationPages = configuration.createdAllocation
    self.needed = needed
    self.faults = faults
    crashes = allocationPages < crashesBelow
  }

  func execute(_ block: borrowing OperationBlock) {
    for index in 0..<block.count {
      let operation = block.operations[index]
      switch operation.code {
      case .access: accesses += 1
      case .loadRoot:
        rootLoads += 1
        counters[.fault] += faults
        if allocationPages < needed { counters[.prealloc1] += 1 }
      case .mark:
        phases.append(
          Phase(
            number: Int(operation.long), nanoseconds: operation.operand, counters: counters,
            accesses: accesses, rootLoads: rootLoads))
      default: break
      }
    }
  }

  /// Makes fake pagers: `curve` gives the faults for a root load at a size in pages.
  static func factory(
    needed: Int, crashesBelow: Int = 0, _ curve: @escaping @Sendable (Int) -> Int
  ) -> PagerFactory {
    { configuration, _, _ in
      let pages = configuration.createdAllocation
      return FakePager(
        configuration, needed: needed, crashesBelow: crashesBelow, faults: curve(pages))
    }
  }
}

/// Sizes whose share of time a function gives.
actor ScriptedMeasuring: SizeMeasuring {
  let sizing: Sizing
  let batchSize: Int
  let share: @Sendable (Int) -> Double
  private(set) var asked = 0

  init(
    sizing: Sizing = Sizing(shape: shape4GiB, rule: .xenMinimum), batchSize: Int = 2,
    share: @escaping @Sendable (Int) -> Double
  ) {
    self.sizing = sizing
    self.batchSize = batchSize
    self.share = share
  }

  func results(pages: [Int], progress: ProgressHandler?) -> [SizeResult] {
    asked += pages.count
    return pages.map { pages in
      let allocation = sizing.allocation(pages: pages)
      let share = self.share(allocation.pages)
      return SizeResult(
        allocation: allocation, share: TimeShare(hypervisor: share + 0.01, recreation: share),
        faultsPerRootLoad: share * 1000)
    }
  }
}
