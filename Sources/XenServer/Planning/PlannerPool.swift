/// A pool as planning for failures sees it.
public struct PlannerPool: Hashable, Sendable {
  /// The fields of the pool's record that high availability goes by.
  public struct HighAvailability: Hashable, Sendable {
    /// `ha_enabled`.
    public var isEnabled: Bool
    /// `ha_host_failures_to_tolerate`.
    public var failuresToTolerate: Int
    /// `ha_plan_exists_for`; nil when it is to be worked out, as the pool does from time to time.
    public var planExistsFor: Int?
    /// `ha_allow_overcommit`: nothing is refused.
    public var allowsOvercommit: Bool
    /// Whether the pool is a corosync cluster, which must keep a majority.
    public var isClustered: Bool

    /// Settings.
    public init(
      isEnabled: Bool = true, failuresToTolerate: Int = 0, planExistsFor: Int? = nil,
      allowsOvercommit: Bool = false, isClustered: Bool = false
    ) {
      self.isEnabled = isEnabled
      self.failuresToTolerate = failuresToTolerate
      self.planExistsFor = planExistsFor
      self.allowsOvercommit = allowsOvercommit
      self.isClustered = isClustered
    }
  }

  /// Its name for people; may be empty.
  public var name: String
  /// Its hosts, those that are not alive too.
  public var hosts: [PlannerHost]
  /// Its virtual machines and control domains.
  public var vms: [PlannerVM]
  /// High availability.
  public var highAvailability: HighAvailability
  /// How sizes are reckoned.
  public var model: MemoryModel

  /// A pool.
  public init(
    name: String = "", hosts: [PlannerHost], vms: [PlannerVM],
    highAvailability: HighAvailability = HighAvailability(), model: MemoryModel = MemoryModel()
  ) {
    self.name = name
    self.hosts = hosts
    self.vms = vms
    self.highAvailability = highAvailability
    self.model = model
  }

  /// The overhead that `vm`'s host is charged for, bytes: what its record says, or else the model.
  public func overheadBytes(_ vm: PlannerVM) -> Int {
    vm.recordedOverheadBytes ?? model.overheadBytes(vm.shape)
  }

  /// What `vm` takes of its host when `policy` counts, bytes.
  public func usedBytes(_ vm: PlannerVM, policy: MemoryPolicy = .staticMax) -> Int {
    let own =
      switch policy {
      case .staticMax: vm.shape.staticMaxBytes
      case .dynamicMax: vm.shape.dynamicMaxBytes
      case .dynamicMin: vm.shape.dynamicMinBytes
      }
    return own + overheadBytes(vm)
  }

  /// What a plan reckons `vm` to take, bytes: memory rounded up to MiB and the model's overhead,
  /// whatever the record says; the multiplier counts, but for `pv`.
  public func plannedBytes(_ vm: PlannerVM) -> Int {
    model.footprintMiB(vm.shape, policy: .staticMax, for: .admission) << 20
  }
}
