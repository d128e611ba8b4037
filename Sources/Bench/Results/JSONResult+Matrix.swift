import Foundation
import ShadowModel
import XenServer

extension JSONResult {
  /// A matrix cell's result: one line, the same bytes on every machine.
  static func line(_ result: SweepResult, item: MatrixPlan.Item) throws -> String {
    try line(
      MatrixCellRecord(
        id: item.id, seed: item.cell.seed, conditions: ConditionsRecord(result.conditions),
        neededPages: result.ample.peakPages,
        points: result.points.map { PointRecord($0, verdict: result.verdict(on: $0)) },
        knee: result.knee.map { KneeRecord($0, target: result.conditions.target) },
        template: item.cell.template.map { TemplateRecord($0, result) }))
  }

  /// A value on one line.
  static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// A value as ``line(_:)`` and ``encode(_:)`` wrote it.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from text: some StringProtocol
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(text.utf8))
  }
}

/// A matrix in a result.
struct MatrixRecord: Codable {
  /// The matrix's file.
  var matrix: String
  /// SHA-256 of the matrix and all its inputs.
  var matrixDigest: String
  /// The cells, in the matrix's order.
  var cells: [MatrixCellRecord]
}

/// A cell of a matrix in a result.
struct MatrixCellRecord: Codable {
  var id: String
  var seed: UInt64
  var conditions: ConditionsRecord
  var neededPages: Int
  var points: [PointRecord]
  var knee: KneeRecord?
  /// The template that made the guest; no key where none did.
  var template: TemplateRecord?

  /// The smallest size that meets the target; nil where none that was looked at does.
  var fitting: PointRecord? { knee == nil ? points.first : knee?.fitting }
}

/// A built-in template, the pool that it gives, and where the knee is from there.
struct TemplateRecord: Codable {
  var id: String
  var nameLabel: String
  var releases: String
  var multiplier: Double
  var rule: String
  var shadowMib: Double
  var pages: Int
  /// `below`: the template's pool is large enough; `above`: too small; `unknown`.
  var knee: String

  init(_ template: BuiltInTemplate, _ result: SweepResult) {
    let allocation = template.allocation(result.conditions.sizing)
    id = template.id
    nameLabel = template.nameLabel
    releases = template.releases.rawValue
    multiplier = template.shadowMultiplier
    rule = allocation.rule.rawValue
    shadowMib = allocation.mebibytes
    pages = allocation.pages
    knee = BuiltInTemplate.place(of: result.knee, from: allocation.pages).rawValue
  }
}
