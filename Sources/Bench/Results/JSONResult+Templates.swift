public import XenServer

extension JSONResult {
  /// `templates list`, this program's own.
  public static func text(_ templates: [BuiltInTemplate]) throws -> String {
    try encode(
      .templates,
      TemplateListRecord(
        templates: templates.map { template in
          var entry = TemplateEntry(template.record)
          entry.id = template.id
          entry.releases = template.releases.rawValue
          return entry
        }))
  }

  /// `templates list FILE`.
  public static func text(_ records: PoolRecords) throws -> String {
    try encode(.templates, TemplateListRecord(templates: records.templates.map(TemplateEntry.init)))
  }

  /// `templates validate`.
  public static func text(_ validation: TemplateValidation) throws -> String {
    try encode(
      .templateValidation,
      ValidationRecord(
        hostPaging: validation.paging.rawValue, templates: validation.templates,
        errors: validation.count(.error), warnings: validation.count(.warning),
        notes: validation.count(.note),
        findings: validation.findings.map { finding in
          .init(
            rule: finding.rule.rawValue, severity: finding.severity.rawValue, file: finding.file,
            line: finding.line, nameLabel: finding.template.nameLabel,
            uuid: finding.template.uuid, field: finding.field, found: finding.found,
            expected: finding.expected, why: finding.why, fix: finding.fix)
        }))
  }

  /// `recommend --template`.
  public static func text(_ advice: TemplateAdvice, environment: RunEnvironment? = nil) throws
    -> String
  {
    try encode(
      .templateRecommendation, try TemplateAdviceRecord(advice, environment: environment))
  }
}

/// A template in a list.
struct TemplateEntry: Codable {
  var id: String?
  var releases: String?
  var uuid: String?
  var nameLabel: String
  var domainType: String?
  var memoryStaticMax: Int?
  var vcpusMax: Int?
  var hvmShadowMultiplier: JSONNumber
  var poolMib: Int?
  var isApplicationTemplate: Bool
  var platform: [String: String]
  var workload: String?
  var workloadReason: String?

  init(_ template: VMRecord) {
    uuid = template.uuid
    nameLabel = template.nameLabel
    domainType = template.domainType?.rawValue
    memoryStaticMax = template.staticMaxBytes
    vcpusMax = template.vcpusMax
    hvmShadowMultiplier = JSONNumber(template.shadowMultiplier)
    poolMib = template.memoryShape.map { MemoryModel().poolMiB($0) }
    isApplicationTemplate = template.isApplicationTemplate
    platform = template.platform
    let match = TemplateWorkload(GuestSystem(template))
    workload = match?.name
    workloadReason = match?.reason
  }
}

private struct TemplateListRecord: Encodable {
  var templates: [TemplateEntry]
}

private struct ValidationRecord: Encodable {
  struct Finding: Encodable {
    var rule: String
    var severity: String
    var file: String
    var line: Int?
    var nameLabel: String
    var uuid: String?
    var field: String
    var found: String?
    var expected: String
    var why: String
    var fix: String?
  }

  var hostPaging: String
  var templates: Int
  var errors: Int
  var warnings: Int
  var notes: Int
  var findings: [Finding]
}

/// A recommendation for a template in a result.
struct TemplateAdviceRecord: Codable {
  struct Nested: Codable {
    var hvmShadowMultiplier = 1.0
    var poolMib: Int
    var templatePoolMib: Int
    var domains: Int
    var templateDomains: Int
    var basis = NestedPaging.basis
  }
  struct Shadow: Codable {
    var input: InputRecord?
    var hvmShadowMultiplier: JSONNumber
    /// What to set where; nil in results of older versions.
    var settings: SettingsRecord?
    var defaultPoolMib: Int
    var poolMib: Int?
    var domains: Int?
    var isWorkloadsGuest: Bool
    var oneSizeSmaller: PointRecord?
    var conditions: ConditionsRecord
    var target: Double
    var margin: Double
    var size: PointRecord?
    /// Every size that was looked at, smallest first.
    var points: [PointRecord]
    var basis: [String]
  }

  var template: TemplateEntry
  var defaultPoolMib: Int
  var hostMib = HostDensity.hostMiB
  var nestedPaging: Nested?
  var shadowPaging: Shadow?
  var environment: RunEnvironment?

  init(_ advice: TemplateAdvice, environment: RunEnvironment?) throws(InputError) {
    template = TemplateEntry(advice.choice.template)
    defaultPoolMib = advice.baseMiB
    nestedPaging = advice.nested.map {
      Nested(
        poolMib: $0.poolMiB, templatePoolMib: $0.templatePoolMiB, domains: $0.domains,
        templateDomains: $0.templateDomains)
    }
    self.environment = environment
    guard let shadow = advice.shadow else { return }
    let recommendation = shadow.recommendation
    let target = recommendation.target
    func record(_ result: SizeResult) -> PointRecord {
      PointRecord(result, verdict: target.verdict(on: result, among: recommendation.curve))
    }
    shadowPaging = Shadow(
      input: try InputRecord(shadow.conditions.input),
      hvmShadowMultiplier: JSONNumber(shadow.multiplier?.value),
      settings: SettingsRecord(recommendation),
      defaultPoolMib: MemoryModel().basePoolMiB(shadow.shape),
      poolMib: shadow.multiplier?.poolMiB, domains: shadow.domains,
      isWorkloadsGuest: shadow.isWorkloadsGuest,
      oneSizeSmaller: recommendation.knee.failing.map(record),
      conditions: ConditionsRecord(shadow.conditions), target: target.share,
      margin: target.margin, size: recommendation.size.map(record),
      points: recommendation.curve.map(record), basis: recommendation.basis)
  }
}
