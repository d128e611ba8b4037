import GuestModel
public import ShadowModel

/// A pool's size as the hypervisor says it.
public struct PoolSize: Hashable, Sendable {
  /// Pages; whole MiB of them where the hypervisor can say no more, rounded up.
  public var pages: Int
  /// Whether ``pages`` is exact.
  public var isExact: Bool

  /// A size.
  public init(pages: Int, isExact: Bool) {
    self.pages = pages
    self.isExact = isExact
  }

  /// MiB.
  public var mebibytes: Double { Double(pages) / 256 }
}

/// A size that is asked for, in one of three units.
public enum PoolRequest: Hashable, Sendable {
  /// A multiple of what a rule gives the domain.
  case multiplier(Double, SizingRule)
  /// MiB.
  case mebibytes(Double)
  /// Pages.
  case pages(Int)
}

/// What rules make of a domain: everything that its size decides, without asking the hypervisor.
public struct PoolRules: Hashable, Sendable {
  /// The rules that a default is worked out by.
  public static let all: [SizingRule] = [.mappedOnce, .xapi, .libxl]

  /// Virtual CPUs.
  public var vcpus: Int
  /// The most memory that the domain may have, MiB: what rules go by.
  public var maximumMiB: Int
  /// Memory that the domain has now, pages: what Xen's minimum goes by.
  public var memoryPages: Int
  /// Whether the domain has nested paging.
  public var hasNestedPaging: Bool

  /// A domain's rules.
  public init(vcpus: Int, maximumMiB: Int, memoryPages: Int, hasNestedPaging: Bool) {
    self.vcpus = vcpus
    self.maximumMiB = maximumMiB
    self.memoryPages = memoryPages
    self.hasNestedPaging = hasNestedPaging
  }

  /// What Xen raises smaller pools to, pages, if the domain's P2M has the usual large pages; nested
  /// paging has no such limit, and the figure is where a pool is suspiciously small.
  public var leastPages: Int {
    SizingRule.xenMinimum.basePages(shape: shape(memoryPages / 256), p2mPages: 0)
  }

  /// Pages at `multiplier` by `rule`; libxl counts a domain with nested paging at half the memory.
  public func pages(_ rule: SizingRule, multiplier: Double = 1) -> Int {
    if rule == .libxl && hasNestedPaging {
      return Int((Double(256 * vcpus + maximumMiB) * multiplier).rounded(.up))
    }
    return rule.pages(shape: shape(maximumMiB), p2mPages: 0, multiplier: multiplier)
  }

  /// The multiplier that `pages` are by `rule`.
  public func multiplier(_ rule: SizingRule, ofPages pages: Int) -> Double {
    Double(pages) / Double(self.pages(rule))
  }

  /// Pages of a request.
  public func pages(of request: PoolRequest) throws(HostError) -> Int {
    let pages: Int
    switch request {
    case .multiplier(let multiplier, let rule):
      try Self.check(multiplier, "--multiplier")
      pages = self.pages(rule, multiplier: multiplier)
    case .mebibytes(let mebibytes):
      try Self.check(mebibytes, "--shadow-mib")
      pages = Int((mebibytes * 256).rounded(.up))
    case .pages(let count):
      try Self.check(Double(count), "--pages")
      pages = count
    }
    guard (1...Self.mostPages).contains(pages) else {
      throw .badSize("\(pages) pages are no size for a pool: give 1 to \(Self.mostPages)")
    }
    return pages
  }

  /// The largest pool that is asked for, pages: 64 GiB.
  static let mostPages = 1 << 24

  private static func check(_ value: Double, _ option: String) throws(HostError) {
    guard value > 0, value <= 1e8 else {
      throw .badSize("\(option) must be above 0 and at most 100 million")
    }
  }

  private func shape(_ memoryMiB: Int) -> GuestShape {
    GuestShape(mode: .fourLevel, memoryMiB: memoryMiB, vcpus: vcpus)
  }
}
