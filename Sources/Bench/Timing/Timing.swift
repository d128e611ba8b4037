public import Statistics

/// How long repeats of a run took.
public struct Timing: Hashable, Sendable {
  /// What measured them.
  public var clock: TimingClock
  /// Runs before them that were not measured.
  public var warmup: Int
  /// Seconds of each repeat, in their order.
  public var samples: Samples
  /// What makes the figures doubtful.
  public var warnings: [TimingWarning]

  /// Times on a machine.
  /// - Parameters:
  ///   - times: seconds of each repeat, at least one
  ///   - machine: the machine when it began; nil to say nothing of it
  public init(clock: TimingClock, warmup: Int, times: [Double], machine: MachineFacts?) {
    guard let samples = Samples(times) else {
      preconditionFailure("a clock's times are finite, and there is one")
    }
    self.clock = clock
    self.warmup = warmup
    self.samples = samples
    warnings =
      TimingWarning.found(in: samples, clock: clock, warmup: warmup)
      + (machine.map(TimingWarning.found) ?? [])
  }

  /// Where the median lies.
  public var interval: ConfidenceInterval { ConfidenceInterval(medianOf: samples) }
  /// Times that most repeats did not exceed, seconds, by their names.
  public var percentiles: [String: Double] {
    Percentiles(samples, resolution: 1e-9).byName
  }
}
