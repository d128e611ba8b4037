import ShadowModel

/// What the trace counted beyond the model at the traced size, over the run.
///
/// Faults of which the reconstruction made nothing happen at every size, and are added there. What
/// differs beside them comes of what was given up when, and is of the other sizes as much as they
/// have of faults for want of room. Reclaims are what size alone decides, and are left as they are.
struct TraceCorrection: Sendable {
  /// The counters that are corrected; shadows made are in no record, and stay the model's.
  static let names: [Counters.Name] = [
    .fault, .faultFixed, .unsync, .resync, .earlyUnshadow, .oosFixupAdd,
    .oosFixupEvict,
  ]
  private let replay: RunPoint
  private let tally: TraceTally
  /// The run with room for all; nil to add the whole difference everywhere.
  private let ample: Counters?
  private let unexplained: Int

  init(_ replay: TracedReplay, _ evidence: TraceEvidence, ample: RunPoint?) {
    self.replay = replay.point
    tally = evidence.tally
    unexplained = evidence.unexplained
    self.ample = ample?.counters
  }

  /// How much of the difference at the traced size is at a size at which `count` were counted.
  private func weight(_ name: Counters.Name, _ count: Int) -> Double {
    guard let ample else { return 1 }
    let want = Double(replay.counters[name] - ample[name])
    guard want > 0 else { return 1 }
    let share = Double(count - ample[name]) / want
    let difference = abs(tally.counters[name] - replay.counters[name])
    let always = difference > 0 ? min(1, Double(unexplained) / Double(difference)) : 0
    return always + (1 - always) * min(Self.most, max(0, share))
  }

  /// A size has at most so many times the faults for want of room that the traced one has.
  private static let most = 2.0

  /// `counters` of a run at another size when a share of its root loads was done.
  private func corrected(
    _ counters: Counters, replayed: Counters, share: Double, whole: Counters
  ) -> Counters {
    let shown = tally.counters(atShare: share)
    var result = counters
    for name in Self.names {
      let difference = Double(shown[name] - replayed[name]) * weight(name, whole[name])
      result[name] = max(0, counters[name] + Int(difference.rounded()))
    }
    return result
  }

  /// How far a counter of a corrected `point` may be off by what the model does not explain.
  func doubt(_ name: Counters.Name, _ point: RunPoint) -> Int {
    guard Self.names.contains(name) else { return 0 }
    let difference = Double(tally.counters[name] - replay.counters[name])
    return abs(Int((difference * weight(name, point.counters[name])).rounded()))
  }

  /// `point` with what the trace shows beyond the model, as a whole and at every mark.
  func applied(to point: RunPoint) -> RunPoint {
    guard !point.isCrashed else { return point }
    let whole = point.counters
    var point = point
    point.counters = corrected(whole, replayed: replay.counters, share: 1, whole: whole)
    for index in point.phases.indices where index < replay.phases.count {
      let then = replay.phases[index]
      let share = Double(then.rootLoads) / Double(max(1, replay.rootLoads))
      point.phases[index].counters = corrected(
        point.phases[index].counters, replayed: then.counters, share: share, whole: whole)
    }
    return point
  }
}
