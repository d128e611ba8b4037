extension ReportPart {
  /// A trace's check of itself: what the model does not explain, kind by kind.
  static func checkBlocks(_ check: TraceCheckRecord?) -> [ReportBlock] {
    guard let check else { return [] }
    var table = ReportTable(
      caption: "The model replayed at the traced size, beside the trace itself",
      columns: ["kind", "model", "trace", "difference, %"])
    table.rows = check.kinds.filter { $0.model > 0 || $0.trace > 0 }.map {
      [
        .text($0.counter), .count($0.model), .count($0.trace),
        .text(Numeral.fixed($0.share * 100, 2)),
      ]
    }
    return [.heading("What the trace itself counted"), .table(table)]
  }

  /// What is said before anything else of a trace that the model does not explain.
  static func checkWarning(_ check: TraceCheckRecord?) -> [ReportBlock] {
    guard let check, check.outcome != SelfCheck.Outcome.explained.rawValue,
      let worst = check.kinds.max(by: { abs($0.share) < abs($1.share) })
    else { return [] }
    return [
      .outcome(
        isGood: false,
        "The model does not explain this trace: at the traced size it counts "
          + "\(Numeral.grouped(worst.model)) \(worst.counter), the trace shows "
          + "\(Numeral.grouped(worst.trace)).")
    ]
  }
}
