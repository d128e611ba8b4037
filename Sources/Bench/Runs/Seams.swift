public import GuestModel
public import ShadowModel

/// Makes a domain's pager: what a runner needs of the model.
public typealias PagerFactory =
  @Sendable (DomainConfiguration, consuming GuestMemory, ReclaimPolicyChoice) throws
  -> any ShadowPager

/// Makes a domain at many allocations at once, for workloads that run in one pass.
public typealias SweepFactory =
  @Sendable (DomainConfiguration, _ allocations: [Int], consuming GuestMemory) -> ShadowSweep

/// What the hypervisor's work costs: what a share of time needs of a cost profile.
public protocol HypervisorCost: Sendable {
  /// The profile's name.
  var name: String { get }
  /// The processor's clock, GHz.
  var gigahertz: Double { get }
  /// Cycles of the hypervisor for what was counted.
  func hypervisorCycles(_ counters: Counters, rootLoads: Int) -> Double
}

/// Hears how far a piece of work is: runs done, runs in all.
///
/// Work of several phases, each with a total of its own, says by a smaller number of runs done, or
/// another total, that the next one has begun.
public typealias ProgressHandler = @Sendable (_ done: Int, _ total: Int) -> Void
