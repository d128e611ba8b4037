extension PoolPlanner {
  /// The plan for `failures` more failures, made as if `change` were carried out.
  ///
  /// 1. Hosts that are disabled or not alive are left out, but count in the pool's size.
  /// 2. Each host has free what its machines leave by ``MemoryPolicy/staticMax``, protected or not.
  /// 3. A protected machine that can run on certain hosts only belongs to the first of them, which
  ///   is
  ///    charged for it unless it runs somewhere already.
  /// 4. Agile protected machines that do not run, or whose host does not count, are placed now, by
  ///    ``FailureProblem/biggestFitDecreasing(_:)``. If one has no place, there is no plan.
  /// 5. The rest is asked of ``FailureProblem/survives(_:method:)``.
  /// - Throws: failures of more hosts than there are, or of less than none; a change of what is not
  ///   there
  public func plan(
    failures: Int, change: PoolChange = PoolChange()
  ) throws(PlanningError) -> PoolPlan {
    let hosts = try placements(change)
    var free = freeBytes(hosts: hosts, change)
    let protected = pool.vms.indices.filter { isProtected($0, change) }
    var restarts: [PoolChange.Move] = []
    var unplaced: [String] = []
    for position in protected where !pool.vms[position].isAgile && hosts[position] == nil {
      let vm = pool.vms[position]
      guard let target = firstHost(of: vm, change) else {
        unplaced.append(vm.id)
        continue
      }
      free[target] -= pool.plannedBytes(vm)
      restarts.append(PoolChange.Move(vm: vm.id, host: pool.hosts[target].id))
    }
    let agile = protected.filter { pool.vms[$0].isAgile }
    var problem = try problem(agile, hosts: hosts, free: free, change)
    let waiting = problem.unplaced
    let starts = problem.biggestFitDecreasing(waiting)
    problem = try problem.applying(starts)
    restarts += starts.map {
      PoolChange.Move(vm: problem.vms[$0.key].id, host: problem.hosts[$0.value].id)
    }
    let homeless = waiting.filter { starts[$0] == nil }.map { problem.vms[$0].id }
    let survives = try problem.survives(failures)
    let nonAgile = protected.filter { !pool.vms[$0].isAgile }.map { pool.vms[$0].id }
    return PoolPlan(
      status: homeless.isEmpty && survives
        ? nonAgile.isEmpty ? .forAll : .excludingNonAgile : .none,
      method: .chosen(failures: failures, totalHosts: pool.hosts.count), failures: failures,
      restarts: restarts.sorted { startOrder($0.vm) < startOrder($1.vm) },
      unplaced: (unplaced + homeless).sorted { startOrder($0) < startOrder($1) },
      nonAgile: nonAgile, problem: problem)
  }

  /// Where the plan for `failures` is nearest to failing, or fails.
  ///
  /// A machine for which there is no place now comes before all that may fail later.
  /// - Throws: as ``plan(failures:change:)``
  public func tightest(
    failures: Int, change: PoolChange = PoolChange()
  ) throws(PlanningError) -> Tightness? {
    let plan = try plan(failures: failures, change: change)
    let problem = plan.problem
    if let vm = problem.unplaced.first {
      let roomiest = problem.hosts.indices.max {
        (problem.hosts[$0].free, -$0) < (problem.hosts[$1].free, -$1)
      }
      guard let roomiest else { return .noHostLeft(live: 0, failures: failures) }
      let host = problem.hosts[roomiest]
      return .placement(
        Tightness.Placement(
          failedHosts: [], vm: problem.vms[vm].id, size: problem.vms[vm].size, host: host.id,
          free: host.free))
    }
    return try problem.tightest(failures)
  }

  func startOrder(_ id: String) -> (Int, Int, String) {
    vmPositions[id].map { pool.vms[$0].startOrder } ?? (2, 0, id)
  }

  private func isProtected(_ position: Int, _ change: PoolChange) -> Bool {
    let vm = pool.vms[position]
    return !vm.isControlDomain && (vm.isProtected || change.newlyProtected.contains(vm.id))
  }

  /// The position of each machine's host; nil for one that runs on no host that counts.
  private func placements(_ change: PoolChange) throws(PlanningError) -> [Int?] {
    var hosts = pool.vms.map { vm in vm.host.flatMap { hostPositions[$0] } }
    for move in change.leaving {
      guard let vm = vmPositions[move.vm] else { throw .unknownVM(id: move.vm) }
      hosts[vm] = nil
    }
    for move in change.arriving {
      guard let vm = vmPositions[move.vm] else { throw .unknownVM(id: move.vm) }
      guard let host = hostPositions[move.host] else { throw .unknownHost(id: move.host) }
      hosts[vm] = host
    }
    return hosts.map { host in host.flatMap { isAvailable($0, change) ? $0 : nil } }
  }

  /// Free memory by what runs, and the planned size of what arrives and leaves.
  private func freeBytes(hosts: [Int?], _ change: PoolChange) -> [Int] {
    var free = freeBytes()
    for move in change.leaving {
      guard let vm = vmPositions[move.vm], let host = hostPositions[move.host] else { continue }
      free[host] += pool.plannedBytes(pool.vms[vm])
    }
    for move in change.arriving {
      guard let vm = vmPositions[move.vm], let host = hostPositions[move.host] else { continue }
      free[host] -= pool.plannedBytes(pool.vms[vm])
    }
    return free
  }

  private func firstHost(of vm: PlannerVM, _ change: PoolChange) -> Int? {
    (vm.boundHosts ?? []).compactMap { hostPositions[$0] }.filter { isAvailable($0, change) }.min()
  }

  private func problem(
    _ agile: [Int], hosts: [Int?], free: [Int], _ change: PoolChange
  ) throws(PlanningError) -> FailureProblem {
    let live = pool.hosts.indices.filter { isAvailable($0, change) }
    var placement: [String: String] = [:]
    for vm in agile {
      if let host = hosts[vm] { placement[pool.vms[vm].id] = pool.hosts[host].id }
    }
    return try FailureProblem(
      hosts: live.map { FailureProblem.Host(id: pool.hosts[$0].id, free: free[$0]) },
      vms: agile.map {
        FailureProblem.VM(id: pool.vms[$0].id, size: pool.plannedBytes(pool.vms[$0]))
      },
      placement: placement, totalHosts: pool.hosts.count)
  }
}
