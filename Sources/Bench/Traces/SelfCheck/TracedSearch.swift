import ShadowModel

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
    if let shown = evidence.shownPages { return try await pages(near: shown, wanted) }
    var reclaims: [Int: Int] = [:]
    var (low, high) = (sizing.minimumPages, max(sizing.minimumPages + 1, most))
    while true {
      let sizes = [low] + KneeSearch.inside(low, high, count: model.batchSize - 1) + [high]
      for result in try await model.results(
        pages: sizes.filter { reclaims[$0] == nil }, progress: nil)
      {
        reclaims[result.allocation.pages] = reclaimed(result)
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

  /// How far, relative to it, the size that the pages in use show may be off.
  private static let reach = 0.03

  /// The size near the one that the pages in use show at which the reclaims agree.
  private func pages(near shown: Int, _ wanted: Int) async throws -> Int {
    let steps = max(1, model.batchSize / 2 - 1)
    let reach = Int((Double(shown) * Self.reach).rounded(.up))
    let stride = max(1, (reach + steps - 1) / steps)
    let sizes = Set((-steps...steps).map { max(sizing.minimumPages, shown + $0 * stride) })
    return try await model.results(pages: sizes.sorted(), progress: nil).min {
      let (one, two) = ($0.allocation.pages, $1.allocation.pages)
      return (abs(reclaimed($0) - wanted), abs(one - shown), one)
        < (abs(reclaimed($1) - wanted), abs(two - shown), two)
    }?.allocation.pages ?? shown
  }

  private func reclaimed(_ result: SizeResult) -> Int {
    result.isCrashed ? Int.max / 2 : result.runs[0].counters[.prealloc1]
  }
}
