/// Hosts, what is free on them, and the virtual machines that must survive the failure of some.
///
/// Amounts are bytes in a pool, but may be of any unit. Equal amounts are told apart by the order
/// in which hosts and machines are given, so that the same problem always has the same answer.
public struct FailureProblem: Sendable {
  /// A host that is alive.
  public struct Host: Hashable, Sendable {
    /// Its identifier.
    public var id: String
    /// What is free beside all that is placed there.
    public var free: Int

    /// A host.
    public init(id: String, free: Int) {
      self.id = id
      self.free = free
    }
  }

  /// A virtual machine that must be restarted when its host fails.
  public struct VM: Hashable, Sendable {
    /// Its identifier.
    public var id: String
    /// What it takes of a host.
    public var size: Int

    /// A virtual machine.
    public init(id: String, size: Int) {
      self.id = id
      self.size = size
    }
  }

  /// The hosts that are alive, in the order given.
  public private(set) var hosts: [Host]
  /// The machines, the largest first.
  public let vms: [VM]
  /// For each machine the position of its host; nil for one that does not run.
  public private(set) var placement: [Int?]
  /// Hosts of the pool, with those that are not alive.
  public let totalHosts: Int

  /// A problem.
  /// - Parameters:
  ///   - placement: hosts of machines, by identifier; what they take is not free any more
  ///   - totalHosts: hosts with those that are not alive; those given when nothing is said
  /// - Throws: identifiers that are double or stand for nothing
  public init(
    hosts: [Host], vms: [VM], placement: [String: String] = [:], totalHosts: Int? = nil
  ) throws(PlanningError) {
    let total = totalHosts ?? hosts.count
    guard total >= max(1, hosts.count) else {
      throw .hostCount(total: total, live: hosts.count)
    }
    let hostPositions = try Self.positions(hosts.map(\.id))
    let vmPositions = try Self.positions(vms.map(\.id))
    // Sorted by identifier, so that of several mistakes the same one is named.
    for (vm, host) in placement.sorted(by: { $0.key < $1.key }) {
      guard vmPositions[vm] != nil else { throw .unknownVM(id: vm) }
      guard hostPositions[host] != nil else { throw .unknownHost(id: host) }
    }
    self.hosts = hosts
    let order = vms.indices.sorted { (-vms[$0].size, $0) < (-vms[$1].size, $1) }
    self.vms = order.map { vms[$0] }
    self.placement = self.vms.map { vm in placement[vm.id].flatMap { hostPositions[$0] } }
    self.totalHosts = total
  }

  /// Positions in ``vms`` of machines that do not run.
  public var unplaced: [Int] { vms.indices.filter { placement[$0] == nil } }

  /// A host for each of `vms` that fits, by position: the largest first, each to the host with most
  /// free, and left out if it does not fit there.
  ///
  /// - Complexity: O(machines · hosts)
  public func biggestFitDecreasing(_ vms: [Int]) -> [Int: Int] {
    var free = hosts.map(\.free)
    var plan: [Int: Int] = [:]
    for vm in vms.sorted() {
      guard let host = free.indices.max(by: { (free[$0], -$0) < (free[$1], -$1) }),
        free[host] >= self.vms[vm].size
      else { continue }
      free[host] -= self.vms[vm].size
      plan[vm] = host
    }
    return plan
  }

  /// The problem with `plan` carried out, positions of machines to positions of hosts.
  /// - Throws: a host that is too full, or positions of nothing
  public func applying(_ plan: [Int: Int]) throws(PlanningError) -> FailureProblem {
    var result = self
    for (vm, host) in plan.sorted(by: { $0.key < $1.key }) {
      guard vms.indices.contains(vm) else { throw .unknownVM(id: "#\(vm)") }
      guard hosts.indices.contains(host) else { throw .unknownHost(id: "#\(host)") }
      if let old = placement[vm] { result.hosts[old].free += vms[vm].size }
      result.placement[vm] = host
      result.hosts[host].free -= vms[vm].size
    }
    for host in Set(plan.values).sorted() where result.hosts[host].free < 0 {
      let free = hosts[host].free
      throw .overfull(
        host: hosts[host].id, free: free, needed: free - result.hosts[host].free)
    }
    return result
  }

  private static func positions(_ ids: [String]) throws(PlanningError) -> [String: Int] {
    var positions: [String: Int] = [:]
    for (index, id) in ids.enumerated() {
      guard positions.updateValue(index, forKey: id) == nil else { throw .duplicate(id: id) }
    }
    return positions
  }
}
