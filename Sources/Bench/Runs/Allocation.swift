public import GuestModel
public import ShadowModel

/// A pool size as somebody asks for it.
public enum SizeRequest: Hashable, Sendable {
  /// A multiplier of the sizing rule's base.
  case multiplier(Double)
  /// MiB, 256 pages each.
  case mebibytes(Double)
  /// Pages of 4 KiB.
  case pages(Int)
}

/// What turns a request into pages: the guest, its P2M and the sizing rule.
public struct Sizing: Hashable, Sendable {
  /// The guest.
  public var shape: GuestShape
  /// The rule that a multiplier is relative to.
  public var rule: SizingRule
  /// How the P2M is built.
  public var p2m: P2MLayout

  /// Where the guest's memory lies in the machine; it must fit the guest.
  public var placement = MemoryPlacement.descending

  /// A sizing.
  public init(shape: GuestShape, rule: SizingRule = .mappedOnce, p2m: P2MLayout = .superpages) {
    self.shape = shape
    self.rule = rule
    self.p2m = p2m
  }

  /// Pool pages that the P2M takes.
  public var p2mPages: Int { p2m.pages(memoryMiB: shape.memoryMiB) }

  /// The least allocation that a domain is created with, pages.
  public var minimumPages: Int { emptyDomain.creationMinimum }

  /// The least allocation that Xen accepts for a domain that has its memory, pages.
  public var runningMinimumPages: Int { emptyDomain.minimumAllocation }

  private var emptyDomain: DomainConfiguration { domain(shape, pages: 0) }

  /// A domain for a guest of that shape with an allocation of `pages`, in this place and P2M.
  public func domain(_ shape: GuestShape, pages: Int) -> DomainConfiguration {
    var domain = DomainConfiguration(shape: shape, allocationPages: pages, p2m: p2m)
    domain.placement = placement
    return domain
  }

  /// Pages that a request asks for, before Xen's minimum.
  public func pages(of request: SizeRequest) -> Int {
    switch request {
    case .multiplier(let multiplier):
      rule.pages(shape: shape, p2mPages: p2mPages, multiplier: multiplier)
    case .mebibytes(let mebibytes): Int((mebibytes * 256).rounded(.up))
    case .pages(let pages): pages
    }
  }

  /// The allocation of a domain that is created with a request.
  public func allocation(_ request: SizeRequest) -> Allocation {
    allocation(pages: pages(of: request))
  }

  /// The allocation of a domain that is created with `pages`.
  public func allocation(pages: Int) -> Allocation {
    let effective = max(pages, minimumPages)
    return Allocation(
      requestedPages: pages, pages: effective, rule: rule,
      multiplier: rule.multiplier(ofPages: effective, shape: shape, p2mPages: p2mPages))
  }

  /// The size by the rule alone: multiplier 1.0.
  public var defaultAllocation: Allocation { allocation(.multiplier(1)) }
}

/// A pool size in all its units: multiplier, MiB and pages, with the rule's name.
public struct Allocation: Hashable, Sendable {
  /// What was asked for, pages.
  public var requestedPages: Int
  /// What the domain has, pages.
  public var pages: Int
  /// The rule that the multiplier is relative to.
  public var rule: SizingRule
  /// ``pages`` relative to the rule's base.
  public var multiplier: Double

  /// What the domain has, MiB.
  public var mebibytes: Double { Double(pages) / 256 }
  /// Whether Xen raised the request to its minimum.
  public var isRaised: Bool { pages > requestedPages }
}
