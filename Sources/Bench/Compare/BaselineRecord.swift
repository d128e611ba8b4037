/// Results that are kept to compare later ones with, one file.
struct BaselineRecord: Codable {
  /// What it is called.
  var name: String
  /// The results, each with its own header.
  var results: [StoredResult]

  /// A result as part of another document.
  struct StoredResult: Codable {
    var header: ResultHeader
    var kind: ResultKind
    var content: ResultFile.Content

    init(_ file: ResultFile, withoutMachine: Bool) {
      kind = file.kind
      header = ResultHeader(schemaVersion: file.schemaVersion, kind: file.kind)
      content = withoutMachine ? file.content.withoutMachine : file.content
    }

    init(from decoder: any Decoder) throws {
      header = try ResultHeader(from: decoder)
      guard let kind = header.kind else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "a result without a kind"))
      }
      self.kind = kind
      switch kind {
      case .run: content = .run(try RunRecord(from: decoder))
      case .sweep: content = .sweep(try SweepRecord(from: decoder))
      case .recommendation: content = .recommendation(try RecommendationRecord(from: decoder))
      case .verification: content = .verification(try VerificationRecord(from: decoder))
      case .prediction: content = .prediction(try PredictionRecord(from: decoder))
      case .traceSummary: content = .traceSummary(try TraceSummaryRecord(from: decoder))
      default:
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "a result of the kind '\(kind.rawValue)', which is not compared"))
      }
    }

    func encode(to encoder: any Encoder) throws {
      try header.encode(to: encoder)
      switch content {
      case .run(let record): try record.encode(to: encoder)
      case .sweep(let record): try record.encode(to: encoder)
      case .recommendation(let record): try record.encode(to: encoder)
      case .verification(let record): try record.encode(to: encoder)
      case .prediction(let record): try record.encode(to: encoder)
      case .traceSummary(let record): try record.encode(to: encoder)
      }
    }
  }
}
