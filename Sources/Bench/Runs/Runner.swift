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
  /// Makes a domain at many allocations at once; nil where each must be run by itself.
  public var makeSweep: SweepFactory?
  /// Which memory node each seed's runs are put on.
  public var placement: NodePlacement

  /// Settings of runs.
  public init(
    sizing: Sizing, policy: ReclaimPolicyChoice = .xen, placement: NodePlacement = .anywhere,
    makePager: @escaping PagerFactory, makeSweep: SweepFactory? = nil
  ) {
    self.sizing = sizing
    self.policy = policy
    self.placement = placement
    self.makePager = makePager
    self.makeSweep = policy == .xen ? makeSweep : nil
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
    let configuration = sizing.domain(workload.shape, pages: pages)
    let pager = try settings.makePager(configuration, workload.makeMemory(), settings.policy)
    try feed(workload, isPumped: isPumped) { block in
      pager.execute(block)
      return !pager.isCrashed
    }
    var point = RunPoint(allocation: sizing.allocation(pages: pages), seed: seed)
    point.counters = pager.counters
    point.accesses = pager.accesses
    point.rootLoads = pager.rootLoads
    point.peakPages = pager.peakPages
    point.isCrashed = pager.isCrashed
    point.phases = pager.phases
    point.warmupPhases = warmupPhases
    point.forgetPrologue()
    return point
  }

  /// Runs `workload` once for all of `pages`, up to 64 of them.
  ///
  /// Each point is that of a run of its own; nil for sizes that were dropped from the pass. Nil
  /// altogether where the settings make no sweeps.
  /// - Complexity: O(operations), and what the sizes do differently
  public func sweep(
    _ workload: any Workload, seed: UInt64, pages: [Int], warmupPhases: Int? = nil,
    isPumped: Bool = false
  ) throws -> [RunPoint?]? {
    guard let makeSweep = settings.makeSweep else { return nil }
    let sizing = settings.sizing
    let configuration = sizing.domain(workload.shape, pages: pages[0])
    let sweep = makeSweep(configuration, pages, workload.makeMemory())
    try feed(workload, isPumped: isPumped) { block in
      sweep.execute(block)
      return sweep.goesOn
    }
    return pages.indices.map { number in
      if sweep.dropped >> UInt64(number) & 1 == 1 { return nil }
      var point = RunPoint(allocation: sizing.allocation(pages: pages[number]), seed: seed)
      point.counters = sweep.counters(at: number)
      point.accesses = sweep.accesses(at: number)
      point.rootLoads = sweep.rootLoads(at: number)
      point.peakPages = sweep.peakPages(at: number)
      point.isCrashed = sweep.isCrashed(at: number)
      point.phases = sweep.phases(at: number)
      point.warmupPhases = warmupPhases
      point.forgetPrologue()
      return point
    }
  }

  /// Hands a workload's operations over until there are none, or `body` wants no more.
  private func feed(
    _ workload: any Workload, isPumped: Bool, _ body: (borrowing OperationBlock) -> Bool
  ) throws {
    if isPumped, let pump = StreamPump(workload) {
      var goesOn = true
      while goesOn && pump.next({ goesOn = body($0) }) { try Task.checkCancellation() }
      return
    }
    var source = workload.makeSource()
    var block = OperationBlock()
    while true {
      try Task.checkCancellation()
      block.removeAll()
      source.fill(&block)
      if block.count == 0 || !body(block) { return }
    }
  }
}
