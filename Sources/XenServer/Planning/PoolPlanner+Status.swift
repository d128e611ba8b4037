/// What the pool says about itself: how many failures it survives, and whether it promised more.
public struct PoolStatus: Hashable, Sendable {
  /// The most failures for which there is a plan for every protected machine.
  public var mostFailures: Int
  /// The most that are tried: all hosts, or what leaves a cluster its majority.
  public var limit: Int
  /// `ha_host_failures_to_tolerate`.
  public var failuresToTolerate: Int
  /// `ha_plan_exists_for`, when it is worked out anew.
  public var planExistsFor: Int
  /// `ha_overcommitted`.
  public var isOvercommitted: Bool { planExistsFor < failuresToTolerate }
}

extension PoolPlanner {
  /// The most failures that are tried.
  ///
  /// A corosync cluster must keep a majority of the members that are enabled; those that are not
  /// may fail as well.
  public var failureLimit: Int {
    let hosts = pool.hosts.count
    guard pool.highAvailability.isClustered else { return hosts }
    let disabled = pool.hosts.count { !$0.isClusterMember }
    return max(0, (hosts - disabled - 1) / 2 + disabled)
  }

  /// The most failures for which there is a plan for every protected machine.
  ///
  /// A protected machine that can run on certain hosts only leaves none, and so 0.
  /// - Throws: as ``plan(failures:change:)``
  public func mostFailures(change: PoolChange = PoolChange()) throws(PlanningError) -> Int {
    try FailureProblem.mostFailures(limit: failureLimit) { count throws(PlanningError) in
      try plan(failures: count, change: change).status == .forAll
    }
  }

  /// How many failures the pool survives, and whether it promised more.
  /// - Throws: as ``plan(failures:change:)``
  public func status() throws(PlanningError) -> PoolStatus {
    let most = try mostFailures()
    let tolerate = pool.highAvailability.failuresToTolerate
    return PoolStatus(
      mostFailures: most, limit: failureLimit, failuresToTolerate: tolerate,
      planExistsFor: min(tolerate, most))
  }
}
