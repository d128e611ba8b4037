import Foundation
import ShadowModel

/// Results as JSON: keys in snake_case and sorted, `schema_version` in each.
public enum JSONResult {
  /// The version of the keys and their meaning.
  public static let schemaVersion = 1

  /// `run`.
  public static func text(_ result: RunResult, environment: RunEnvironment? = nil) throws
    -> String
  {
    try encode(
      RunRecord(
        conditions: ConditionsRecord(result.conditions),
        point: PointRecord(result.result, verdict: result.verdict),
        phases: result.result.runs.first?.phases.map(PhaseRecord.init) ?? [],
        neededPages: result.ample.peakPages, verdict: result.verdict.rawValue,
        environment: environment))
  }

  /// `sweep`.
  public static func text(_ result: SweepResult, environment: RunEnvironment? = nil) throws
    -> String
  {
    try encode(
      SweepRecord(
        conditions: ConditionsRecord(result.conditions), neededPages: result.ample.peakPages,
        points: result.points.map { PointRecord($0, verdict: result.verdict(on: $0)) },
        knee: result.knee.map { KneeRecord($0, target: result.conditions.target) },
        environment: environment))
  }

  /// `verify`.
  public static func text(_ verification: Verification) throws -> String {
    try encode(
      VerificationRecord(
        scenarios: verification.results.count, counters: verification.comparisons,
        differing: verification.differing,
        results: verification.results.map { result in
          .init(
            id: result.id,
            differences: result.differences.map {
              .init(counter: $0.counter.xenName, xen: $0.xen, model: $0.model)
            },
            phases: result.phases.isEmpty
              ? nil
              : result.phases.map {
                .init(phase: $0.phase, what: $0.what, xen: $0.host, model: $0.model)
              })
        }))
  }

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

private struct RunRecord: Encodable {
  var schemaVersion = JSONResult.schemaVersion
  var conditions: ConditionsRecord
  var point: PointRecord
  var phases: [PhaseRecord]
  var neededPages: Int
  var verdict: String
  var environment: RunEnvironment?
}

private struct SweepRecord: Encodable {
  var schemaVersion = JSONResult.schemaVersion
  var conditions: ConditionsRecord
  var neededPages: Int
  var points: [PointRecord]
  var knee: KneeRecord?
  var environment: RunEnvironment?
}

/// The knee in a result.
struct KneeRecord: Encodable {
  var failing: PointRecord?
  var fitting: PointRecord?
  var faultRatio: Double?

  init(_ knee: Knee, target: Target) {
    let both = [knee.failing, knee.fitting].compactMap { $0 }
    failing = knee.failing.map { PointRecord($0, verdict: .thrashes) }
    fitting = knee.fitting.map { PointRecord($0, verdict: target.verdict(on: $0, among: both)) }
    faultRatio = knee.faultRatio
  }
}

private struct VerificationRecord: Encodable {
  struct Result: Encodable {
    var id: String
    var differences: [Difference]
    var phases: [Phase]?
  }
  struct Difference: Encodable {
    var counter: String
    var xen: Int
    var model: Int
  }
  struct Phase: Encodable {
    var phase: Int
    var what: String
    var xen: String
    var model: String
  }

  var schemaVersion = JSONResult.schemaVersion
  var scenarios: Int
  var counters: Int
  var differing: Int
  var results: [Result]
}
