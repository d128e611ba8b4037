public import Statistics

/// How long repeats of a run took.
public struct Timing: Hashable, Sendable {
  /// What measured them.
  public var clock: TimingClock
  /// Runs before them that were not measured.
  public var warmup: Int
  /// Seconds of each repeat, in their order.
  public var samples: Samples
  /// Seconds of the fixed work around each repeat; nil where it was not measured.
  public var fixedWork: Samples?
  /// What makes the figures doubtful.
  public var warnings: [TimingWarning]

  /// Times on a machine.
  /// - Parameters:
  ///   - times: what the repeats took, at least one
  ///   - machine: the machine when it began; nil to say nothing of it
  public init(clock: TimingClock, warmup: Int, times: RepeatTimes, machine: MachineFacts?) {
    guard let samples = Samples(times.runs) else {
      preconditionFailure("a clock's times are finite, and there is one")
    }
    self.clock = clock
    self.warmup = warmup
    self.samples = samples
    fixedWork = Samples(times.fixedWork)
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
