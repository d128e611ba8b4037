extension PoolEdit {
  /// The machines that it is about.
  var machines: Set<String> {
    switch self {
    case .multiplier(_, let vms), .memory(_, let vms), .vcpus(_, let vms), .priority(_, let vms):
      vms
    case .add(let vms): Set(vms.map(\.id))
    }
  }

  /// Whether a machine must be shut down for it, and is asked about when it is started again.
  var isRestart: Bool {
    switch self {
    case .memory, .vcpus, .add: true
    case .multiplier, .priority: false
    }
  }

  /// The same edit, one machine at a time; whole where no plan is asked.
  func parts(in pool: PlannerPool) -> [PoolEdit] {
    let ordered = machines.sorted()
    switch self {
    case .multiplier: return [self]
    case .memory(let mebibytes, _): return ordered.map { .memory(mebibytes: mebibytes, vms: [$0]) }
    case .vcpus(let vcpus, _): return ordered.map { .vcpus(vcpus, vms: [$0]) }
    case .priority(let priority, _): return ordered.map { .priority(priority, vms: [$0]) }
    case .add(let vms): return vms.map { .add([$0]) }
    }
  }

  /// The operation that is asked of the plan, of an edit of one machine; nil when none is.
  func operation(in pool: PlannerPool) -> PoolOperation? {
    guard let id = machines.first, let vm = pool.vms.first(where: { $0.id == id }),
      let host = vm.host
    else { return nil }
    switch self {
    case .multiplier: return nil
    case .priority(let priority, _): return priority == .restart ? .protect(vm: id) : nil
    case .memory, .vcpus, .add: return .start(vm: id, host: host)
    }
  }
}

extension PlannerPool {
  /// The pool with machines shut down.
  func halting(_ machines: Set<String>) -> PlannerPool {
    var pool = self
    for index in pool.vms.indices where machines.contains(pool.vms[index].id) {
      pool.vms[index].host = nil
      pool.vms[index].isAlwaysRun = false
    }
    return pool
  }
}

extension PoolPlanner {
  /// The host with most free that `vm` may be started on; nil when it fits on none.
  /// - Parameter free: as ``freeBytes(policy:)`` says it of ``MemoryPolicy/dynamicMin``
  func startHost(of vm: PlannerVM, free: [Int]) -> String? {
    let possible = pool.hosts.indices.filter { host in
      isAvailable(host) && vm.boundHosts?.contains(pool.hosts[host].id) ?? true
    }
    guard let best = possible.max(by: { (free[$0], -$0) < (free[$1], -$1) }),
      free[best] >= pool.model.startMiB(vm.shape) << 20
    else { return nil }
    return pool.hosts[best].id
  }
}
