import ShadowModel

/// What the trace counted beyond the model at the traced size, over the run.
///
/// Faults that the reconstruction does not explain happen at any size, and so does not the start
/// with empty shadows that the model makes and the traced guest did not: both are corrected by the
/// same difference. Reclaims are what size alone decides, and are left as they are.
struct TraceCorrection: Sendable {
  /// The counters that are corrected; shadows made are in no record, and stay the model's.
  static let names: [Counters.Name] = [
    .fault, .faultFixed, .unsync, .resync, .earlyUnshadow, .oosFixupAdd,
    .oosFixupEvict,
  ]
  private let replay: RunPoint
  private let tally: TraceTally

  init(_ replay: TracedReplay, _ tally: TraceTally) {
    self.replay = replay.point
    self.tally = tally
  }

  /// `counters` of a run at another size when a share of its root loads was done.
  private func corrected(_ counters: Counters, replayed: Counters, share: Double) -> Counters {
    let shown = tally.counters(atShare: share)
    var result = counters
    for name in Self.names {
      result[name] = max(0, counters[name] + shown[name] - replayed[name])
    }
    return result
  }

  /// `point` with what the trace shows beyond the model, as a whole and at every mark.
  func applied(to point: RunPoint) -> RunPoint {
    guard !point.isCrashed else { return point }
    var point = point
    point.counters = corrected(point.counters, replayed: replay.counters, share: 1)
    for index in point.phases.indices where index < replay.phases.count {
      let then = replay.phases[index]
      let share = Double(then.rootLoads) / Double(max(1, replay.rootLoads))
      point.phases[index].counters = corrected(
        point.phases[index].counters, replayed: then.counters, share: share)
    }
    return point
  }
}
