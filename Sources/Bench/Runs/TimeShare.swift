import ShadowModel

/// Time that the hypervisor takes, relative to the guest's.
public struct TimeShare: Hashable, Sendable {
  /// All its work for the guest's page tables, relative to guest time.
  public var hypervisor: Double
  /// The part that a larger pool would have saved, relative to guest time.
  public var recreation: Double

  /// A crashed domain: no time is enough.
  static let crashed = TimeShare(hypervisor: .infinity, recreation: .infinity)
}

/// How shares of time are computed.
public struct ShareRule: Sendable {
  /// What the hypervisor's work costs.
  public var cost: any HypervisorCost
  /// Cycles of guest time that an access stands for in an input without a clock.
  public var cyclesPerAccess: Double

  /// Cycles for an access in an input without a clock when nothing else is said.
  public static let defaultCyclesPerAccess = 100.0

  /// A rule.
  public init(cost: any HypervisorCost, cyclesPerAccess: Double = defaultCyclesPerAccess) {
    self.cost = cost
    self.cyclesPerAccess = cyclesPerAccess
  }

  /// The shares of `point`'s steady part.
  ///
  /// Re-creation is what it costs more than `ample`, the same run with so large a pool that nothing
  /// was given up.
  public func share(of point: RunPoint, ample: RunPoint) -> TimeShare {
    guard !point.isCrashed else { return .crashed }
    let steady = point.steady
    let base = ample.steady
    let cycles = cost.hypervisorCycles(steady.counters, rootLoads: steady.rootLoads)
    let unavoidable = cost.hypervisorCycles(base.counters, rootLoads: base.rootLoads)
    let guest = max(1, guestCycles(base))
    return TimeShare(
      hypervisor: cycles / guest, recreation: max(0, cycles - unavoidable) / guest)
  }

  /// Guest time in cycles.
  func guestCycles(_ steady: SteadyState) -> Double {
    guard let nanoseconds = steady.nanoseconds else {
      return Double(steady.accesses) * cyclesPerAccess
    }
    return Double(nanoseconds) * cost.gigahertz
  }

  /// The rule in words, for the output.
  public func description(of steady: SteadyState) -> String {
    guard let nanoseconds = steady.nanoseconds else {
      return "no clock in this input: shares are relative to "
        + "\(Numeral.fixed(cyclesPerAccess, 0)) cycles for each access"
    }
    return "guest time: \(Numeral.fixed(Double(nanoseconds) / 1e9, 3)) s of marks at "
      + "\(Numeral.fixed(cost.gigahertz, 2)) GHz, \(steady.timedPhases - steady.warmupPhases) of "
      + "\(steady.timedPhases) phases (the first \(steady.warmupPhases) are warm-up)"
  }
}
