/// Changes of a pool, and hosts that go after them.
public struct PoolScenario: Sendable {
  /// The pool before and after the changes.
  public var whatIf: WhatIf
  /// What becomes of each host when networks or storage fail; nil when they do not.
  public var fates: [String: Heartbeat.Fate]?
  /// What becomes of the machines of hosts that are gone; nil when all stay.
  public var loss: HostLoss?
  /// What the pool says about itself when they are gone.
  public var statusAfterLoss: PoolStatus?

  /// What fails.
  public struct Failures: Hashable, Sendable {
    /// Hosts that go.
    public var hosts: Set<String>
    /// Groups of hosts that see each other only; nil when all do.
    public var partitions: [Set<String>]?
    /// Hosts that lose the state file.
    public var storageLost: Set<String>

    /// What fails; nothing when nothing is said.
    public init(
      hosts: Set<String> = [], partitions: [Set<String>]? = nil, storageLost: Set<String> = []
    ) {
      self.hosts = hosts
      self.partitions = partitions
      self.storageLost = storageLost
    }
  }

  /// Whether protected machines are left without a plan, or without a host.
  public var isPlanLost: Bool { whatIf.isPlanLost || !(loss?.unplaced.isEmpty ?? true) }

  /// What `edits`, and then `failing`, do to `pool`.
  /// - Parameter failures: how many to ask about, as of ``WhatIf``
  /// - Throws: identifiers that are double or stand for nothing, failures of more hosts than there
  ///   are
  public init(
    _ pool: PlannerPool, edits: [PoolEdit], failures: Int? = nil, failing: Failures = Failures()
  ) throws(PlanningError) {
    whatIf = try WhatIf(pool, edits: edits, failures: failures)
    let planner = whatIf.after.planner
    var gone = failing.hosts
    if failing.partitions != nil || !failing.storageLost.isEmpty {
      let dead = Set(planner.pool.hosts.filter { !$0.isLive }.map(\.id)).union(gone)
      let fates = Heartbeat(
        hosts: planner.pool.hosts.map(\.id), dead: dead, partitions: failing.partitions,
        storageLost: failing.storageLost
      ).fates()
      gone.formUnion(fates.filter { $0.value.fences }.keys)
      self.fates = fates
    }
    guard !gone.isEmpty else { return }
    let loss = try planner.losing(gone)
    var left = loss.pool
    left.highAvailability.planExistsFor = nil
    self.loss = loss
    statusAfterLoss = try PoolPlanner(left).status()
  }
}
