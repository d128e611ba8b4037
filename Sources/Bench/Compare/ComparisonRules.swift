public import Statistics

/// When a time counts as changed.
public struct ComparisonRules: Hashable, Sendable {
  /// Changes up to that share are not held against anyone.
  public var threshold: Double
  /// Of comparisons without any difference, the share that may find one, over all rows together.
  public var alpha: Double

  /// How much slower or faster the machine itself may have become, a share: less than the
  /// threshold, so that what it adds is no regression by itself.
  public var machineLimit = 0.02
  /// Whether each new time was measured beside the old one at its place, in turns.
  public var isPaired: Bool

  /// Rules; a threshold of 3 % and an alpha of 1 % unless something else is said.
  public init(threshold: Double = 0.03, alpha: Double = 0.01, isPaired: Bool = false) {
    self.threshold = threshold
    self.alpha = alpha
    self.isPaired = isPaired
  }
}

/// What a comparison says of a row.
public enum ComparisonVerdict: String, Sendable, Codable, CaseIterable {
  /// No difference: all figures are the same, or the ratio of the times is surely small.
  case same
  /// A figure that follows from the input alone is another.
  case differs
  /// Surely faster.
  case faster
  /// Surely slower, but not beyond the threshold.
  case slower
  /// Surely slower, and beyond the threshold.
  case regression
  /// The times are too few or too noisy to tell.
  case unsure
  /// The new results have nothing of it.
  case onlyInOld = "only in old"
  /// The old results have nothing of it.
  case onlyInNew = "only in new"

  /// Whether it is what a comparison checks for.
  public var isFault: Bool { self == .differs || self == .regression }
}

/// The times of one thing, old and new.
public struct TimingComparison: Sendable {
  /// What measured both.
  public let clock: TimingClock
  /// The old times, seconds.
  public let old: Samples
  /// The new times, seconds.
  public let new: Samples
  /// The test whether they differ.
  public let test: RankTest
  /// The test whether the pairs differ; nil where the times are not paired.
  public let pairedTest: SignedRankTest?
  /// How many times the old the new times are: the median of the ratios of every new time to every
  /// old one, or of each pair's; nil where too many old times are 0, of pairs where any is.
  public let ratio: Double?
  /// Where that ratio lies; nil where there is none.
  public let interval: ConfidenceInterval?
  /// How many times as long the fixed work took beside the new times as beside the old: how much
  /// slower the machine was itself; nil where it was not measured on both sides.
  public let machineRatio: Double?
  /// The probability of the test that decides, as if it were the only one.
  public let uncorrected: Double
  /// The same among all rows of a comparison.
  public internal(set) var probability: Double

  /// A comparison of times.
  /// - Parameter isPaired: whether each new time belongs to the old one at its place; as many of
  ///   each then
  public init(
    clock: TimingClock, old: MeasuredTimes, new: MeasuredTimes, isPaired: Bool = false
  ) {
    self.clock = clock
    if let before = old.fixedWork, let after = new.fixedWork {
      machineRatio = RankRatio(after, to: before)?.value
    } else {
      machineRatio = nil
    }
    let (old, new) = (old.runs, new.runs)
    self.old = old
    self.new = new
    test = RankTest(new, old)
    if isPaired {
      precondition(old.count == new.count, "a new time for each old one")
      let ratios = old.least > 0 ? Samples(zip(new.values, old.values).map { $0 / $1 }) : nil
      pairedTest = ratios.flatMap { Samples($0.values.map { $0 - 1 }) }.map(SignedRankTest.init)
      ratio = ratios?.median
      interval = ratios.map { ConfidenceInterval(medianOf: $0) }
    } else {
      pairedTest = nil
      let ratios = RankRatio(new, to: old, correlationTime: test.correlationTime)
      ratio = ratios.flatMap { $0.value.isFinite ? $0.value : nil }
      interval = ratios.flatMap { $0.interval.high.isFinite ? $0.interval : nil }
    }
    uncorrected = pairedTest?.correlatedProbability ?? test.correlatedProbability
    probability = uncorrected
  }

  /// How many repeats in a row tell as much as one.
  public var correlationTime: Double { pairedTest?.correlationTime ?? test.correlationTime }

  /// The ratio of the lower quartiles: of the quarter that was disturbed least.
  var quietRatio: Double? {
    let quartile = old.quantile(0.25)
    return quartile > 0 ? new.quantile(0.25) / quartile : nil
  }

  /// Whether the machine itself was another: its own speed changed by more than the rules allow.
  public func isMachineAnother(_ rules: ComparisonRules) -> Bool {
    guard pairedTest == nil, let machineRatio, machineRatio > 0 else { return false }
    return max(machineRatio, 1 / machineRatio) > 1 + rules.machineLimit
  }

  /// What the times say.
  ///
  /// First the machine must have been as fast for both: where the fixed work took longer, nothing
  /// is known of the program. Then three things must come together for a regression. The test must
  /// find a difference, so chance is not it. The ratio must be beyond the threshold, so it is not
  /// the machine's small change from minute to minute, which a test with many samples finds as
  /// well. And the lower quartiles' ratio must be beyond it: what slows a program slows its fast
  /// runs too, while other programs disturb some runs and leave others. Of pairs neither the
  /// machine nor the quartiles are asked for: what disturbs drops out of most of them, and is as
  /// likely to favour either side in the others.
  public func verdict(_ rules: ComparisonRules) -> ComparisonVerdict {
    guard let ratio, let quietRatio, let interval else { return .unsure }
    guard !isMachineAnother(rules) else { return .unsure }
    let limit = 1 + rules.threshold
    if probability <= rules.alpha {
      if pairedTest != nil {
        return ratio > limit ? .regression : ratio > 1 ? .slower : ratio < 1 ? .faster : .unsure
      }
      if ratio > limit && quietRatio > limit { return .regression }
      if ratio > 1 && quietRatio > 1 { return ratio > limit ? .unsure : .slower }
      return ratio < 1 && quietRatio < 1 ? .faster : .unsure
    }
    return interval.low >= 1 / limit && interval.high <= limit ? .same : .unsure
  }
}
