import GuestModel
public import NUMA

/// One workload at one size, run again and again to measure its time.
///
/// What is measured is a run's whole work: operations are made and the model carries them out, on
/// one thread. The reading of the input's files before it is not.
public struct RepeatedRun: Sendable {
  private let runner: Runner
  private let workload: any Workload
  private let expected: RunPoint
  private let warmupPhases: Int?

  /// The run of a result, to be repeated with the seed and the size of its first run.
  /// - Throws: what the input says when its operations cannot be made
  public init(
    of result: RunResult, makePager: @escaping PagerFactory,
    placement: NodePlacement = .anywhere
  ) throws {
    guard let expected = result.result.runs.first else {
      preconditionFailure("a result is of at least one run")
    }
    let conditions = result.conditions
    runner = Runner(
      settings: RunSettings(
        sizing: conditions.sizing, policy: conditions.policy, placement: placement,
        makePager: makePager))
    workload = try conditions.input.makeWorkload(expected.seed)
    warmupPhases = conditions.input.warmupPhases
    self.expected = expected
  }

  /// One run.
  public func callAsFunction() throws -> RunPoint {
    try runner.run(
      workload, seed: expected.seed, pages: expected.allocation.requestedPages,
      warmupPhases: warmupPhases)
  }

  /// Measures the run.
  /// - Parameter machine: the machine when it began; nil to say nothing of it
  /// - Throws: ``UnstableRunError`` when a run counts something else than the result
  public func measure(
    _ repeats: Repeats, machine: MachineFacts? = nil, progress: ProgressHandler? = nil
  ) throws -> Timing {
    runner.settings.placement.enter(0)
    let times = try repeats.measure(
      expecting: expected, now: repeats.clock.now, fixedWork: .standard, progress: progress,
      callAsFunction)
    return Timing(
      clock: repeats.clock, warmup: repeats.warmup, times: times, machine: machine)
  }
}
