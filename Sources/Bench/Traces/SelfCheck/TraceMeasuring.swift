import GuestModel
import ShadowModel

/// What sizes do to a trace's guest: the model's answer, checked and corrected by the trace.
struct TraceMeasuring: SizeMeasuring {
  /// The check at the traced size.
  let check: SelfCheck
  /// The run at an ample allocation, corrected; its peak includes what is unseen.
  let ample: [RunPoint]
  private let model: Sweep
  private let sizing: Sizing

  /// Sizes that are best asked for at once.
  let batchSize: Int

  /// Finds the traced size, replays it, and compares.
  init(_ model: Sweep, conditions: Conditions, evidence: TraceEvidence) async throws {
    self.model = model
    sizing = conditions.sizing
    batchSize = model.batchSize
    let runs = try await model.ampleRuns()
    let needed = runs.reduce(0) { max($0, $1.peakPages) }
    let shown = try await TracedSearch(model, sizing: sizing, most: needed)
      .pages(reclaiming: evidence)
    let size = TracedPages(given: evidence.givenPages, shown: shown)
    let workload = try conditions.input.makeWorkload(runs[0].seed)
    let replay = try TracedReplay(
      workload, sizing: sizing, policy: conditions.policy,
      pages: shown ?? max(runs[0].allocation.pages, size.pages ?? 0))
    let check = SelfCheck(replay, size: size, evidence: evidence)
    self.check = check
    ample = runs.map { run in
      var run = check.correction.applied(to: run)
      run.peakPages += check.size.gap
      return run
    }
  }

  /// What domains that ask for `pages` do, in that order.
  ///
  /// The tables that the trace does not show take their pages of each of them.
  func results(pages: [Int], progress: ProgressHandler?) async throws -> [SizeResult] {
    let gap = check.size.gap
    let allocations = pages.map { sizing.allocation(pages: $0) }
    let modelled = allocations.map { max(1, $0.pages - gap) }
    let results = try await model.results(pages: modelled, progress: progress)
    return zip(allocations, results).map { allocation, result in
      let runs = result.runs.map { run in
        var run = check.correction.applied(to: run)
        run.allocation = allocation
        run.peakPages += gap
        return run
      }
      var corrected = SizeResult(runs: runs, ample: ample, rule: model.rule)
      corrected.evidence = check.evidence(
        pages: allocation.pages, counters: runs[0].counters, least: sizing.minimumPages + gap)
      return corrected
    }
  }
}

/// Looks for the size at which the model reclaims as often as a trace shows.
struct TracedSearch {
  private let model: any SizeMeasuring
  private let sizing: Sizing
  private let most: Int

  /// A search up to `most` pages.
  init(_ model: any SizeMeasuring, sizing: Sizing, most: Int) {
    self.model = model
    self.sizing = sizing
    self.most = most
  }

  /// The size; nil for a trace without a reclaim.
  /// - Complexity: O(log(pages) / log(sizes at once)) passes
  func pages(reclaiming evidence: TraceEvidence) async throws -> Int? {
    let wanted = evidence.tally.counters[.prealloc1]
    guard wanted > 0 else { return nil }
    if let shown = evidence.shownPages { return shown }
    var reclaims: [Int: Int] = [:]
    var (low, high) = (sizing.minimumPages, max(sizing.minimumPages + 1, most))
    while true {
      let sizes = [low] + KneeSearch.inside(low, high, count: model.batchSize - 1) + [high]
      for result in try await model.results(
        pages: sizes.filter { reclaims[$0] == nil }, progress: nil)
      {
        let count = result.isCrashed ? Int.max / 2 : result.runs[0].counters[.prealloc1]
        reclaims[result.allocation.pages] = count
      }
      let above = sizes.last { (reclaims[$0] ?? 0) > wanted } ?? low
      let below = sizes.first { $0 > above } ?? high
      if below - above <= 1 || above == low && (reclaims[low] ?? 0) <= wanted { break }
      (low, high) = (above, below)
    }
    return reclaims.min {
      (abs($0.value - wanted), $0.key) < (abs($1.value - wanted), $1.key)
    }?.key
  }
}
