public import ShadowModel

/// What one run at one allocation counted.
public struct RunPoint: Hashable, Sendable {
  /// The pool.
  public var allocation: Allocation
  /// The workload's seed.
  public var seed: UInt64
  /// Xen's counters at the end.
  public var counters = Counters()
  /// Accesses of the guest, hits and faults.
  public var accesses = 0
  /// Root loads of the guest.
  public var rootLoads = 0
  /// Most pages in use at once, P2M pages included.
  public var peakPages = 0
  /// Whether Xen would have crashed the domain for want of shadow memory.
  public var isCrashed = false
  /// What was counted when each mark came.
  public var phases: [Phase] = []
  /// Phases that the input declares to be warm-up; nil when it does not say.
  public var warmupPhases: Int?

  /// A run that counted nothing yet.
  public init(allocation: Allocation, seed: UInt64) {
    self.allocation = allocation
    self.seed = seed
  }

  /// The mark before which nothing counts: what comes before it only brings the domain into the
  /// state in which a recording began.
  public static let beginMark = Int(UInt32.max)

  /// Takes away what was counted before ``beginMark``, if that came.
  mutating func forgetPrologue() {
    guard let index = phases.firstIndex(where: { $0.number == Self.beginMark }) else { return }
    let begin = phases[index]
    counters = counters - begin.counters
    accesses -= begin.accesses
    rootLoads -= begin.rootLoads
    phases = phases[(index + 1)...].map { phase in
      var phase = phase
      phase.counters = phase.counters - begin.counters
      phase.accesses -= begin.accesses
      phase.rootLoads -= begin.rootLoads
      return phase
    }
  }

  /// What was counted once warm-up was over.
  public var steady: SteadyState { SteadyState(of: self) }
}

/// The part of a run after its warm-up.
public struct SteadyState: Hashable, Sendable {
  /// What was counted in it.
  public var counters: Counters
  /// Accesses in it.
  public var accesses: Int
  /// Root loads in it.
  public var rootLoads: Int
  /// Guest time, nanoseconds; nil when the input has no clock.
  public var nanoseconds: UInt64?
  /// Phases with a clock in the whole run.
  public var timedPhases: Int
  /// Phases that are warm-up.
  public var warmupPhases: Int

  /// Faults for each root load.
  public var faultsPerRootLoad: Double {
    Double(counters[.fault]) / Double(max(1, rootLoads))
  }

  /// The steady part of `point`.
  ///
  /// A phase ends at the mark that says how long it took. Warm-up is what the input declares, else
  /// the first third of the phases with a clock, at least one; but never the last of them. A run
  /// without a clock counts as a whole.
  public init(of point: RunPoint) {
    let marks = point.phases
    let ends = marks.indices.filter { marks[$0].nanoseconds > 0 }
    timedPhases = ends.count
    guard let last = ends.last else {
      counters = point.counters
      accesses = point.accesses
      rootLoads = point.rootLoads
      nanoseconds = nil
      warmupPhases = 0
      return
    }
    let declared = point.warmupPhases ?? max(1, ends.count / 3)
    let skipped = min(max(0, declared), ends.count - 1)
    warmupPhases = skipped
    let start = skipped > 0 ? ends[skipped - 1] : ends[0] - 1
    nanoseconds = ends.dropFirst(skipped).reduce(0) { $0 &+ marks[$1].nanoseconds }
    counters = marks[last].counters - (start < 0 ? Counters() : marks[start].counters)
    accesses = marks[last].accesses - (start < 0 ? 0 : marks[start].accesses)
    rootLoads = marks[last].rootLoads - (start < 0 ? 0 : marks[start].rootLoads)
  }
}
