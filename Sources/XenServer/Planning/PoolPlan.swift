/// Whether the pool survives a number of failures, and what would be restarted where now.
public struct PoolPlan: Sendable {
  /// The answer, in the toolstack's three kinds.
  public enum Status: String, CaseIterable, Sendable {
    /// Every protected machine can be restarted.
    case forAll = "all"
    /// Every one but those that can run on certain hosts only.
    case excludingNonAgile = "excluding-non-agile"
    /// There is no plan.
    case none = "none"
  }

  /// The answer.
  public var status: Status
  /// How it was found.
  public var method: PlanMethod
  /// Failures that are planned for.
  public var failures: Int
  /// Protected machines that do not run and where each would be started, in the order of starting.
  public var restarts: [PoolChange.Move]
  /// Protected machines that do not run and for which there is no place.
  public var unplaced: [String]
  /// Protected machines that can run on certain hosts only.
  public var nonAgile: [String]
  /// The hosts' free memory with the plan's machines placed, and the agile protected machines.
  public let problem: FailureProblem
}
