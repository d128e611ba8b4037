import GuestModel
import ShadowModel

/// What sizes do to a trace's guest: the model's answer, checked and corrected by the trace.
struct TraceMeasuring: SizeMeasuring {
  /// The check at the traced size.
  let check: SelfCheck
  /// The run at an ample allocation, corrected; its peak includes what is unseen.
  let ample: [RunPoint]
  private let model: Sweep
  private let larger: Sweep
  private let sizing: Sizing

  /// Sizes that are best asked for at once.
  let batchSize: Int

  /// Finds the traced size, replays it, and compares.
  /// - Parameter larger: the model at sizes larger than the traced one; nil for the same
  init(
    _ model: Sweep, larger: Sweep? = nil, conditions: Conditions, evidence: TraceEvidence
  ) async throws {
    self.model = model
    self.larger = larger ?? model
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
    let largest = try await self.larger.ampleRuns()
    let check = SelfCheck(replay, size: size, evidence: evidence, ample: largest[0])
    self.check = check
    ample = largest.map { run in
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
    let traced = check.replay.point.allocation.pages
    let small = try await model.results(
      pages: modelled.filter { $0 <= traced }, progress: progress)
    let large = try await larger.results(
      pages: modelled.filter { $0 > traced }, progress: progress)
    var (nextSmall, nextLarge) = (small.makeIterator(), large.makeIterator())
    let results = modelled.compactMap { $0 <= traced ? nextSmall.next() : nextLarge.next() }
    return zip(allocations, results).map { allocation, result in
      let runs = result.runs.map { run in
        var run = check.correction.applied(to: run)
        run.allocation = allocation
        run.peakPages += gap
        return run
      }
      var corrected = SizeResult(runs: runs, ample: ample, rule: model.rule)
      corrected.evidence = check.evidence(runs[0], least: sizing.minimumPages + gap)
      return corrected
    }
  }
}
