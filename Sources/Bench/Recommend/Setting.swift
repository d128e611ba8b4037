import GuestModel
public import ShadowModel

/// A toolstack that a guest's pool is set in.
public enum Toolstack: String, Sendable, CaseIterable {
  /// XenServer and XCP-ng: `HVM-shadow-multiplier`.
  case xapi
  /// xl, and what else makes domains with libxl: `shadow_memory`.
  case xl

  /// The rule of the pool that it gives unasked.
  public var rule: SizingRule { self == .xapi ? .xapi : .libxl }
}

/// What to set by one rule, and what a guest has there unasked.
public struct Setting: Sendable {
  /// What is set; nil when no size meets the target.
  ///
  /// By `xapi` a multiplier that the server keeps; by `libxl` that of whole MiB; by `mapped-once`
  /// one of two decimals.
  public var multiplier: Double?
  /// What that size does.
  public var size: SizeResult?
  /// What a guest has unasked, multiplier 1.0, does.
  public var standard: SizeResult
  /// What the multiplier of XenServer's XenApp templates, 4.0, does by this rule.
  public var template: SizeResult
  /// Domains on a host of 256 GiB, unasked and as set.
  public var density: HostDensity?

  /// Pool memory more than unasked, MiB; negative when it is less.
  public var extraMebibytes: Double? {
    size.map { $0.allocation.mebibytes - standard.allocation.mebibytes }
  }
}

/// What to set, and where.
public struct Settings: Sendable {
  /// XenServer and XCP-ng.
  public var xapi: Setting
  /// xl.
  public var libxl: Setting
  /// The rule of 2008, which no toolstack has.
  public var mappedOnce: Setting

  /// The multiplier of XenServer's templates for XenApp ("Optimize for XenApp").
  public static let templateMultiplier = 4.0
  /// The rules, each a setting of its own.
  static let rules: [SizingRule] = [.xapi, .libxl, .mappedOnce]

  /// What to set in `toolstack`.
  public subscript(toolstack: Toolstack) -> Setting { toolstack == .xapi ? xapi : libxl }
}

extension Recommender {
  /// The guest's sizing by another rule.
  func sizing(by rule: SizingRule) -> Sizing {
    Sizing(shape: sizing.shape, rule: rule, p2m: sizing.p2m)
  }

  /// How a size of at least so many pages is set by `rule`.
  func step(by rule: SizingRule, forAtLeast pages: Int) -> Sizing.Multiplier {
    let sizing = sizing(by: rule)
    return rule == .libxl
      ? sizing.wholeMebibytes(forAtLeast: pages) : sizing.multiplier(forAtLeast: pages)
  }

  /// Sizes that guests have unasked, and by 4.0, pages.
  var knownSizes: [Int] {
    Settings.rules.flatMap { rule in
      [1, Settings.templateMultiplier].map {
        sizing(by: rule).allocation(.multiplier($0)).pages
      }
    }
  }

  /// What to set by `rule`.
  func setting(by rule: SizingRule, _ search: inout KneeSearch) async throws -> Setting {
    let sizing = sizing(by: rule)
    let found = try await size(&search, costFactor: 1) { step(by: rule, forAtLeast: $0) }
    func result(_ allocation: Allocation) async throws -> SizeResult {
      var result = try await search.result(pages: allocation.pages)
      result.allocation = allocation
      return result
    }
    let standard = try await result(sizing.defaultAllocation)
    return Setting(
      multiplier: found?.multiplier, size: found?.result, standard: standard,
      template: try await result(sizing.allocation(.multiplier(Settings.templateMultiplier))),
      density: found.map {
        HostDensity(shape: sizing.shape, from: standard.allocation, to: $0.result.allocation)
      })
  }
}
