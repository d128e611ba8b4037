public import Statistics

/// Times of repeats, as they are compared.
public struct MeasuredTimes: Sendable {
  /// Seconds of each repeat.
  public let runs: Samples
  /// Seconds of the fixed work around them; nil where it was not measured with each.
  public let fixedWork: Samples?

  /// Times; the fixed work's are left out unless there is one for each run.
  public init(runs: Samples, fixedWork: Samples? = nil) {
    self.runs = runs
    self.fixedWork = fixedWork?.count == runs.count ? fixedWork : nil
  }

  /// These and then `other`.
  func joined(with other: MeasuredTimes) -> MeasuredTimes {
    let both = [fixedWork, other.fixedWork].compactMap { $0?.values }
    return MeasuredTimes(
      runs: Samples(runs.values + other.runs.values) ?? runs,
      fixedWork: both.count == 2 ? Samples(both.flatMap { $0 }) : nil)
  }
}
