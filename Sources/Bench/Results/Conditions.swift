public import ShadowModel

/// What a result was made with.
public struct Conditions: Sendable {
  /// The input.
  public var input: WorkloadInput
  /// The guest, its P2M and the sizing rule.
  public var sizing: Sizing
  /// Which shadows are given up when the pool is full.
  public var policy: ReclaimPolicyChoice
  /// How shares are computed.
  public var rule: ShareRule
  /// What a size must meet.
  public var target: Target

  /// Conditions of a result.
  public init(
    input: WorkloadInput, sizing: Sizing, policy: ReclaimPolicyChoice, rule: ShareRule,
    target: Target
  ) {
    self.input = input
    self.sizing = sizing
    self.policy = policy
    self.rule = rule
    self.target = target
  }
}

/// One workload at one size.
public struct RunResult: Sendable {
  /// What it was made with.
  public var conditions: Conditions
  /// The size.
  public var result: SizeResult
  /// How it does.
  public var verdict: Verdict
  /// The run at an ample allocation.
  public var ample: RunPoint
  /// How long repeats of the run took; nil where it was not repeated.
  public var timing: Timing?
  /// A trace's check of itself; nil where the input is none.
  public var check: SelfCheck?

  /// A result.
  public init(conditions: Conditions, result: SizeResult, verdict: Verdict, ample: RunPoint) {
    self.conditions = conditions
    self.result = result
    self.verdict = verdict
    self.ample = ample
  }
}

/// One workload at many sizes.
public struct SweepResult: Sendable {
  /// What it was made with.
  public var conditions: Conditions
  /// The sizes, in the order in which they were asked for.
  public var points: [SizeResult]
  /// Every size that was measured, those of the search for the knee included.
  public var measured: [SizeResult]
  /// The knee; nil when a single size was asked for.
  public var knee: Knee?
  /// The run at an ample allocation.
  public var ample: RunPoint
  /// A trace's check of itself; nil where the input is none.
  public var check: SelfCheck?

  /// A result.
  public init(
    conditions: Conditions, points: [SizeResult], measured: [SizeResult], knee: Knee?,
    ample: RunPoint
  ) {
    self.conditions = conditions
    self.points = points
    self.measured = measured
    self.knee = knee
    self.ample = ample
  }

  /// The verdict on one of the points.
  public func verdict(on point: SizeResult) -> Verdict {
    conditions.target.verdict(on: point, among: measured)
  }
}
