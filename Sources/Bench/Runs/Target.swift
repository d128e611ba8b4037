/// How a size does.
public enum Verdict: String, Sendable, CaseIterable, Comparable {
  /// Re-creation is within the target, and no failing size is near.
  case fits
  /// Re-creation is within the target, but a size less than the margin below fails; or, from a
  /// trace, something had to be given up, yet re-creation is within the target.
  case tight
  /// Re-creation takes more than the target, or the domain crashes.
  case thrashes
  /// The input, a trace, does not say.
  case notKnown = "not_known"

  /// The verdict in a text.
  var text: String { self == .notKnown ? "not known" : rawValue }

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

  /// The margin for what a trace says: a size is kept a little above the smallest that needs no
  /// reclaim, by which the trace is explained.
  public static let traceMargin = 0.05

  /// Whether a size is not to be recommended when the hypervisor's work costs `factor` times as
  /// much.
  ///
  /// From a trace it is not when shadows are given up in steady state: the guest's own faults are
  /// no sign of want. From other inputs it is not when re-creation takes more than the target.
  func fails(_ result: SizeResult, costFactor factor: Double = 1) -> Bool {
    if result.evidence != nil { return result.isCrashed || result.steadyReclaims > 0 }
    return takesTooLong(result, costFactor: factor)
  }

  private func takesTooLong(_ result: SizeResult, costFactor factor: Double = 1) -> Bool {
    result.share.recreation * factor > share
  }

  /// The least size for which a failing size is the margin or more below, pages.
  func pages(above failing: Int) -> Int {
    Int((Double(failing) / (1 - margin) - 1e-9).rounded(.up))
  }

  /// The verdict on `result`, given other sizes that were measured.
  public func verdict(on result: SizeResult, among others: [SizeResult]) -> Verdict {
    if result.evidence?.decides == false { return .notKnown }
    if fails(result) { return takesTooLong(result) ? .thrashes : .tight }
    let isNear = others.contains { other in
      other.allocation.pages < result.allocation.pages
        && pages(above: other.allocation.pages) > result.allocation.pages
        && fails(other)
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
