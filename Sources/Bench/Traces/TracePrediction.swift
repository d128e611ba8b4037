/// A trace's counters at other sizes, and what they rest on.
public struct TracePrediction: Sendable {
  /// The counters at the sizes asked for, and the trace's check of itself.
  public var sweep: SweepResult
  /// What the prediction rests on.
  public var origin: TraceOrigin

  /// A prediction.
  public init(sweep: SweepResult, origin: TraceOrigin) {
    self.sweep = sweep
    self.origin = origin
  }
}
