/// A trace's check of itself in a result.
struct TraceCheckRecord: Codable {
  /// One kind of event, in the model and in the trace.
  struct Kind: Codable {
    var counter: String
    var model: Int
    var trace: Int
    var share: Double
  }

  /// `explained`, `doubtful` (a kind off by more than 2 %) or `unexplained` (by more than 10 %).
  var outcome: String
  /// Whether the traced size was `given`, was `found`, or is `unknown`.
  var tracedPagesFrom: String
  /// The size that the trace's reclaims show, pages; nil where it has none.
  var shownPages: Int?
  /// Pages in use of which the trace shows nothing.
  var unseenPages: Int
  /// Kind by kind, at the traced size.
  var kinds: [Kind]

  /// The record of a check.
  init(_ check: SelfCheck) {
    outcome = check.outcome.rawValue
    tracedPagesFrom = check.size.source.rawValue
    shownPages = check.size.shown
    unseenPages = check.size.gap
    kinds = check.residuals.map {
      Kind(counter: $0.name, model: $0.model, trace: $0.trace, share: $0.share)
    }
  }
}

extension SelfCheck {
  /// Model − trace at the traced size, by counter.
  var residual: [String: Int] {
    Dictionary(uniqueKeysWithValues: residuals.map { ($0.name, $0.difference) })
  }
}
