import Foundation
import ShadowModel
import XenServer

/// What the commands say about a host, as JSON: keys in snake_case and sorted.
public enum HostJSON {
  /// The version of the keys and their meaning.
  public static let schemaVersion = 1

  /// `host info`.
  public static func text(_ host: HostInfo) throws -> String {
    try encode(
      InfoRecord(
        xenVersion: host.version.text, shadowPaging: host.machine.hasShadowPaging,
        hap: host.machine.hasNestedPaging, totalPages: host.machine.totalPages,
        freePages: host.machine.usablePages, exactPoolSizes: host.hasExactPoolSizes,
        shadowPagingUpstream: ShadowPagingProduct.upstream, product: host.product?.name,
        productShadowPaging: host.product?.support.rawValue,
        tracingXsa477: TracingFlaw.state(host.version).rawValue,
        tracingDangerous: host.isTracingDangerous, toolstack: host.toolstack.kind.rawValue,
        rule: host.toolstack.rule.rawValue, ruleReason: host.toolstack.reason))
  }

  /// `host list`.
  public static func text(_ domains: [DomainReport], rule: RuleChoice) throws -> String {
    try encode(
      ListRecord(
        domains: domains.map(DomainRecord.init), rule: rule.rule.rawValue, ruleReason: rule.reason))
  }

  /// `host get`.
  public static func text(_ domain: DomainReport, rule: RuleChoice) throws -> String {
    try encode(
      GetRecord(
        domain: DomainRecord(domain), rule: rule.rule.rawValue, ruleReason: rule.reason))
  }

  /// `host set`.
  public static func text(_ outcome: PoolOutcome, rule: RuleChoice) throws -> String {
    let plan = outcome.plan
    return try encode(
      SetRecord(
        domid: plan.domain.info.id, name: plan.domain.name, paging: plan.domain.paging,
        status: outcome.status.rawValue, rule: rule.rule.rawValue, ruleReason: rule.reason,
        before: PoolRecord(plan.before, plan.domain.rules, rule.rule),
        requestedPages: plan.requestedPages, sentPages: plan.sentPages,
        expectedPages: plan.expectedPages,
        after: PoolRecord(outcome.after, plan.domain.rules, rule.rule), notes: plan.notes,
        undo: plan.undo))
  }

  /// A sample of `host watch`, on one line.
  public static func line(_ sample: WatchSample, rule: RuleChoice) throws -> String {
    try encode(
      SampleRecord(
        domid: sample.domain, name: sample.name, seconds: sample.seconds, pages: sample.pool.pages,
        pagesExact: sample.pool.isExact, shadowMib: sample.pool.mebibytes,
        multiplier: sample.rules.multiplier(rule.rule, ofPages: sample.pool.pages),
        rule: rule.rule.rawValue, ruleReason: rule.reason,
        faultCount: sample.faultCount, faultsPerSecond: sample.faultsPerSecond,
        verdict: sample.level.map { _ in "not_known" }, faultLevel: sample.level?.rawValue), [])
  }

  /// A record on one line.
  static func line(_ record: some Encodable) throws -> String { try encode(record, []) }

  private static func encode(
    _ value: some Encodable, _ form: JSONEncoder.OutputFormatting = .prettyPrinted
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = form.union([.sortedKeys, .withoutEscapingSlashes])
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

private struct InfoRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var xenVersion: String
  var shadowPaging: Bool
  var hap: Bool
  var totalPages: Int
  var freePages: Int
  var exactPoolSizes: Bool
  var shadowPagingUpstream: String
  var product: String?
  var productShadowPaging: String?
  var tracingXsa477: String
  var tracingDangerous: Bool
  var toolstack: String
  var rule: String
  var ruleReason: String
}

private struct ListRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var domains: [DomainRecord]
  var rule: String
  var ruleReason: String
}

private struct GetRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var domain: DomainRecord
  var rule: String
  var ruleReason: String
}

private struct DomainRecord: Encodable {
  struct Rule: Encodable {
    var rule: String
    var defaultPages: Int
    var multiplier: Double?
  }

  var domid: Int
  var name: String?
  var mode: String
  var paging: String?
  var vcpus: Int
  var memoryMib: Double
  var maximumMemoryMib: Int
  var pages: Int?
  var poolBytes: Int?
  var pagesExact: Bool?
  var shadowMib: Double?
  var minimumPages: Int?
  var rules: [Rule]
  var faultCount: Int?
  var error: String?

  init(_ domain: DomainReport) {
    domid = domain.info.id
    name = domain.name
    mode = domain.info.mode.rawValue
    paging = domain.paging
    vcpus = domain.info.vcpus
    memoryMib = Double(domain.info.memoryPages) / 256
    maximumMemoryMib = domain.rules.maximumMiB
    pages = domain.pool?.pages
    poolBytes = domain.pool.map { $0.pages * 4096 }
    pagesExact = domain.pool?.isExact
    shadowMib = domain.pool?.mebibytes
    minimumPages = domain.hasShadows ? domain.rules.leastPages : nil
    rules =
      domain.info.mode == .pv
      ? []
      : PoolRules.all.map { rule in
        Rule(
          rule: rule.rawValue, defaultPages: domain.rules.pages(rule),
          multiplier: domain.pool.map { domain.rules.multiplier(rule, ofPages: $0.pages) })
      }
    faultCount = domain.faultCount
    error = domain.poolError?.description
  }
}

private struct PoolRecord: Encodable {
  var pages: Int
  var pagesExact: Bool
  var shadowMib: Double
  var multiplier: Double

  init(_ pool: PoolSize, _ rules: PoolRules, _ rule: SizingRule) {
    pages = pool.pages
    pagesExact = pool.isExact
    shadowMib = pool.mebibytes
    multiplier = rules.multiplier(rule, ofPages: pool.pages)
  }
}

private struct SetRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var domid: Int
  var name: String?
  var paging: String?
  var status: String
  var rule: String
  var ruleReason: String
  var before: PoolRecord
  var requestedPages: Int
  var sentPages: Int
  var expectedPages: Int
  var after: PoolRecord
  var notes: [String]
  var undo: String
}

private struct SampleRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var domid: Int
  var name: String?
  var seconds: Double
  var pages: Int
  var pagesExact: Bool
  var shadowMib: Double
  var multiplier: Double
  var rule: String
  var ruleReason: String
  var faultCount: Int
  var faultsPerSecond: Double?
  var verdict: String?
  var faultLevel: String?
}
