public import ShadowModel

/// Whether a trace says what a size does.
public struct SizeEvidence: Sendable {
  /// Whether its counters are known, within ``closest`` or in the range from ``low`` to ``high``.
  public var isKnown: Bool
  /// Whether it is known if room has to be made: enough for a verdict.
  public var decides: Bool
  /// The fewest that can have been counted, where the answer is a range.
  public var low: Counters?
  /// The most.
  public var high: Counters?
  /// Why it is not known; nil if it is.
  public var reason: String?

  /// A size whose counters are known.
  static let known = SizeEvidence(isKnown: true)

  /// A size that the trace says nothing of.
  static func unknown(_ reason: String) -> SizeEvidence {
    SizeEvidence(isKnown: false, reason: reason)
  }

  /// Up to this, relative to it, a number is said without a range.
  static let closest = 0.03
  /// A range wider than this, relative to its upper end, is no answer.
  static let widest = 0.15
  /// Counters that have ranges.
  static let ranged: [Counters.Name] = [.fault, .faultFixed, .alloc, .prealloc1]

  init(
    isKnown: Bool, decides: Bool? = nil, low: Counters? = nil, high: Counters? = nil,
    reason: String? = nil
  ) {
    self.isKnown = isKnown
    self.decides = decides ?? isKnown
    self.low = low
    self.high = high
    self.reason = reason
  }
}

extension SelfCheck {
  /// What the trace says of a size at which the model counts what `point` has.
  /// - Parameters:
  ///   - point: the run at the size, as the domain would have it
  ///   - least: the smallest size that the model can be run at, with what is unseen beside it
  public func evidence(_ point: RunPoint, least: Int) -> SizeEvidence {
    let pages = point.allocation.pages
    let isComplete = evidence.showsAllSpaces
    guard isComplete || size.source == .given else {
      return .unknown(
        size.source == .unknown
          ? "nothing was given up in the trace, and \(unseen)"
          : "\(unseen), so that the traced size cannot be found; give it with --traced-pages")
    }
    if pages < least { return .unknown("\(size.gap) pages of tables were never seen made") }
    if pages == size.pages { return .known }
    if size.isMostlyUnseen, let shown = size.shown {
      return .unknown("the trace shows \(shown) pages in use of a pool of \(size.pages ?? 0)")
    }
    // What hits in a small pool hits in a larger one.
    if let traced = size.pages, pages > traced { return sampled(point) }
    if isComplete && point.counters[.prealloc1] == 0 || evidence.showsEverything {
      return sampled(point)
    }
    return range(point.counters)
  }

  private var unseen: String {
    "\(evidence.neverCold) of \(evidence.spaces) address spaces were never seen cold"
  }

  /// As far as one stretch of time tells what another would be.
  private func sampled(_ point: RunPoint) -> SizeEvidence {
    guard evidence.isSample else { return .known }
    if let drift = evidence.drift {
      return SizeEvidence(isKnown: false, decides: true, reason: drift.text)
    }
    let sums = point.phases.map(\.counters)
    guard let error = SamplingError(sums, traced: replay.point.phases.map(\.counters)) else {
      return SizeEvidence(
        isKnown: false, decides: true, reason: "the trace is too short to tell how steady it is")
    }
    var (low, high) = (point.counters, point.counters)
    for name in SizeEvidence.ranged {
      let half = Int(error.halfWidth(name).rounded(.up)) + correction.doubt(name, point)
      low[name] = max(0, low[name] - half)
      high[name] += half
    }
    let faults = point.counters[.faultFixed]
    let half = high[.faultFixed] - faults
    if half <= max(Self.leastCount, Int(SizeEvidence.closest * Double(faults))) { return .known }
    if Double(2 * half) <= SizeEvidence.widest * Double(high[.faultFixed]) {
      return SizeEvidence(isKnown: true, low: low, high: high)
    }
    return SizeEvidence(
      isKnown: false, decides: true, low: low, high: high,
      reason: "the trace is too short: at some sizes another one as long could differ by more than "
        + "\(Numeral.percent(SizeEvidence.widest)) %")
  }

  /// Below the traced size: unseen hits are faults there at most as often as a turn is cold.
  private func range(_ low: Counters) -> SizeEvidence {
    let why =
      evidence.showsAllSpaces
      ? "turns differ too much to say what they hit below the traced size" : unseen
    guard let cold = evidence.coldTurnFaults else { return .unknown(why) }
    let turns = Double(evidence.tally.rootLoads)
    var more = evidence.unseenLoads * turns * cold
    if !evidence.fillsHits {
      let made = Double(low[.alloc]) / max(1, Double(replay.point.counters[.alloc]))
      let coldTurns = evidence.coldShare * turns
      more +=
        max(0, min(turns, coldTurns * made) - coldTurns)
        * max(0, cold - (evidence.warmTurnFaults ?? 0))
    }
    var high = low
    for name in [Counters.Name.fault, .faultFixed] { high[name] += Int(more.rounded(.up)) }
    let scale = 1 / max(0.01, 1 - evidence.unseenLoads)
    for name in [Counters.Name.alloc, .prealloc1] {
      high[name] = Int((Double(low[name]) * scale).rounded(.up))
    }
    let isNarrow = SizeEvidence.ranged.allSatisfy {
      Double(high[$0] - low[$0]) <= SizeEvidence.widest * Double(max(1, high[$0]))
    }
    return isNarrow
      ? SizeEvidence(isKnown: true, low: low, high: high) : .unknown(why)
  }
}
