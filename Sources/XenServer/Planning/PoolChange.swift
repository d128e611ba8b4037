/// What an operation would change, for a plan that is made before it is carried out.
public struct PoolChange: Hashable, Sendable {
  /// A machine and a host.
  public struct Move: Hashable, Sendable {
    /// The machine.
    public var vm: String
    /// The host.
    public var host: String

    /// A move.
    public init(vm: String, host: String) {
      self.vm = vm
      self.host = host
    }
  }

  /// Machines that come to a host: it is charged for them.
  public var arriving: [Move]
  /// Machines that leave a host: it is credited.
  public var leaving: [Move]
  /// Hosts that are to be disabled.
  public var hostsToDisable: Set<String>
  /// Machines that are to be protected.
  public var newlyProtected: Set<String>

  /// A change; none when nothing is said.
  public init(
    arriving: [Move] = [], leaving: [Move] = [], hostsToDisable: Set<String> = [],
    newlyProtected: Set<String> = []
  ) {
    self.arriving = arriving
    self.leaving = leaving
    self.hostsToDisable = hostsToDisable
    self.newlyProtected = newlyProtected
  }
}
