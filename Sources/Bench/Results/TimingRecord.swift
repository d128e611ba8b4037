import Statistics

/// Where a true value lies, in a result.
struct IntervalRecord: Codable, Hashable {
  /// The middle sample; nil in the interval of a ratio, which is given beside it.
  var median: Double?
  var low: Double
  var high: Double
  /// How often such an interval holds the true value, 0 to 1.
  var confidence: Double
  /// `bootstrap` of a median, `ranks` of two groups' ratio, or `range` of too few samples.
  var method: String

  /// The interval of the median of `samples`.
  init(_ samples: Samples) {
    self.init(ConfidenceInterval(medianOf: samples), median: samples.median)
  }

  init(_ interval: ConfidenceInterval, median: Double? = nil) {
    self.median = median
    low = interval.low
    high = interval.high
    confidence = interval.confidence
    method = interval.method.rawValue
  }
}

/// Measured times in a result; the only figures besides the machine's that vary from run to run.
struct TimingRecord: Codable, Hashable {
  /// What measured them: `user_cpu` or `wall`.
  var clock: TimingClock
  /// Always `seconds`.
  var unit = "seconds"
  /// Runs before them that were not measured.
  var warmup: Int
  /// Each repeat, in order.
  var samples: [Double]
  /// Seconds of the fixed work around each repeat; no key where it was not measured.
  var fixedWork: [Double]?
  var median: Double
  var interval: IntervalRecord
  /// `p50`, `p90`, `p95`, `p99`, `p99_9` and `max`.
  var percentiles: [String: Double]
  /// Repeats far from the rest, by Tukey's fences.
  var outliers: OutlierCount
  /// What makes the figures doubtful.
  var warnings: [String]

  init(_ timing: Timing) {
    clock = timing.clock
    warmup = timing.warmup
    samples = timing.samples.values
    fixedWork = timing.fixedWork?.values
    median = timing.samples.median
    interval = IntervalRecord(timing.interval)
    percentiles = timing.percentiles
    outliers = OutlierCount(timing.samples)
    warnings = timing.warnings.map(\.text)
  }
}
