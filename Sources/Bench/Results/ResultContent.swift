extension ResultFile {
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
    /// The multiplier for a host with nested paging.
    case nestedPaging(NestedPagingRecord)
    /// The multiplier for a template.
    case templateRecommendation(TemplateAdviceRecord)
    /// A matrix's cells.
    case matrix(MatrixRecord)
  }

  /// A result of a kind that is written, but not read.
  struct UnreadKind: Error {
    /// The kind; nil where the result does not say, and its keys do not tell.
    var kind: ResultKind?

    /// Why it is refused.
    var reason: String {
      guard let kind else { return "is of none of the kinds that are read" }
      return "is of the kind '\(kind.rawValue)'; run, sweep, recommendation, nested_paging, "
        + "template_recommendation, verification, prediction, trace_summary and matrix are read"
    }
  }
}

extension ResultFile.Content: Encodable {
  /// What a result of that kind holds.
  /// - Throws: ``ResultFile/UnreadKind``, and what the decoder says of keys and values
  init(_ kind: ResultKind, from decoder: any Decoder) throws {
    self =
      switch kind {
      case .run: .run(try RunRecord(from: decoder))
      case .sweep: .sweep(try SweepRecord(from: decoder))
      case .recommendation: .recommendation(try RecommendationRecord(from: decoder))
      case .verification: .verification(try VerificationRecord(from: decoder))
      case .prediction: .prediction(try PredictionRecord(from: decoder))
      case .traceSummary: .traceSummary(try TraceSummaryRecord(from: decoder))
      case .nestedPaging: .nestedPaging(try NestedPagingRecord(from: decoder))
      case .templateRecommendation:
        .templateRecommendation(try TemplateAdviceRecord(from: decoder))
      case .matrix: .matrix(try MatrixRecord(from: decoder))
      default: throw ResultFile.UnreadKind(kind: kind)
      }
  }

  /// Writes the record alone, without a header.
  func encode(to encoder: any Encoder) throws {
    switch self {
    case .run(let record): try record.encode(to: encoder)
    case .sweep(let record): try record.encode(to: encoder)
    case .recommendation(let record): try record.encode(to: encoder)
    case .verification(let record): try record.encode(to: encoder)
    case .prediction(let record): try record.encode(to: encoder)
    case .traceSummary(let record): try record.encode(to: encoder)
    case .nestedPaging(let record): try record.encode(to: encoder)
    case .templateRecommendation(let record): try record.encode(to: encoder)
    case .matrix(let record): try record.encode(to: encoder)
    }
  }
}

/// A result as it stands in a file or in a baseline: header and content, one JSON object.
struct ResultDocument: Codable {
  /// The version that wrote it, and the kind, if it says.
  var header: ResultHeader
  /// What it is of, said or told by its keys.
  var kind: ResultKind
  /// What it holds.
  var content: ResultFile.Content

  init(_ file: ResultFile, withoutMachine: Bool) {
    kind = file.kind
    header = ResultHeader(schemaVersion: file.schemaVersion, kind: file.kind)
    content = withoutMachine ? file.content.withoutMachine : file.content
  }

  init(from decoder: any Decoder) throws {
    header = try ResultHeader(from: decoder)
    guard let kind = try header.kind ?? Keys(from: decoder).kind else {
      throw ResultFile.UnreadKind(kind: nil)
    }
    self.kind = kind
    content = try ResultFile.Content(kind, from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try header.encode(to: encoder)
    try content.encode(to: encoder)
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
}
