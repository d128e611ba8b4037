import ShadowModel

/// What to set where, in a result.
struct SettingsRecord: Codable {
  var xapi: SettingRecord
  var libxl: SettingRecord
  var mappedOnce: SettingRecord

  init(_ recommendation: Recommendation) {
    func record(_ setting: Setting, _ rule: SizingRule) -> SettingRecord {
      SettingRecord(setting, rule, target: recommendation.target, among: recommendation.curve)
    }
    let settings = recommendation.settings
    xapi = record(settings.xapi, .xapi)
    libxl = record(settings.libxl, .libxl)
    mappedOnce = record(settings.mappedOnce, .mappedOnce)
  }

  /// What to set in `toolstack`.
  subscript(toolstack: Toolstack) -> SettingRecord { toolstack == .xapi ? xapi : libxl }
}

/// What to set by one rule, and what a guest has there unasked, in a result.
struct SettingRecord: Codable {
  /// A size and what it does.
  struct Size: Codable {
    /// By `xapi`; nil by other rules.
    var hvmShadowMultiplier: JSONNumber?
    /// By `mapped-once`; nil by other rules.
    var multiplier: JSONNumber?
    var shadowMib: Double
    var pages: Int
    var recreationShare: JSONNumber
    var verdict: String
  }
  /// What the size takes over the default.
  struct Cost: Codable {
    var extraMib: Double
    var hostMib: Int
    var domainsAtDefault: Int
    var domainsAtRecommended: Int
  }

  /// By `xapi`, a multiplier that the server keeps; null when no size meets the target.
  var hvmShadowMultiplier: JSONNumber?
  /// By `mapped-once`; null when no size meets the target.
  var multiplier: JSONNumber?
  /// MiB, in `xl`'s configuration; nil when no size meets the target.
  var shadowMemory: Int?
  var shadowMib: JSONNumber
  var pages: Int?
  var recreationShare: JSONNumber?
  var verdict: String?
  var `default`: Size
  /// XenServer's 4.0 for XenApp by this rule; nil by `libxl`.
  var template: Size?
  var cost: Cost?

  init(_ setting: Setting, _ rule: SizingRule, target: Target, among curve: [SizeResult]) {
    func size(_ result: SizeResult, _ value: Double) -> Size {
      let number = JSONNumber(value)
      return Size(
        hvmShadowMultiplier: rule == .xapi ? number : nil,
        multiplier: rule == .mappedOnce ? number : nil,
        shadowMib: result.allocation.mebibytes, pages: result.allocation.pages,
        recreationShare: JSONNumber(result.share.recreation),
        verdict: target.verdict(on: result, among: curve).rawValue)
    }
    let result = setting.size
    switch rule {
    case .xapi: hvmShadowMultiplier = JSONNumber(setting.multiplier)
    case .libxl: shadowMemory = result.map { $0.allocation.pages / 256 }
    case .mappedOnce, .xenMinimum: multiplier = JSONNumber(setting.multiplier)
    }
    shadowMib = JSONNumber(result?.allocation.mebibytes)
    pages = result?.allocation.pages
    recreationShare = result.map { JSONNumber($0.share.recreation) }
    verdict = result.map { target.verdict(on: $0, among: curve).rawValue }
    `default` = size(setting.standard, 1)
    template = rule == .libxl ? nil : size(setting.template, Settings.templateMultiplier)
    if let extra = setting.extraMebibytes, let density = setting.density, rule != .mappedOnce {
      cost = Cost(
        extraMib: extra, hostMib: HostDensity.hostMiB, domainsAtDefault: density.defaultDomains,
        domainsAtRecommended: density.recommendedDomains)
    }
  }
}

/// What to set where with nested paging, in a result.
struct NestedSettingsRecord: Codable, Hashable {
  struct XAPI: Codable, Hashable {
    var hvmShadowMultiplier = 1.0
    var shadowMib: Int
  }
  struct Libxl: Codable, Hashable {
    /// Nothing is set.
    var shadowMemory: JSONNumber
    var shadowMib: Double
  }

  var xapi: XAPI
  var libxl: Libxl

  init(_ pools: NestedPaging.Pools) {
    xapi = XAPI(shadowMib: pools.xapiMiB)
    libxl = Libxl(shadowMemory: JSONNumber(nil), shadowMib: Double(pools.libxlPages) / 256)
  }
}
