import ShadowModel
import XenServer

extension Sizing {
  /// A size as it is set.
  struct Multiplier: Hashable, Sendable {
    /// The multiplier.
    var value: Double
    /// What the domain has with it.
    var allocation: Allocation
  }

  /// The smallest multiplier that gives `pages` or more, as it is set by the rule.
  ///
  /// By XenServer's rule it is one that the server keeps, ``ExactMultiplier``, so never below 1.0;
  /// by the others it has two decimals. Where Xen raises 1.0 to its minimum and that is enough, it
  /// is 1.0.
  func multiplier(forAtLeast pages: Int) -> Multiplier {
    if rule == .xapi { return keptMultiplier(forAtLeast: pages) }
    let standard = defaultAllocation
    if standard.isRaised && standard.pages >= pages {
      return Multiplier(value: 1, allocation: standard)
    }
    let base = rule.basePages(shape: shape, p2mPages: p2mPages)
    let exact = Double(pages) / Double(base) * 100
    var hundredths = max(1, Int((exact - 1e-6).rounded(.up)))
    while self.pages(of: .multiplier(Double(hundredths) / 100)) < pages { hundredths += 1 }
    let value = Double(hundredths) / 100
    return Multiplier(value: value, allocation: allocation(.multiplier(value)))
  }

  /// The smallest multiplier of XenServer's that gives `pages` or more and stays what it is.
  private func keptMultiplier(forAtLeast pages: Int) -> Multiplier {
    let baseMiB = rule.basePages(shape: shape, p2mPages: p2mPages) / 256
    guard let kept = ExactMultiplier.atLeast(poolMiB: (pages + 255) / 256, baseMiB: baseMiB) else {
      preconditionFailure("a pool of \(pages) pages is beyond what records can say")
    }
    return Multiplier(value: kept.value, allocation: allocation(.multiplier(kept.value)))
  }

  /// The smallest size in whole MiB, as `shadow_memory` of xl has it, that is `pages` or more.
  func wholeMebibytes(forAtLeast pages: Int) -> Multiplier {
    let allocation = allocation(.mebibytes(Double((pages + 255) / 256)))
    return Multiplier(value: allocation.multiplier, allocation: allocation)
  }
}
