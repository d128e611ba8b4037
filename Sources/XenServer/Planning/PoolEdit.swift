/// A change of a pool that someone thinks of making.
public enum PoolEdit: Hashable, Sendable {
  /// `HVM_shadow_multiplier` of machines.
  case multiplier(Double, vms: Set<String>)
  /// All memory limits of machines, MiB.
  case memory(mebibytes: Int, vms: Set<String>)
  /// `VCPUs_max` of machines.
  case vcpus(Int, vms: Set<String>)
  /// What HA does for machines that run.
  case priority(RestartPriority, vms: Set<String>)
  /// New machines; those that have a host run there.
  case add([PlannerVM])
}

extension PlannerPool {
  /// Makes `edit`.
  ///
  /// The overhead of a machine that changes is the model's afterwards, as the toolstack works the
  /// field out anew.
  public mutating func apply(_ edit: PoolEdit) {
    let ids: Set<String>
    let change: (inout PlannerVM) -> Void
    switch edit {
    case .multiplier(let multiplier, let vms):
      ids = vms
      change = { $0.shape.multiplier = multiplier }
    case .memory(let mebibytes, let vms):
      ids = vms
      change = { vm in
        let bytes = min(max(mebibytes, 0), MemoryShape.byteLimit >> 20) << 20
        vm.shape.staticMaxBytes = bytes
        vm.shape.dynamicMaxBytes = bytes
        vm.shape.dynamicMinBytes = bytes
      }
    case .vcpus(let vcpus, let vms):
      ids = vms
      change = { $0.shape.vcpus = vcpus }
    case .priority(let priority, let vms):
      ids = vms
      change = {
        $0.restartPriority = priority; $0.isAlwaysRun = $0.host != nil
      }
    case .add(let machines):
      vms += machines
      return
    }
    for index in vms.indices where ids.contains(vms[index].id) {
      let shape = vms[index].shape
      change(&vms[index])
      if vms[index].shape != shape { vms[index].recordedOverheadBytes = nil }
    }
  }
}
