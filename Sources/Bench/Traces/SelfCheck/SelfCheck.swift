import ShadowModel

/// A trace's guest replayed at the size it was traced at, beside what the trace itself counted.
///
/// What differs there is what the reconstruction could not explain: the error bar of every number
/// that is predicted from the trace.
public struct SelfCheck: Sendable {
  /// One counter, in the model and in the trace.
  public struct Residual: Hashable, Sendable {
    /// Its name, Xen's where Xen has it.
    public var name: String
    /// What the model counted.
    public var model: Int
    /// What the trace shows.
    public var trace: Int
    /// ``model`` − ``trace``, relative to the trace; to a least count where that is smaller.
    public var share: Double

    /// The difference.
    public var difference: Int { model - trace }
  }

  /// How much of the trace the model explains.
  public enum Outcome: String, Sendable {
    /// Every kind within 2 %.
    case explained
    /// A kind that is off by more than 2 %: it is said before anything else.
    case doubtful
    /// A kind that is off by more than 10 %: nothing is recommended.
    case unexplained
  }

  /// The size at which the trace was taken.
  public var size: TracedPages
  /// Kind by kind.
  public var residuals: [Residual]
  /// What the trace shows beside its counters.
  public var evidence: TraceEvidence
  /// The model at the traced size.
  public var replay: TracedReplay
  /// What is added to a prediction's counters, by when in the run: trace − model, at the traced
  /// size.
  let correction: TraceCorrection

  /// More than this is said first.
  public static let doubt = 0.02
  /// More than this, and there is no recommendation.
  public static let refusal = 0.1
  /// A difference is relative to this count where the trace has fewer.
  static let leastCount = 100
  /// And to this share of the trace's faults.
  static let leastShare = 0.01

  /// The check of `replay`, the model at the traced size.
  /// - Parameter ample: the model with room for all
  public init(
    _ replay: TracedReplay, size: TracedPages, evidence: TraceEvidence, ample: RunPoint? = nil
  ) {
    self.size = size
    self.replay = replay
    self.evidence = evidence
    let tally = evidence.tally
    let least = max(
      Double(Self.leastCount), Self.leastShare * Double(tally.counters[.fault]))
    func residual(_ name: String, _ model: Int, _ trace: Int) -> Residual {
      let share = Double(model - trace) / max(least, Double(trace))
      return Residual(name: name, model: model, trace: trace, share: share)
    }
    residuals = TraceTally.names.map {
      residual($0.xenName, replay.point.counters[$0], tally.counters[$0])
    }
    let counted = replay.point.counters
    residuals.append(
      residual(
        "emulated_writes", counted[.faultEmulateWrite] + counted[.faultFastEmulate],
        tally.emulations))
    residuals.append(
      residual("faults_making_shadows", replay.promotions, tally.promotions))
    correction = TraceCorrection(replay, evidence, ample: ample)
  }

  /// The kind that is furthest off.
  public var worst: Residual? { residuals.max { abs($0.share) < abs($1.share) } }

  /// How much of the trace the model explains.
  public var outcome: Outcome {
    let share = abs(worst?.share ?? 0)
    return share > Self.refusal ? .unexplained : share > Self.doubt ? .doubtful : .explained
  }
}
