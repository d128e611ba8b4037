import Foundation
import ShadowModel

/// Results as JSON: keys in snake_case and sorted, `schema_version` and `kind` in each.
public enum JSONResult {
  /// The version of the keys and their meaning.
  public static let schemaVersion = 2

  /// `run`.
  public static func text(_ result: RunResult, environment: RunEnvironment? = nil) throws
    -> String
  {
    try encode(
      .run,
      RunRecord(
        input: InputRecord(result.conditions.input),
        conditions: ConditionsRecord(result.conditions),
        point: PointRecord(result.result, verdict: result.verdict),
        phases: result.result.runs.first?.phases.map(PhaseRecord.init) ?? [],
        neededPages: result.ample.peakPages, verdict: result.verdict.rawValue,
        timing: result.timing.map(TimingRecord.init), environment: environment,
        tracedPages: result.check?.size.pages, residual: result.check?.residual,
        check: result.check.map(TraceCheckRecord.init)))
  }

  /// `sweep`.
  public static func text(_ result: SweepResult, environment: RunEnvironment? = nil) throws
    -> String
  {
    try encode(
      .sweep,
      SweepRecord(
        input: InputRecord(result.conditions.input),
        conditions: ConditionsRecord(result.conditions), neededPages: result.ample.peakPages,
        points: result.points.map { PointRecord($0, verdict: result.verdict(on: $0)) },
        knee: result.knee.map { KneeRecord($0, target: result.conditions.target) },
        environment: environment, tracedPages: result.check?.size.pages,
        residual: result.check?.residual, check: result.check.map(TraceCheckRecord.init)))
  }

  /// `verify`.
  /// - Parameter values: whether every compared counter is in it, not those alone that differ
  public static func text(
    _ verification: Verification, environment: RunEnvironment? = nil, values: Bool = false
  ) throws -> String {
    try encode(
      .verification,
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
              },
            values: values
              ? Dictionary(
                uniqueKeysWithValues: result.values.map {
                  ($0.counter.xenName, .init(xen: $0.host, model: $0.model))
                }) : nil)
        }, environment: environment))
  }

  /// A result of that kind.
  static func encode(_ kind: ResultKind, _ content: some Encodable) throws -> String {
    try encode(HeadedResult(kind: kind, content: content))
  }

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// A run in a result.
struct RunRecord: Codable {
  var input: InputRecord?
  var conditions: ConditionsRecord
  var point: PointRecord
  var phases: [PhaseRecord]
  var neededPages: Int
  var verdict: String
  var timing: TimingRecord?
  var environment: RunEnvironment?
  var tracedPages: Int?
  var residual: [String: Int]?
  /// A trace's check of itself; nil where the input is none.
  var check: TraceCheckRecord?
}

/// A sweep in a result.
struct SweepRecord: Codable {
  var input: InputRecord?
  var conditions: ConditionsRecord
  var neededPages: Int
  var points: [PointRecord]
  var knee: KneeRecord?
  var environment: RunEnvironment?
  var tracedPages: Int?
  var residual: [String: Int]?
  /// A trace's check of itself; nil where the input is none.
  var check: TraceCheckRecord?
}

/// The knee in a result.
struct KneeRecord: Codable {
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

/// A comparison with a real Xen in a result.
struct VerificationRecord: Codable {
  struct Result: Codable {
    var id: String
    var differences: [Difference]
    var phases: [Phase]?
    /// Every compared counter by Xen's name; nil where it was not asked for.
    var values: [String: Value]?
  }
  struct Value: Codable {
    var xen: Int
    var model: Int
  }
  struct Difference: Codable {
    var counter: String
    var xen: Int
    var model: Int
  }
  struct Phase: Codable {
    var phase: Int
    var what: String
    var xen: String
    var model: String
  }

  var scenarios: Int
  var counters: Int
  var differing: Int
  var results: [Result]
  var environment: RunEnvironment?
}
