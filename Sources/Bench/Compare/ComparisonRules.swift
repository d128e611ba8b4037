public import Statistics

/// When a time counts as changed.
public struct ComparisonRules: Hashable, Sendable {
  /// Changes up to that share are not held against anyone.
  public var threshold: Double
  /// Of comparisons without any difference, the share that may find one, over all rows together.
  public var alpha: Double

  /// Rules; a threshold of 3 % and an alpha of 1 % unless something else is said.
  public init(threshold: Double = 0.03, alpha: Double = 0.01) {
    self.threshold = threshold
    self.alpha = alpha
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
  /// The new median over the old; nil where the old is 0.
  public let ratio: Double?
  /// Where that ratio lies; nil where a time is 0.
  public let interval: ConfidenceInterval?
  /// The test's probability, as if it were the only one.
  public internal(set) var probability: Double

  /// A comparison of times.
  public init(clock: TimingClock, old: Samples, new: Samples) {
    self.clock = clock
    self.old = old
    self.new = new
    test = RankTest(new, old)
    ratio = old.median > 0 ? new.median / old.median : nil
    interval = ConfidenceInterval(ratioOf: new, to: old)
    probability = test.probability
  }

  /// The ratio of the lower quartiles: of the quarter that was disturbed least.
  var quietRatio: Double? {
    let quartile = old.quantile(0.25)
    return quartile > 0 ? new.quantile(0.25) / quartile : nil
  }

  /// What the times say.
  ///
  /// Three things must come together for a regression. The test must find a difference, so chance
  /// is not it. The medians' ratio must be beyond the threshold, so it is not the machine's small
  /// change from minute to minute, which a test with many samples finds as well. And the lower
  /// quartiles' ratio must be beyond it: what slows a program slows its fast runs too, while other
  /// programs disturb some runs and leave others.
  public func verdict(_ rules: ComparisonRules) -> ComparisonVerdict {
    guard let ratio, let quietRatio, let interval else { return .unsure }
    let limit = 1 + rules.threshold
    if probability <= rules.alpha {
      if ratio > limit && quietRatio > limit { return .regression }
      if ratio > 1 && quietRatio > 1 { return ratio > limit ? .unsure : .slower }
      return ratio < 1 && quietRatio < 1 ? .faster : .unsure
    }
    return interval.low >= 1 / limit && interval.high <= limit ? .same : .unsure
  }
}
