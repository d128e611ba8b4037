extension PlannerPool {
  /// Hosts of which not all is known that their memory goes to: plans for them are at best.
  public struct UnknownMemory: Hashable, Sendable {
    /// Hosts without a control domain among the machines, by name.
    public var controlDomains: [String]
    /// Hosts whose record does not say what the hypervisor keeps, by name.
    public var overheads: [String]

    /// Whether all is known.
    public var isEmpty: Bool { controlDomains.isEmpty && overheads.isEmpty }
  }

  /// A host on which more is than it has.
  public struct Overfull: Hashable, Sendable {
    /// The host, by name.
    public var host: String
    /// MiB that machines have there when all are as small as ballooning makes them.
    public var usedMiB: Int
    /// MiB that there are for them.
    public var usableMiB: Int
  }

  /// What is not known of hosts' memory.
  public var unknownMemory: UnknownMemory {
    let known = Set(vms.filter(\.isControlDomain).compactMap(\.host))
    let alive = hosts.filter(\.isLive)
    return UnknownMemory(
      controlDomains: alive.filter { !known.contains($0.id) }.map(\.name).sorted(),
      overheads: alive.filter { !$0.isOverheadKnown }.map(\.name).sorted())
  }

  /// Hosts that hold more than they have, which no host does: something in the records is wrong.
  public var overfull: [Overfull] {
    var used: [String: Int] = [:]
    for vm in vms {
      if let host = vm.host { used[host, default: 0] += usedBytes(vm, policy: .dynamicMin) }
    }
    return hosts.compactMap { host in
      guard let bytes = used[host.id], bytes > host.usableBytes else { return nil }
      return Overfull(
        host: host.name, usedMiB: bytes >> 20, usableMiB: host.usableBytes >> 20)
    }
  }
}
