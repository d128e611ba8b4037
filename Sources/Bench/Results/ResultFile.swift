import Foundation

/// A result that was written before, of this version or an older one.
public struct ResultFile: Sendable {
  /// What a result holds.
  enum Content: Sendable {
    /// One size.
    case run(RunRecord)
    /// Many sizes.
    case sweep(SweepRecord)
    /// The smallest multiplier.
    case recommendation(RecommendationRecord)
    /// The model against Xen.
    case verification(VerificationRecord)
    /// A trace's guest at other sizes.
    case prediction(PredictionRecord)
    /// What a trace adds up to.
    case traceSummary(TraceSummaryRecord)
  }

  /// Where it was read.
  public let path: String
  /// The version that wrote it.
  public let schemaVersion: Int
  /// What it is of.
  public let kind: ResultKind
  let content: Content

  /// Reads the result at `path`.
  /// - Throws: ``InputError`` for what is no result, is damaged, of a later version, or of a kind
  ///   that is not read
  public init(path: String) throws(InputError) {
    self.path = path
    let text = try TextFile.read(path)
    let header = try Self.part(ResultHeader.self, of: text, path)
    guard (1...JSONResult.schemaVersion).contains(header.schemaVersion) else {
      throw InputError(
        file: path,
        reason: "has the schema version \(header.schemaVersion); this program reads 1 to "
          + "\(JSONResult.schemaVersion), a later one may read it")
    }
    schemaVersion = header.schemaVersion
    var kind = header.kind
    if kind == nil { kind = try Self.part(Keys.self, of: text, path).kind }
    guard let kind else {
      throw InputError(file: path, reason: "is of none of the kinds that are read")
    }
    self.kind = kind
    content =
      switch kind {
      case .run: .run(try Self.part(RunRecord.self, of: text, path))
      case .sweep: .sweep(try Self.part(SweepRecord.self, of: text, path))
      case .recommendation:
        .recommendation(try Self.part(RecommendationRecord.self, of: text, path))
      case .verification: .verification(try Self.part(VerificationRecord.self, of: text, path))
      case .prediction: .prediction(try Self.part(PredictionRecord.self, of: text, path))
      case .traceSummary: .traceSummary(try Self.part(TraceSummaryRecord.self, of: text, path))
      default:
        throw InputError(
          file: path,
          reason: "is of the kind '\(kind.rawValue)'; run, sweep, recommendation, verification, "
            + "prediction and trace_summary are read")
      }
  }

  /// Top-level keys that tell what a result of version 1 is of.
  private struct Keys: Decodable {
    struct Anything: Decodable {}
    var point: Anything?
    var sensitivity: [Anything]?
    var differing: Int?
    var trace: Anything?
    var timeline: [Anything]?
    var points: [Anything]?

    var kind: ResultKind? {
      if point != nil { return .run }
      if sensitivity != nil { return .recommendation }
      if differing != nil { return .verification }
      if trace != nil { return .prediction }
      if timeline != nil { return .traceSummary }
      return points == nil ? nil : .sweep
    }
  }

  /// A result that is part of a file.
  init(path: String, schemaVersion: Int, kind: ResultKind, content: Content) {
    self.path = path
    self.schemaVersion = schemaVersion
    self.kind = kind
    self.content = content
  }

  /// The results of the file at `path`: one, or those of a baseline.
  /// - Throws: ``InputError`` as ``init(path:)``
  static func all(path: String) throws(InputError) -> [ResultFile] {
    let text = try TextFile.read(path)
    let header = try part(ResultHeader.self, of: text, path)
    guard header.kind == .baseline, header.schemaVersion <= JSONResult.schemaVersion else {
      return [try ResultFile(path: path)]
    }
    return try part(BaselineRecord.self, of: text, path).results.map {
      ResultFile(
        path: path, schemaVersion: $0.header.schemaVersion, kind: $0.kind, content: $0.content)
    }
  }

  static func part<Part: Decodable>(
    _ type: Part.Type, of text: String, _ path: String
  ) throws(InputError) -> Part {
    do {
      return try JSONResult.decode(type, from: text)
    } catch {
      throw InputError(file: path, reason: "is no result, or is damaged: \(explain(error))")
    }
  }

  /// Where a result is not what it should be, in words.
  static func explain(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : path.map(\.stringValue).joined(separator: ".") + ": "
    }
    return switch error {
    case DecodingError.keyNotFound(let key, let context):
      "\(place(context.codingPath))'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(place(context.codingPath))\(context.debugDescription)"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "\(place(context.codingPath))\(context.debugDescription)"
    default: "it is not JSON, or ends too early"
    }
  }
}
