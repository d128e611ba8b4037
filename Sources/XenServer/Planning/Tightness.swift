/// The place at which a plan is nearest to failing, or fails.
public enum Tightness: Hashable, Sendable {
  /// One machine and the host it would be restarted on.
  case placement(Placement)
  /// The slots of the approximate method.
  case slots(Slots)
  /// As many hosts fail as there are, or more, so that nothing can be restarted.
  case noHostLeft(live: Int, failures: Int)

  /// One restart.
  public struct Placement: Hashable, Sendable {
    /// The hosts that failed, in their order; empty for machines that wait to be started now.
    public var failedHosts: [String]
    /// The machine.
    public var vm: String
    /// What it takes.
    public var size: Int
    /// The host with most free, where it would be restarted.
    public var host: String
    /// What is free there.
    public var free: Int

    /// A restart.
    public init(failedHosts: [String], vm: String, size: Int, host: String, free: Int) {
      self.failedHosts = failedHosts
      self.vm = vm
      self.size = size
      self.host = host
      self.free = free
    }

    /// What is left then; less than nothing when it does not fit.
    public var margin: Int { free - size }
  }

  /// Slots as large as the largest machine.
  public struct Slots: Hashable, Sendable {
    /// The largest machine.
    public var vm: String
    /// What it takes.
    public var size: Int
    /// The hosts with most slots: those that are taken to fail.
    public var failedHosts: [String]
    /// Slots on the other hosts.
    public var slots: Int
    /// Machines that may have to be restarted.
    public var needed: Int

    /// An estimate.
    public init(vm: String, size: Int, failedHosts: [String], slots: Int, needed: Int) {
      self.vm = vm
      self.size = size
      self.failedHosts = failedHosts
      self.slots = slots
      self.needed = needed
    }

    /// Slots that are left then; less than none when they do not suffice.
    public var margin: Int { slots - needed }
  }

  /// Whether the plan fails here.
  public var fails: Bool {
    switch self {
    case .placement(let placement): placement.margin < 0
    case .slots(let slots): slots.margin < 0
    case .noHostLeft: true
    }
  }
}
