public import GuestModel
public import NUMA
public import ShadowModel

/// What all runs of a piece of work have in common.
public struct RunSettings: Sendable {
  /// The guest, its P2M and the sizing rule.
  public var sizing: Sizing
  /// Which shadows are given up when the pool is full.
  public var policy: ReclaimPolicyChoice
  /// Makes the pager.
  public var makePager: PagerFactory
  /// Which memory node each seed's runs are put on.
  public var placement: NodePlacement

  /// Settings of runs.
  public init(
    sizing: Sizing, policy: ReclaimPolicyChoice = .xen, placement: NodePlacement = .anywhere,
    makePager: @escaping PagerFactory
  ) {
    self.sizing = sizing
    self.policy = policy
    self.placement = placement
    self.makePager = makePager
  }
}

/// Runs one workload at one allocation.
public struct Runner: Sendable {
  /// What runs have in common.
  public let settings: RunSettings

  /// A runner with those settings.
  public init(settings: RunSettings) { self.settings = settings }

  /// Runs the whole of `workload` in a domain that asked for `pages`.
  ///
  /// A domain that Xen would have crashed is stopped where it crashed.
  /// - Parameter isPumped: make the operations on a second thread; the result is the same
  /// - Complexity: O(operations)
  public func run(
    _ workload: any Workload, seed: UInt64, pages: Int, warmupPhases: Int? = nil,
    isPumped: Bool = false
  ) throws -> RunPoint {
    let sizing = settings.sizing
    let configuration = DomainConfiguration(
      shape: workload.shape, allocationPages: pages, p2m: sizing.p2m)
    let pager = try settings.makePager(configuration, workload.makeMemory(), settings.policy)
    if isPumped, let pump = StreamPump(workload) {
      while !pager.isCrashed && pump.next(pager.execute) { try Task.checkCancellation() }
    } else {
      try execute(workload, on: pager)
    }
    var point = RunPoint(allocation: sizing.allocation(pages: pages), seed: seed)
    point.counters = pager.counters
    point.accesses = pager.accesses
    point.rootLoads = pager.rootLoads
    point.peakPages = pager.peakPages
    point.isCrashed = pager.isCrashed
    point.phases = pager.phases
    point.warmupPhases = warmupPhases
    return point
  }
  private func execute(_ workload: any Workload, on pager: any ShadowPager) throws {
    var source = workload.makeSource()
    var block = OperationBlock()
    while !pager.isCrashed {
      try Task.checkCancellation()
      block.removeAll()
      source.fill(&block)
      if block.count == 0 { break }
      pager.execute(block)
    }
  }
}
