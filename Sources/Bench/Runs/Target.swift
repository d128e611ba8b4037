/// How a size does.
public enum Verdict: String, Sendable, CaseIterable, Comparable {
  /// Re-creation is within the target, and no failing size is near.
  case fits
  /// Re-creation is within the target, but a size less than the margin below fails.
  case tight
  /// Re-creation takes more than the target, or the domain crashes.
  case thrashes

  /// Whether the left verdict is the better one.
  public static func < (left: Verdict, right: Verdict) -> Bool {
    let order = Verdict.allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// What a size must meet.
public struct Target: Hashable, Sendable {
  /// Most re-creation time, relative to guest time.
  public var share: Double
  /// How far the next failing size must be below, relative to the size.
  public var margin: Double

  /// A target; 1 % of guest time, 10 % from the cliff.
  public init(share: Double = 0.01, margin: Double = 0.1) {
    self.share = share
    self.margin = margin
  }

  /// Whether a share is above the target when the hypervisor's work costs `factor` times as much.
  func fails(_ share: Double, costFactor factor: Double = 1) -> Bool { share * factor > self.share }

  /// The least size for which a failing size is the margin or more below, pages.
  func pages(above failing: Int) -> Int {
    Int((Double(failing) / (1 - margin) - 1e-9).rounded(.up))
  }

  /// The verdict on `result`, given other sizes that were measured.
  public func verdict(on result: SizeResult, among others: [SizeResult]) -> Verdict {
    if fails(result.share.recreation) { return .thrashes }
    let isNear = others.contains { other in
      other.allocation.pages < result.allocation.pages
        && pages(above: other.allocation.pages) > result.allocation.pages
        && fails(other.share.recreation)
    }
    return isNear ? .tight : .fits
  }

  /// The smallest size at which a verdict on `pages` needs no look further down.
  func edge(below pages: Int) -> Int {
    var edge = Int(Double(pages) * (1 - margin))
    while edge > 0 && self.pages(above: edge) > pages { edge -= 1 }
    while self.pages(above: edge + 1) <= pages { edge += 1 }
    return edge + 1
  }
}
