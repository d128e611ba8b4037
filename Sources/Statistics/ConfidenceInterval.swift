import GuestModel

/// Where the true value lies, as far as samples can tell.
public struct ConfidenceInterval: Hashable, Sendable, Codable {
  /// How an interval was found.
  public enum Method: String, Sendable, Codable {
    /// From the spread of the figure in samples drawn from the samples.
    case bootstrap
    /// From the ranks of two groups' values among all of them: where the rank test finds no
    /// difference.
    case ranks
    /// The least and the greatest sample.
    case range
  }

  /// The lower end.
  public var low: Double
  /// The upper end.
  public var high: Double
  /// How often such an interval holds the true value, 0 to 1.
  public var confidence: Double
  /// How it was found.
  public var method: Method

  /// An interval.
  public init(low: Double, high: Double, confidence: Double, method: Method) {
    self.low = low
    self.high = high
    self.confidence = confidence
    self.method = method
  }

  /// Samples from which on a bootstrap says something.
  ///
  /// The range of n independent samples holds the true median in all but 2^(1-n) of cases: from six
  /// samples on that is more than 95 %, and with fewer no interval reaches it.
  public static let leastForBootstrap = 6

  /// The confidence of an interval unless something else is asked for.
  public static let standardConfidence = 0.95

  /// Resamples of a bootstrap unless something else is asked for.
  public static let standardResamples = 2_000

  /// An interval for the median of what `samples` are drawn from.
  ///
  /// From six samples on the percentile bootstrap (Efron and Tibshirani, "An introduction to the
  /// bootstrap", 1993, chapter 13), below that the range. The same samples and seed give the same
  /// interval.
  /// - Complexity: O(resamples × samples)
  public init(
    medianOf samples: Samples, confidence: Double = standardConfidence, seed: UInt64 = 1,
    resamples: Int = standardResamples
  ) {
    guard samples.count >= Self.leastForBootstrap else {
      self.init(
        low: samples.least, high: samples.greatest,
        confidence: Self.rangeConfidence(samples.count), method: .range)
      return
    }
    var generator = SeededGenerator(seed: seed)
    var medians = ResampledMedians(samples)
    let figures = (0..<resamples).map { _ in medians.next(&generator) }
    self.init(bootstrapped: figures, confidence: confidence)
  }

  /// What all but `1 - confidence` of the figures lie between, as many below as above.
  private init(bootstrapped figures: [Double], confidence: Double) {
    let sorted = figures.sorted()
    let outside = (1 - confidence) / 2
    let below = Int((outside * Double(sorted.count)).rounded(.down))
    self.init(
      low: sorted[below], high: sorted[sorted.count - 1 - below], confidence: confidence,
      method: .bootstrap)
  }

  /// How often the range of so many samples holds the median.
  static func rangeConfidence(_ count: Int) -> Double {
    var missed = 2.0
    for _ in 0..<count { missed /= 2 }
    return max(0, 1 - missed)
  }
}
