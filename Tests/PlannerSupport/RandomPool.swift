import GuestModel
public import XenServer

/// Makes random pools in which failures are sometimes survived and sometimes not.
public struct RandomPool {
  private var random: SeededGenerator

  /// Pools of `seed`.
  public init(seed: Int) { random = SeededGenerator(seed: UInt64(bitPattern: Int64(seed))) }

  /// A pool of two to six hosts and up to a dozen machines, of every kind.
  public mutating func small() -> PlannerPool {
    let ids = (1...(2 + random.below(5))).map { "host\($0)" }
    let hosts = ids.map { id in
      PlannerHost(
        id: id, memoryTotalBytes: (8 + random.below(25)) << 30,
        memoryOverheadBytes: random.below(600) << 20, isEnabled: random.below(12) > 0,
        isLive: random.below(12) > 0)
    }
    let domains = ids.map { id in
      PlannerVM(
        id: "dom0-\(id)", shape: MemoryShape(memoryMiB: 752, vcpus: 4, domainType: .pv),
        recordedOverheadBytes: 0, host: id, isControlDomain: true)
    }
    let vms = (0..<random.below(13)).map { machine($0, ids) }
    return PlannerPool(
      hosts: hosts, vms: domains + vms,
      model: MemoryModel(random.below(2) == 0 ? .before26_3 : .since26_3))
  }

  /// A pool of `hosts` hosts with `vms` protected machines, spread evenly and of many sizes.
  public mutating func large(hosts: Int, vms: Int) -> PlannerPool {
    let ids = (0..<hosts).map { "host\(1000 + $0)" }
    let machines = (0..<vms).map { index in
      PlannerVM(
        id: "vm\(10000 + index)",
        shape: MemoryShape(
          memoryMiB: 2048 << random.below(4), vcpus: 1 + random.below(8),
          multiplier: random.below(4) == 0 ? 4 : 1),
        host: ids[index % hosts], restartPriority: .restart, order: random.below(5))
    }
    let perHost = (vms + hosts - 1) / hosts
    return PlannerPool(
      hosts: ids.map {
        PlannerHost(
          id: $0, memoryTotalBytes: (perHost * 17 + 64) << 30, memoryOverheadBytes: 512 << 20)
      }, vms: machines,
      highAvailability: PlannerPool.HighAvailability(failuresToTolerate: 2))
  }

  private mutating func machine(_ index: Int, _ ids: [String]) -> PlannerVM {
    let types: [DomainType] = [.hvm, .hvm, .hvm, .hvm, .pv, .pvh, .pvInPVH]
    let priorities: [RestartPriority] = [.restart, .restart, .restart, .bestEffort, .none]
    let shape = MemoryShape(
      memoryMiB: 512 * (1 + random.below(16)), vcpus: 1 + random.below(8),
      multiplier: [1, 1, 2, 4, 1.5][random.below(5)], domainType: types[random.below(types.count)])
    // Few are bound to hosts: one that is protected leaves no plan for all.
    let bound = random.below(15) == 0 ? [ids[random.below(ids.count)]] : nil
    let host = random.below(8) == 0 ? nil : bound?.first ?? ids[random.below(ids.count)]
    return PlannerVM(
      id: "vm\(10 + index)", shape: shape,
      recordedOverheadBytes: random.below(4) == 0 ? random.below(400) << 20 : nil, host: host,
      restartPriority: priorities[random.below(priorities.count)],
      isAlwaysRun: random.below(10) > 0, order: random.below(4) - 1, boundHosts: bound)
  }
}
