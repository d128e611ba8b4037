import ShadowModel

extension Sizing {
  /// A multiplier as it is set: two decimals.
  struct Multiplier: Hashable, Sendable {
    /// The multiplier.
    var value: Double
    /// What the domain has with it.
    var allocation: Allocation
  }

  /// The smallest multiplier of two decimals that gives `pages` or more.
  ///
  /// XenServer refuses multipliers below 1.0, so by its rule there is none smaller. Where Xen
  /// raises 1.0 to its minimum and that is enough, it is 1.0.
  func multiplier(forAtLeast pages: Int) -> Multiplier {
    let standard = defaultAllocation
    if standard.isRaised && standard.pages >= pages {
      return Multiplier(value: 1, allocation: standard)
    }
    let base = rule.basePages(shape: shape, p2mPages: p2mPages)
    let exact = Double(pages) / Double(base) * 100
    var hundredths = max(rule == .xapi ? 100 : 1, Int((exact - 1e-6).rounded(.up)))
    while self.pages(of: .multiplier(Double(hundredths) / 100)) < pages { hundredths += 1 }
    let value = Double(hundredths) / 100
    return Multiplier(value: value, allocation: allocation(.multiplier(value)))
  }
}
