/// What a result is of: its `kind`.
public enum ResultKind: String, Codable, Sendable, CaseIterable {
  /// One workload at one size.
  case run
  /// One workload at many sizes.
  case sweep
  /// The smallest multiplier that meets a target.
  case recommendation
  /// The multiplier for a host with nested paging.
  case nestedPaging = "nested_paging"
  /// A recommendation for a template.
  case templateRecommendation = "template_recommendation"
  /// The model against a real Xen.
  case verification
  /// A trace's guest at other sizes.
  case prediction
  /// What a trace holds.
  case traceInfo = "trace_info"
  /// What a trace adds up to.
  case traceSummary = "trace_summary"
  /// A matrix's cells.
  case matrix
  /// What comes with the program.
  case inputs
  /// Miss ratios of a trace of requests.
  case missRatios = "miss_ratios"
  /// Templates in a list.
  case templates
  /// Findings about templates.
  case templateValidation = "template_validation"
  /// A pool before and after a change.
  case poolWhatIf = "pool_what_if"
  /// A page that was made of results.
  case report
  /// A pool's multipliers.
  case poolAudit = "pool_audit"
  /// A workload in a real domain.
  case hostReplay = "host_replay"
  /// A bundle of replays that was made.
  case replayBundle = "replay_bundle"
  /// A bundle of replays that came back.
  case replayCollection = "replay_collection"
  /// Results against earlier ones.
  case comparison
  /// Results that are kept to compare later ones with.
  case baseline
  /// Baselines in a list.
  case baselines
}

/// What every result begins with.
struct ResultHeader: Codable, Hashable {
  /// The version of the keys and their meaning.
  var schemaVersion: Int
  /// What it is of; nil in version 1, which does not say.
  var kind: ResultKind?
}

/// A result with its header, one JSON object.
struct HeadedResult<Content: Encodable>: Encodable {
  var kind: ResultKind
  var content: Content

  func encode(to encoder: any Encoder) throws {
    try ResultHeader(schemaVersion: JSONResult.schemaVersion, kind: kind).encode(to: encoder)
    try content.encode(to: encoder)
  }
}
