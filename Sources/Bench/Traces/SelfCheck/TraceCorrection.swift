import ShadowModel

/// What the trace counted beyond the model at the traced size, over the run.
///
/// Faults that the reconstruction does not explain happen at any size, and so does not the start
/// with empty shadows that the model makes and the traced guest did not: both are corrected by the
/// same difference. Reclaims are what size alone decides, and are left as they are.
struct TraceCorrection: Sendable {
  /// The counters that are corrected; shadows made go with the faults that make them.
  static let names: [Counters.Name] = [
    .fault, .faultFixed, .unsync, .resync, .earlyUnshadow, .oosFixupAdd,
    .oosFixupEvict,
  ]
  private let replay: RunPoint
  private let tally: TraceTally
  /// Shadows that the trace made for each that the model did.
  private let made: Double

  init(_ replay: TracedReplay, _ tally: TraceTally) {
    self.replay = replay.point
    self.tally = tally
    // Roots are made at root loads, of which the trace says nothing; they follow the faults.
    made = replay.promotions > 0 ? Double(tally.promotions) / Double(replay.promotions) : 0
  }

  /// Shadows made in the trace, as far as its faults say.
  var madeInTrace: Int { Int((made * Double(replay.counters[.alloc])).rounded()) }

  /// `counters` of a run at another size when a share of its root loads was done.
  private func corrected(_ counters: Counters, replayed: Counters, share: Double) -> Counters {
    let shown = tally.counters(atShare: share)
    var result = counters
    for name in Self.names {
      result[name] = max(0, counters[name] + shown[name] - replayed[name])
    }
    let extra = ((made - 1) * Double(replayed[.alloc])).rounded()
    result[.alloc] = max(0, counters[.alloc] + Int(extra))
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
