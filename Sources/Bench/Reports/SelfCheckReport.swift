import ShadowModel

/// The text of a trace's check of itself.
enum SelfCheckReport {
  /// What is said before anything else; nothing where the model explains the trace.
  static func warning(_ check: SelfCheck?, terminal: Terminal) -> [String] {
    guard let check, check.outcome != .explained else { return [] }
    let kinds = check.residuals.filter { abs($0.share) > SelfCheck.doubt }
      .sorted { abs($0.share) > abs($1.share) }
    let style: Terminal.Style = check.outcome == .unexplained ? .bad : .warning
    var lines = [
      terminal.styled(
        "The model does not explain this trace: replayed at the traced size, "
          + "\(kinds.count) of \(check.residuals.count) kinds of events are off by more than "
          + "\(Numeral.percent(SelfCheck.doubt)) %.", style)
    ]
    lines += kinds.map {
      "  \($0.name): model \(Numeral.grouped($0.model)), trace \(Numeral.grouped($0.trace)), "
        + share($0) + " %"
    }
    lines.append(
      check.outcome == .unexplained
        ? "No size can be recommended from it."
        : "Every number below can be off by as much.")
    return lines + [""]
  }

  /// The check as a table, with what the traced size rests on.
  static func lines(_ check: SelfCheck?) -> [String] {
    guard let check else { return [] }
    var table = Table([
      .text("at the traced size"), .number("model"), .number("trace"), .number("difference, %"),
    ])
    for residual in check.residuals where residual.model > 0 || residual.trace > 0 {
      table.add([
        residual.name, Numeral.grouped(residual.model), Numeral.grouped(residual.trace),
        share(residual),
      ])
    }
    return [tracedSize(check.size), ""] + table.lines
  }

  /// `+0.12`, in percent.
  private static func share(_ residual: SelfCheck.Residual) -> String {
    (residual.share < 0 ? "−" : "+") + Numeral.fixed(abs(residual.share) * 100, 2)
  }

  private static func tracedSize(_ size: TracedPages) -> String {
    guard let pages = size.pages else {
      return "traced size  not known: no root was given up; give it with --traced-pages"
    }
    var line = "traced size  \(Numeral.grouped(pages)) pages, \(size.source.rawValue)"
    guard size.source == .given else { return line + " by its reclaims" }
    guard let shown = size.shown else { return line + "; the trace has no reclaim" }
    line += "; the trace shows \(Numeral.grouped(shown))"
    if size.gap > 0 {
      line += ": \(Numeral.grouped(size.gap)) pages of shadows that only hit are added to each size"
    } else if size.gap < 0 {
      line +=
        ": \(Numeral.grouped(-size.gap)) pages more than the guest had are taken off each size"
    }
    return line
  }
}

extension SizeResult {
  /// Whether a trace leaves open what the size does.
  var isUnknown: Bool { evidence?.isKnown == false }
}
