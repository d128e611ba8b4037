/// Plans for failures as the pool's master does.
///
/// The same pool always has the same plan: hosts and machines are taken in the order of their
/// identifiers, whatever order they are given in.
public struct PoolPlanner: Sendable {
  /// The pool, hosts and machines sorted by identifier.
  public let pool: PlannerPool
  /// Positions of hosts by identifier.
  let hostPositions: [String: Int]
  /// Positions of machines by identifier.
  let vmPositions: [String: Int]

  /// A planner.
  /// - Throws: identifiers that are double or stand for nothing, a pool without hosts
  public init(_ pool: PlannerPool) throws(PlanningError) {
    var sorted = pool
    sorted.hosts.sort { $0.id < $1.id }
    sorted.vms.sort { $0.id < $1.id }
    guard !sorted.hosts.isEmpty else { throw .hostCount(total: 0, live: 0) }
    hostPositions = try Self.positions(sorted.hosts.map(\.id))
    vmPositions = try Self.positions(sorted.vms.map(\.id))
    for vm in sorted.vms {
      for host in [vm.host].compactMap({ $0 }) + (vm.boundHosts ?? [])
      where hostPositions[host] == nil {
        throw .unknownHost(id: host)
      }
    }
    self.pool = sorted
  }

  /// The host of that identifier.
  public func host(_ id: String) -> PlannerHost? { hostPositions[id].map { pool.hosts[$0] } }

  /// The machine of that identifier.
  public func vm(_ id: String) -> PlannerVM? { vmPositions[id].map { pool.vms[$0] } }

  /// Whether the host at `position` counts: enabled, alive, and not to be disabled.
  func isAvailable(_ position: Int, _ change: PoolChange = PoolChange()) -> Bool {
    let host = pool.hosts[position]
    return host.isEnabled && host.isLive && !change.hostsToDisable.contains(host.id)
  }

  /// What is free on each host when every machine has what `policy` says, bytes.
  ///
  /// Never less than nothing. Machines that nobody protects count as well.
  public func freeBytes(policy: MemoryPolicy = .staticMax) -> [Int] {
    var free = pool.hosts.map(\.usableBytes)
    for vm in pool.vms {
      guard let host = vm.host.flatMap({ hostPositions[$0] }) else { continue }
      free[host] -= pool.usedBytes(vm, policy: policy)
    }
    return free.map { max(0, $0) }
  }

  private static func positions(_ ids: [String]) throws(PlanningError) -> [String: Int] {
    var positions: [String: Int] = [:]
    for (index, id) in ids.enumerated() {
      guard positions.updateValue(index, forKey: id) == nil else { throw .duplicate(id: id) }
    }
    return positions
  }
}
