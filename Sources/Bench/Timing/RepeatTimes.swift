/// What repeats took.
public struct RepeatTimes: Hashable, Sendable {
  /// Seconds of each repeat, in their order.
  public var runs: [Double] = []
  /// Seconds of the fixed work around each, the mean of before and after; none if it was not asked
  /// for.
  public var fixedWork: [Double] = []

  /// Times; as many of the fixed work as of the runs, or none.
  public init(runs: [Double] = [], fixedWork: [Double] = []) {
    self.runs = runs
    self.fixedWork = fixedWork
  }
}
