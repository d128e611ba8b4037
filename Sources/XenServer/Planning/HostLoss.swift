/// What a pool does when hosts are gone.
public struct HostLoss: Sendable {
  /// What becomes of a machine that ran on a host that is gone.
  public struct Outcome: Hashable, Sendable {
    /// The machine.
    public var vm: String
    /// The host it ran on; nil when it waited to be started already.
    public var from: String?
    /// The host it is started on; nil when there is no place, or nobody starts it.
    public var to: String?
    /// What HA does for it.
    public var priority: RestartPriority
  }

  /// The hosts that are gone.
  public var hosts: [String]
  /// Protected machines, in the order in which they are started.
  public var restarts: [Outcome]
  /// Machines whose restart is tried after that, and is not when a protected one has no place.
  public var bestEffort: [Outcome]
  /// Machines that nobody starts.
  public var unprotected: [Outcome]
  /// The pool afterwards.
  public var pool: PlannerPool

  /// Protected machines for which there is no place.
  public var unplaced: [Outcome] { restarts.filter { $0.to == nil } }
}

extension PoolPlanner {
  /// What becomes of the machines of `hosts` when these are gone all at once.
  /// - Throws: a host that is not there
  public func losing(_ hosts: Set<String>) throws(PlanningError) -> HostLoss {
    for host in hosts.sorted() where hostPositions[host] == nil { throw .unknownHost(id: host) }
    var after = pool
    for index in after.hosts.indices where hosts.contains(after.hosts[index].id) {
      after.hosts[index].isLive = false
    }
    let lost = after.vms.indices.filter { index in
      after.vms[index].host.map { hosts.contains($0) } ?? false
        && !after.vms[index].isControlDomain
    }
    let plan = try PoolPlanner(after).plan(failures: 0)
    // Machines of hosts that are only disabled are in the plan as well, but go on running.
    let isGone = { (id: String) in
      self.vmPositions[id].flatMap { self.pool.vms[$0].host }.map { hosts.contains($0) } ?? true
    }
    let unplaced = plan.unplaced.filter(isGone)
    let targets = Dictionary(
      plan.restarts.filter { isGone($0.vm) }.map { ($0.vm, $0.host) },
      uniquingKeysWith: { first, _ in first })
    let waiting = (Array(targets.keys) + unplaced).sorted { startOrder($0) < startOrder($1) }
    let restarts = waiting.map { id in
      HostLoss.Outcome(
        vm: id, from: vmPositions[id].flatMap { pool.vms[$0].host }, to: targets[id],
        priority: .restart)
    }
    for index in after.vms.indices {
      if let target = targets[after.vms[index].id] { after.vms[index].host = target }
    }
    for index in lost where targets[after.vms[index].id] == nil { after.vms[index].host = nil }
    let best = try tryBestEffort(
      lost, in: &after, isTried: unplaced.isEmpty)
    let unprotected = lost.filter {
      pool.vms[$0].restartPriority == .none || !pool.vms[$0].isAlwaysRun
    }
    return HostLoss(
      hosts: hosts.sorted(), restarts: restarts, bestEffort: best,
      unprotected: unprotected.map { index in
        HostLoss.Outcome(
          vm: pool.vms[index].id, from: pool.vms[index].host, to: nil,
          priority: pool.vms[index].restartPriority)
      }, pool: after)
  }

  /// Starts machines one by one, each on the host with most free by ``MemoryPolicy/dynamicMin``, as
  /// starting asks for.
  private func tryBestEffort(
    _ lost: [Int], in after: inout PlannerPool, isTried: Bool
  ) throws(PlanningError) -> [HostLoss.Outcome] {
    let tries = lost.filter {
      pool.vms[$0].restartPriority == .bestEffort && pool.vms[$0].isAlwaysRun
    }
    .sorted { pool.vms[$0].startOrder < pool.vms[$1].startOrder }
    var outcomes: [HostLoss.Outcome] = []
    for index in tries {
      let vm = pool.vms[index]
      let planner = try PoolPlanner(after)
      let free = planner.freeBytes(policy: .dynamicMin)
      let target = after.hosts.indices
        .filter { planner.isAvailable($0) && vm.boundHosts?.contains(after.hosts[$0].id) ?? true }
        .max { (free[$0], -$0) < (free[$1], -$1) }
      let fits = isTried && target.map { free[$0] >= after.model.startMiB(vm.shape) << 20 } ?? false
      let host = fits ? target.map { after.hosts[$0].id } : nil
      after.vms[index].host = host
      outcomes.append(
        HostLoss.Outcome(vm: vm.id, from: vm.host, to: host, priority: .bestEffort))
    }
    return outcomes
  }
}
