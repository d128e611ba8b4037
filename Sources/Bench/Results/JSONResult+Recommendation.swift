import ShadowModel

extension JSONResult {
  /// `recommend`.
  public static func text(
    _ recommendation: Recommendation, conditions: Conditions, toolstack: Toolstack? = nil,
    environment: RunEnvironment? = nil
  ) throws -> String {
    var record = try RecommendationRecord(recommendation, conditions: conditions)
    record.toolstack = toolstack?.rawValue
    record.environment = environment
    return try encode(.recommendation, record)
  }

  /// `recommend --hap`.
  public static func text(nestedPaging sizing: Sizing) throws -> String {
    try encode(
      .nestedPaging,
      NestedPagingRecord(
        multiplier: 1, rule: sizing.rule.rawValue,
        shadowMib: sizing.defaultAllocation.mebibytes, pages: sizing.defaultAllocation.pages,
        basis: NestedPaging.basis, settings: NestedSettingsRecord(NestedPaging.Pools(sizing))))
  }
}

/// A multiplier for nested paging in a result.
struct NestedPagingRecord: Codable {
  var multiplier: Double
  var rule: String
  var shadowMib: Double
  var pages: Int
  var basis: [String]
  var margin = 0.0
  var points: [PointRecord] = []
  /// What to set where; nil in results of older versions.
  var settings: NestedSettingsRecord?
}

/// A recommendation in a result.
struct RecommendationRecord: Codable {
  struct Cost: Codable {
    var extraMib: Double
    var hostMib: Int
    var domainsAtDefault: Int
    var domainsAtRecommended: Int
  }
  struct Sensitivity: Codable {
    var costFactor: Double
    var multiplier: JSONNumber
    /// The pool then, MiB; nil in results of older versions.
    var shadowMib: JSONNumber?
  }

  var input: InputRecord?
  var conditions: ConditionsRecord
  var multiplier: JSONNumber
  var rule: String
  var shadowMib: JSONNumber
  /// Null, not absent, where nothing is recommended.
  @NullWhenNil var pages: Int?
  var hvmShadowMultiplier: JSONNumber
  /// What to set where, and what is there unasked; nil in results of older versions.
  var settings: SettingsRecord?
  /// The toolstack that the guest runs on; nil for both.
  var toolstack: String?
  var verdict: String?
  var target: Double
  var margin: Double
  var basis: [String]
  var defaultSize: PointRecord
  var oneSizeSmaller: PointRecord?
  var knee: KneeRecord
  var cost: Cost?
  var sensitivity: [Sensitivity]
  var points: [PointRecord]
  /// Why nothing is recommended; nil where something is, or no size meets the target.
  var reason: String?
  /// The size that a trace was taken at, given or found; nil where it is neither.
  var tracedPages: Int?
  /// Model − trace at the traced size, by counter; nil where the input is no trace.
  var residual: [String: Int]?
  /// A trace's check of itself; nil where the input is none, and in results of older versions.
  var check: TraceCheckRecord?
  var environment: RunEnvironment?

  init(_ recommendation: Recommendation, conditions: Conditions) throws(InputError) {
    let target = recommendation.target
    let curve = recommendation.curve
    func record(_ result: SizeResult) -> PointRecord {
      PointRecord(result, verdict: target.verdict(on: result, among: curve))
    }
    let size = recommendation.size
    input = try InputRecord(conditions.input)
    self.conditions = ConditionsRecord(conditions)
    multiplier = JSONNumber(recommendation.multiplier)
    rule = conditions.sizing.rule.rawValue
    shadowMib = JSONNumber(size?.allocation.mebibytes)
    pages = size?.allocation.pages
    hvmShadowMultiplier = JSONNumber(recommendation.xapiMultiplier)
    settings = SettingsRecord(recommendation)
    verdict = size.map { target.verdict(on: $0, among: curve).rawValue }
    self.target = target.share
    margin = target.margin
    basis = recommendation.basis
    defaultSize = record(recommendation.defaultSize)
    oneSizeSmaller = recommendation.knee.failing.map(record)
    knee = KneeRecord(recommendation.knee, target: target)
    if let density = recommendation.density, let extra = recommendation.extraMebibytes {
      cost = Cost(
        extraMib: extra, hostMib: HostDensity.hostMiB, domainsAtDefault: density.defaultDomains,
        domainsAtRecommended: density.recommendedDomains)
    }
    sensitivity = recommendation.sensitivity.map {
      Sensitivity(
        costFactor: $0.factor, multiplier: JSONNumber($0.multiplier),
        shadowMib: JSONNumber($0.mebibytes))
    }
    points = curve.map(record)
    reason = recommendation.reason
    check = recommendation.check.map(TraceCheckRecord.init)
    tracedPages = recommendation.check?.size.pages
    residual = recommendation.check?.residual
  }
}
