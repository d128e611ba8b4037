extension PoolPlanner {
  /// New machines as `id` is, each on the host that has most free after the one before it.
  ///
  /// One that fits nowhere has no host.
  /// - Throws: a machine that is not there
  public func adding(_ count: Int, like id: String) throws(PlanningError) -> PoolEdit {
    guard let model = vm(id) else { throw .unknownVM(id: id) }
    var planner = self
    var machines: [PlannerVM] = []
    for number in 0..<max(0, count) {
      var machine = model
      machine.id = "\(model.id)+\(number + 1)"
      machine.name = "\(model.name) (new \(number + 1))"
      machine.host = nil
      machine.recordedOverheadBytes = nil
      machine.host = planner.startHost(of: machine, free: planner.freeBytes(policy: .dynamicMin))
      machine.isAlwaysRun = machine.host != nil && machine.restartPriority != .none
      machines.append(machine)
      var pool = planner.pool
      pool.apply(.add([machine]))
      planner = try PoolPlanner(pool)
    }
    return .add(machines)
  }

  /// MiB that enlarging the pools of machines that run takes of each host at once, and what is free
  /// there by ``MemoryPolicy/staticMax``: hosts on which it does not suffice.
  ///
  /// `VM.set_shadow_multiplier_live` needs the difference to be free, and else fails with
  /// `HOST_NOT_ENOUGH_FREE_MEMORY`. Machines that are not `hvm` are not enlarged.
  public func liveShortages(_ multiplier: Double, vms: Set<String>) -> [LiveShortage] {
    var needed = pool.hosts.map { _ in 0 }
    for vm in pool.vms where vms.contains(vm.id) && vm.shape.domainType.usesMultiplier {
      guard let host = vm.host.flatMap({ hostPositions[$0] }) else { continue }
      var shape = vm.shape
      shape.multiplier = multiplier
      needed[host] += pool.model.poolMiB(shape) - pool.model.poolMiB(vm.shape)
    }
    let free = freeBytes()
    return pool.hosts.indices.filter { needed[$0] > free[$0] >> 20 }.map {
      LiveShortage(host: pool.hosts[$0].id, neededMiB: needed[$0], freeMiB: free[$0] >> 20)
    }
  }

  /// A host that has too little free for larger pools.
  public struct LiveShortage: Hashable, Sendable {
    /// The host.
    public var host: String
    /// MiB by which pools would grow.
    public var neededMiB: Int
    /// MiB that are free.
    public var freeMiB: Int
  }
}
