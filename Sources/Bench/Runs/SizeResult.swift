import ShadowModel

/// What one size does: the worst over all seeds.
public struct SizeResult: Sendable {
  /// The pool.
  public var allocation: Allocation
  /// Shares of time, the largest of all seeds.
  public var share: TimeShare
  /// Faults for each root load in the steady part, the most of all seeds.
  public var faultsPerRootLoad: Double
  /// Shares of time, one for each seed; empty where they were not computed one by one.
  public var shares: [TimeShare] = []
  /// The runs, one for each seed.
  public var runs: [RunPoint]
  /// Whether the trace says what the size does; nil where the input is none.
  public var evidence: SizeEvidence?

  /// Times that room had to be made in the steady part, the most of all seeds.
  public var steadyReclaims: Int { runs.reduce(0) { max($0, $1.steady.counters[.prealloc1]) } }

  /// A result as it was measured.
  public init(
    allocation: Allocation, share: TimeShare, faultsPerRootLoad: Double, runs: [RunPoint] = []
  ) {
    self.allocation = allocation
    self.share = share
    self.faultsPerRootLoad = faultsPerRootLoad
    self.runs = runs
  }

  /// A result of runs, with the run at an ample allocation that belongs to each.
  init(runs: [RunPoint], ample: [RunPoint], rule: ShareRule) {
    precondition(!runs.isEmpty && runs.count == ample.count, "a run and an ample run for each seed")
    var worst = TimeShare(hypervisor: 0, recreation: 0)
    var faults = 0.0
    var shares: [TimeShare] = []
    for (run, base) in zip(runs, ample) {
      let share = rule.share(of: run, ample: base)
      shares.append(share)
      worst.hypervisor = max(worst.hypervisor, share.hypervisor)
      worst.recreation = max(worst.recreation, share.recreation)
      faults = max(faults, run.steady.faultsPerRootLoad)
    }
    self.init(
      allocation: runs[0].allocation, share: worst, faultsPerRootLoad: faults, runs: runs)
    self.shares = shares
  }

  /// Whether Xen would have crashed the domain in any run.
  public var isCrashed: Bool { runs.contains { $0.isCrashed } }
}

/// Something that says what sizes do.
public protocol SizeMeasuring: Sendable {
  /// Sizes that are best asked for at once.
  var batchSize: Int { get }
  /// What domains that ask for `pages` do, in that order.
  func results(pages: [Int], progress: ProgressHandler?) async throws -> [SizeResult]
}
