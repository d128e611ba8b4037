/// A host as planning for failures sees it.
public struct PlannerHost: Hashable, Sendable {
  /// Its UUID, or what stands for it: hosts are taken in its order.
  public var id: String
  /// Its name for people.
  public var name: String
  /// Memory in all, bytes: `host_metrics.memory_total`.
  public var memoryTotalBytes: Int
  /// What the hypervisor keeps, bytes: `host.memory_overhead`.
  public var memoryOverheadBytes: Int
  /// Whether that is known; 0 is reckoned with when it is not.
  public var isOverheadKnown = true
  /// `host.enabled`.
  public var isEnabled: Bool
  /// `host_metrics.live`, and in the set of hosts that HA takes for alive.
  public var isLive: Bool
  /// Whether guests get nested paging (EPT, NPT) there; nil when nobody says, as XenAPI does not.
  public var hasHAP: Bool?
  /// Whether it is an enabled member of the cluster, in pools with clustered storage.
  public var isClusterMember: Bool

  /// A host.
  public init(
    id: String, name: String? = nil, memoryTotalBytes: Int, memoryOverheadBytes: Int = 0,
    isEnabled: Bool = true, isLive: Bool = true, hasHAP: Bool? = nil,
    isClusterMember: Bool = true
  ) {
    self.id = id
    self.name = name ?? id
    self.memoryTotalBytes = memoryTotalBytes
    self.memoryOverheadBytes = memoryOverheadBytes
    self.isEnabled = isEnabled
    self.isLive = isLive
    self.hasHAP = hasHAP
    self.isClusterMember = isClusterMember
  }

  /// What machines can have, bytes; dom0 is one of them.
  public var usableBytes: Int { memoryTotalBytes - memoryOverheadBytes }
}
