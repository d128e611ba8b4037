/// A domain over a sample's time.
struct TuneSample: Hashable {
  /// Shadow faults a second on each vCPU.
  var rate: Double
  /// Processors that the domain kept busy: 1 is one of them all the time.
  var processors: Double

  /// Whether the guest did too little for its rate to say anything.
  var isIdle: Bool { processors < TuneSettings.idleShare }
}

/// What several samples at one size say.
public struct TuneMeasurement: Hashable, Codable, Sendable {
  /// Shadow faults a second on each vCPU, the median.
  public var rate: Double
  /// How far samples are from ``rate``, the median of the distances.
  public var spread: Double
  /// Shadow faults for each second of processor time, the median: it does not fall because the
  /// guest does less.
  public var perProcessorSecond: Double
  /// Processors that the domain kept busy, the median.
  public var processors: Double
  /// Samples.
  public var samples: Int

  /// Sums up samples.
  /// - Parameter vcpus: the domain's, which ``rate`` is for each of
  init(_ samples: [TuneSample], vcpus: Int) {
    let median = Self.median(samples.map(\.rate))
    rate = median
    spread = Self.median(samples.map { abs($0.rate - median) })
    perProcessorSecond = Self.median(
      samples.map { $0.processors > 0 ? $0.rate * Double(vcpus) / $0.processors : 0 })
    processors = Self.median(samples.map(\.processors))
    self.samples = samples.count
  }

  /// The middle value; 0 of none.
  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let middle = sorted.count / 2
    guard sorted.count > 1 else { return last }
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

/// A size that was measured.
public struct TuneStep: Hashable, Codable, Sendable {
  /// The pool, pages, as Xen said it.
  public var pages: Int
  /// What was seen with it.
  public var measurement: TuneMeasurement
}
