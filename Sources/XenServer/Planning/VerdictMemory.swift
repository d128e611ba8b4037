/// Verdicts of one pool, each worked out once for all machines that the plan cannot tell apart.
///
/// A plan knows of a machine what it takes, where it is and may be, and whether it is protected: as
/// many plans are made as there are kinds of machines, not as there are machines.
struct VerdictMemory {
  /// What a verdict depends on.
  private enum Kind: Hashable {
    case start(size: Int, host: String, isProtected: Bool, bound: [String]?)
    case protect(size: Int, host: String?, isAlwaysRun: Bool, bound: [String]?)
  }

  private let planner: PoolPlanner
  private let failures: Int
  private let now: PoolPlan.Status
  private var known: [Kind: OperationVerdict] = [:]
  /// Plans that were made so far.
  private(set) var plans = 1

  /// Nothing known yet.
  init(_ planner: PoolPlanner) throws(PlanningError) {
    self.planner = planner
    let plan = try planner.plannedFor()
    (failures, now) = (plan.failures, plan.status)
  }

  /// The verdict on an operation.
  mutating func verdict(_ operation: PoolOperation) throws(PlanningError) -> OperationVerdict {
    let kind = kind(of: operation)
    if let kind, let verdict = known[kind] { return verdict }
    let verdict = try planner.verdict(operation, failures: failures, now: now)
    plans += 1
    if let kind { known[kind] = verdict }
    return verdict
  }

  private func kind(of operation: PoolOperation) -> Kind? {
    switch operation {
    case .start(let id, let host):
      planner.vm(id).map {
        .start(
          size: planner.pool.plannedBytes($0), host: host,
          isProtected: $0.isProtected || $0.restartPriority == .restart, bound: $0.boundHosts)
      }
    case .protect(let id):
      planner.vm(id).map {
        .protect(
          size: planner.pool.plannedBytes($0), host: $0.host, isAlwaysRun: $0.isAlwaysRun,
          bound: $0.boundHosts)
      }
    case .migrate, .disable, .tolerate: nil
    }
  }
}
