import GuestModel

/// What a lockstep made of a trace.
struct LockstepResult {
  let beginsUnpaged: Bool
  let operations: [Operation]
  /// What comes before ``traceBegin`` at sizes larger than the traced one; empty for the same.
  let warmUp: [Operation]
  /// How many operations come before the trace's own.
  let traceBegin: Int
  let plan: TracePlan
  let figures: LockstepFigures
  /// Address spaces that were never seen cold, once, and more often.
  let seenCold: [Int]
  /// Pages in use when room was made, as far as the trace shows them; nil if none was made.
  let tracedPages: Int?

  init(
    _ steps: [TraceStep], _ layout: TraceLayout, _ shape: GuestShape, startsUnpaged: Bool = false,
    gigahertz: Double
  ) throws(InputError) {
    var lockstep = try Lockstep(
      steps: steps, layout: layout, shape: shape, startsUnpaged: startsUnpaged, gigahertz: gigahertz
    )
    let starts = startsUnpaged ? [] : lockstep.likelyStarts
    if starts.contains(where: { $0 != nil }) {
      lockstep = try Lockstep(
        steps: steps, layout: layout, shape: shape, startsUnpaged: startsUnpaged, starts: starts,
        gigahertz: gigahertz)
    }
    beginsUnpaged = startsUnpaged
    figures = lockstep.figures
    // With PAE it is not known which directories were given up, only how many.
    tracedPages = shape.mode == .pae ? nil : figures.pagesWhenFull
    operations = lockstep.allOperations()
    traceBegin = operations.count - lockstep.operations.count
    warmUp = lockstep.warmUp()
    plan = lockstep.plan
    var seen = [0, 0, 0]
    for space in lockstep.spaces where space.turns > 0 || space.wasGivenUp {
      // The first time counts only where its tables had to be made as well.
      let wasThere = !startsUnpaged && space.isFirst && space.wasResident != false
      let cold = space.coldTurns - (wasThere ? 1 : 0)
      seen[min(max(0, cold), 2)] += 1
    }
    seenCold = seen
  }
}

extension LockstepFigures {
  /// Pages in use when room was made towards the end, when the most is known; nil if none was.
  ///
  /// Room is made when fewer than three pages are free, so the pool is a page larger, give or take.
  var pagesWhenFull: Int? {
    guard !pagesAtReclaims.isEmpty else { return nil }
    let last = pagesAtReclaims.suffix(pagesAtReclaims.count / 10 + 1).sorted()
    return last[last.count / 2] + 1
  }
}
