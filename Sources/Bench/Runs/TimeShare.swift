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

  /// The shares of `point`'s steady part. Re-creation is what it costs more than `ample`, the same
  /// run with so large a pool that nothing was given up.
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
        + "\(Figure.fixed(cyclesPerAccess, 0)) cycles for each access"
    }
    return "guest time: \(Figure.fixed(Double(nanoseconds) / 1e9, 3)) s of marks at "
      + "\(Figure.fixed(cost.gigahertz, 2)) GHz, \(steady.timedPhases - steady.warmupPhases) of "
      + "\(steady.timedPhases) phases (the first \(steady.warmupPhases) are warm-up)"
  }
}

/// How a size does.
public enum Verdict: String, Sendable, CaseIterable, Comparable {
  /// Re-creation is within the target, and no failing size is near.
  case fits
  /// Re-creation is within the target, but a size less than the margin below fails.
  case tight
  /// Re-creation takes more than the target, or the domain crashes.
  case thrashes

  /// Whether the left verdict is the better one.
  public static func < (left: Verdict, right: Verdict) -> Bool {
    let order = Verdict.allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// What a size must meet.
public struct Target: Hashable, Sendable {
  /// Most re-creation time, relative to guest time.
  public var share: Double
  /// How far the next failing size must be below, relative to the size.
  public var margin: Double

  /// A target; 1 % of guest time, 10 % from the cliff.
  public init(share: Double = 0.01, margin: Double = 0.1) {
    self.share = share
    self.margin = margin
  }

  /// Whether a share is above the target when the hypervisor's work costs `factor` times as much.
  func fails(_ share: Double, costFactor factor: Double = 1) -> Bool { share * factor > self.share }

  /// The least size for which a failing size is the margin or more below, pages.
  func pages(above failing: Int) -> Int {
    Int((Double(failing) / (1 - margin) - 1e-9).rounded(.up))
  }

  /// The verdict on `result`, given other sizes that were measured.
  public func verdict(on result: SizeResult, among others: [SizeResult]) -> Verdict {
    if fails(result.share.recreation) { return .thrashes }
    let isNear = others.contains { other in
      other.allocation.pages < result.allocation.pages
        && pages(above: other.allocation.pages) > result.allocation.pages
        && fails(other.share.recreation)
    }
    return isNear ? .tight : .fits
  }

  /// The smallest size at which a verdict on `pages` needs no look further down.
  func edge(below pages: Int) -> Int {
    var edge = Int(Double(pages) * (1 - margin))
    while edge > 0 && self.pages(above: edge) > pages { edge -= 1 }
    while self.pages(above: edge + 1) <= pages { edge += 1 }
    return edge + 1
  }
}
