import Statistics

/// What makes a measured time doubtful.
public enum TimingWarning: Hashable, Sendable {
  /// The standard deviation is that share of the mean.
  case noise(Double)
  /// So many of so many repeats lie far from the rest.
  case outliers(Int, of: Int)
  /// Repeats resemble their neighbours: so many of them tell as much as one.
  case correlated(Double, of: Int)
  /// The first repeat took so many times the median of the others.
  case firstSlow(Double)
  /// So few repeats.
  case few(Int)
  /// A run takes so long, seconds, which is too short for the clock.
  case short(Double, TimingClock)
  /// So many runnable processes on so many processors.
  case load(Double, processors: Int)
  /// The processor's clock is decided by something else than `performance`.
  case governor(String)

  /// From that share on the standard deviation is noise.
  public static let mostVariation = 0.05
  /// Fewer repeats seldom show a difference of a few percent.
  public static let fewest = 10
  /// Up to that share of mild outliers is what chance brings.
  static let mostOutliers = 0.1

  /// From that many on repeats that tell as much as one are too few.
  public static let mostCorrelation = 3.0

  /// What the samples themselves say.
  static func found(in samples: Samples, clock: TimingClock, warmup: Int) -> [TimingWarning] {
    var warnings: [TimingWarning] = []
    if let variation = samples.variation, variation > mostVariation {
      warnings.append(.noise(variation))
    }
    let outliers = OutlierCount(samples)
    let share = Double(outliers.total) / Double(samples.count)
    if outliers.lowSevere + outliers.highSevere > 0 || share > mostOutliers {
      warnings.append(.outliers(outliers.total, of: samples.count))
    }
    let time = CorrelationTime(samples.values).samples
    if time >= mostCorrelation { warnings.append(.correlated(time, of: samples.count)) }
    if let ratio = firstRatio(samples) { warnings.append(.firstSlow(ratio)) }
    if samples.count < fewest { warnings.append(.few(samples.count)) }
    if samples.median < clock.leastSeconds { warnings.append(.short(samples.median, clock)) }
    return warnings
  }

  /// What the machine says.
  static func found(in machine: MachineFacts) -> [TimingWarning] {
    var warnings: [TimingWarning] = []
    if let load = machine.loadAverage.first, load > Double(machine.processors) {
      warnings.append(.load(load, processors: machine.processors))
    }
    if let governor = machine.governor, governor != "performance" {
      warnings.append(.governor(governor))
    }
    return warnings
  }

  /// How many times the others' median the first took, if it lies above their upper fence.
  private static func firstRatio(_ samples: Samples) -> Double? {
    guard let first = samples.values.first, samples.count >= 4,
      let others = Samples(Array(samples.values.dropFirst())), others.median > 0
    else { return nil }
    let (lower, upper) = (others.quantile(0.25), others.quantile(0.75))
    let fence = upper + max(1.5 * (upper - lower), 0.01 * others.median)
    return first > fence ? first / others.median : nil
  }

  /// What it is and what to do.
  public var text: String {
    switch self {
    case .noise(let share):
      "noise: the standard deviation is \(Numeral.percent(share)) % of the mean; differences below "
        + "that need many repeats, or a quieter machine"
    case .outliers(let count, let all):
      "outliers: \(count) of \(all) repeats lie far from the rest; something else used the machine"
    case .correlated(let time, let all):
      "the repeats rise and fall together: \(all) tell as much as "
        + "\(Numeral.fixed(max(1, Double(all) / time), 0)) independent ones; something else uses the "
        + "machine by turns, so measure old and new in turns and compare with --paired"
    case .firstSlow(let ratio):
      "the first repeat took \(Numeral.fixed(ratio, 2)) times the median of the others; --warmup 1 "
        + "leaves it out"
    case .few(let count):
      "few: \(count) \(count == 1 ? "repeat shows" : "repeats show") no difference of a few "
        + "percent; --repeats \(Self.fewest) or more may"
    case .short(let seconds, let clock):
      "short: a run takes \(Numeral.duration(seconds)), the clock tells "
        + "\(Numeral.duration(clock.leastSeconds)) at best; give a longer input"
        + (clock == .user ? ", or --clock wall" : "")
    case .load(let load, let processors):
      "load: \(Numeral.fixed(load, 1)) processes ran at the start, the machine has \(processors) "
        + (processors == 1 ? "processor" : "processors")
    case .governor(let governor):
      "the governor of the processor's clock is '\(governor)'; with 'performance' it does not vary"
    }
  }
}
