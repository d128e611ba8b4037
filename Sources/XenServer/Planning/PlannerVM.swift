/// What HA does for a virtual machine: `ha_restart_priority`.
public enum RestartPriority: String, CaseIterable, Sendable {
  /// It is restarted, and the pool plans for it.
  case restart
  /// Its restart is tried when all that are planned for run.
  case bestEffort = "best-effort"
  /// Nothing.
  case none = ""
}

/// A virtual machine as planning for failures sees it; templates and snapshots are none.
public struct PlannerVM: Hashable, Sendable {
  /// Its UUID, or what stands for it: machines are taken in its order.
  public var id: String
  /// Its name for people.
  public var name: String
  /// What decides its size.
  public var shape: MemoryShape
  /// The field `memory_overhead`, bytes; nil when the model must say it.
  public var recordedOverheadBytes: Int?
  /// The host it runs on, or is about to: `resident_on`, `scheduled_to_be_resident_on`; nil for one
  /// that is halted.
  public var host: String?
  /// Whether it is a control domain, dom0 first of all.
  public var isControlDomain: Bool
  /// `ha_restart_priority`.
  public var restartPriority: RestartPriority
  /// `ha_always_run`: set when a machine with a priority is started, cleared when it is shut down.
  public var isAlwaysRun: Bool
  /// `order`: machines of lower order start first, those of negative order last.
  public var order: Int
  /// The only hosts that have its disks and networks; nil for an agile machine, which can run
  /// everywhere.
  public var boundHosts: [String]?

  /// A virtual machine.
  /// - Parameters:
  ///   - recordedOverheadBytes: by the model when nothing is said
  ///   - isAlwaysRun: whether it has a host, when nothing is said
  public init(
    id: String, name: String? = nil, shape: MemoryShape, recordedOverheadBytes: Int? = nil,
    host: String? = nil, isControlDomain: Bool = false, restartPriority: RestartPriority = .none,
    isAlwaysRun: Bool? = nil, order: Int = 0, boundHosts: [String]? = nil
  ) {
    self.id = id
    self.name = name ?? id
    self.shape = shape
    self.recordedOverheadBytes = recordedOverheadBytes
    self.host = host
    self.isControlDomain = isControlDomain
    self.restartPriority = restartPriority
    self.isAlwaysRun = isAlwaysRun ?? (host != nil)
    self.order = order
    self.boundHosts = boundHosts
  }

  /// Whether the pool plans for it: `restart` alone is not enough, it must be meant to run.
  public var isProtected: Bool { isAlwaysRun && restartPriority == .restart }

  /// Whether it can run on every host.
  public var isAgile: Bool { boundHosts == nil }

  /// Where it stands when machines are started: negative orders last.
  var startOrder: (Int, Int, String) { (order < 0 ? 1 : 0, order < 0 ? 0 : order, id) }
}
