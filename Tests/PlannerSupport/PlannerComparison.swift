public import XenServer

/// Compares the planner with trying everything.
public struct PlannerComparison {
  /// Questions asked: pools and failures.
  public private(set) var questions = 0
  /// Questions to which the answer was that there is a plan.
  public private(set) var plans = 0
  /// Questions to which there was no plan although the machines could be placed somehow.
  public private(set) var missedPackings = 0
  /// Questions that the approximate method denies and the exact one does not.
  public private(set) var approximateDenials = 0

  /// No comparison yet.
  public init() {}

  /// Compares every number of failures of `pool`.
  /// - Returns: what is wrong, one line for each; empty when nothing is
  public mutating func compare(_ pool: PlannerPool) throws -> [String] {
    var wrong: [String] = []
    let planner = try PoolPlanner(pool)
    var statuses: [PoolPlan.Status] = []
    for failures in 0...pool.hosts.count {
      questions += 1
      var plain = PlainPlanner(pool)
      let expected = plain.status(failures: failures)
      let plan = try planner.plan(failures: failures)
      statuses.append(expected)
      if plan.status != expected {
        wrong.append("\(failures) failures: \(plan.status), by trying everything \(expected)")
      }
      let hasPlan = plan.status != .none
      if hasPlan { plans += 1 }
      let packs = plain.hasPacking(failures: failures)
      if hasPlan && !packs { wrong.append("\(failures) failures: a plan where nothing fits") }
      if !hasPlan && packs && plan.unplaced.isEmpty { missedPackings += 1 }
      guard plan.unplaced.isEmpty || hasPlan else { continue }
      wrong += try checkMethods(planner, failures, hasPlan: hasPlan, margin: plain.leastMargin)
    }
    let most = try planner.mostFailures()
    let expected = FailureProblem.mostFailures(limit: pool.hosts.count) { statuses[$0] == .forAll }
    if most != expected { wrong.append("most failures \(most), by trying everything \(expected)") }
    return wrong
  }

  private mutating func checkMethods(
    _ planner: PoolPlanner, _ failures: Int, hasPlan: Bool, margin: Int?
  ) throws -> [String] {
    var wrong: [String] = []
    let tightest = try planner.tightest(failures: failures)
    if tightest?.fails == true && hasPlan || tightest?.fails == false && !hasPlan {
      wrong.append("\(failures) failures: a plan is \(hasPlan), the tightest place says otherwise")
    }
    if case .placement(let place) = tightest, place.margin != margin {
      wrong.append("\(failures) failures: margin \(place.margin), expected \(margin ?? -1)")
    }
    let problem = try planner.plan(failures: failures).problem
    let exact = try problem.survives(failures, method: .exact)
    let approximate = try problem.survives(failures, method: .approximate)
    if approximate && !exact && problem.hosts.count > failures {
      wrong.append("\(failures) failures: the approximate method is more hopeful than the exact")
    }
    if exact && !approximate { approximateDenials += 1 }
    return wrong
  }
}
