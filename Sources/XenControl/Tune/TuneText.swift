import ShadowModel
import ShellText

/// What a search says, as text.
public enum TuneText {
  /// The headers of the table of steps, with whether the column is of numbers.
  public static let columns: [(header: String, isNumber: Bool)] =
    [("step", true), ("pages", true), ("MiB", true)]
    + PoolRules.all.map { ("× \($0.rawValue)", true) }
    + [
      ("faults/s per vCPU", true), ("spread", true), ("processors", true), ("is", false),
    ]

  /// A step's row in the table.
  public static func row(_ number: Int, _ tune: HostTune) -> [String] {
    let step = tune.journal.steps[number]
    let measurement = step.measurement
    return [String(number), String(step.pages), HostText.mebibytes(step.pages)]
      + PoolRules.all.map {
        HostText.fixed(tune.domain.rules.multiplier($0, ofPages: step.pages))
      }
      + [
        HostText.fixed(measurement.rate, decimals: 0),
        HostText.fixed(measurement.spread, decimals: 0), HostText.fixed(measurement.processors),
        mark(step, tune.journal),
      ]
  }

  private static func mark(_ step: TuneStep, _ journal: TuneJournal) -> String {
    let marks = [
      step.pages == journal.firstPages ? "found" : nil,
      step.pages == journal.bestPages ? "best" : nil,
      step.pages == journal.pages ? "now" : nil,
    ]
    return marks.compactMap { $0 }.joined(separator: ", ")
  }

  /// What comes after the table.
  public static func end(_ tune: HostTune, log: String, rule: RuleChoice) -> [String] {
    let journal = tune.journal
    let domain = "\(journal.domid)" + (journal.name.map { " (\($0))" } ?? "")
    var lines = [
      "domain     \(domain)",
      "verdict    " + (journal.verdict.map { "\($0.rawValue): \($0.text)" } ?? "none"),
      "found      \(size(journal.firstPages, tune, rule))",
    ]
    if journal.verdict == .domainGone { return lines + ["log        \(log)"] }
    lines.append("now        \(size(journal.pages, tune, rule))")
    lines.append("rule       \(rule.text)")
    lines.append("log        \(log)")
    if journal.pages != journal.firstPages {
      let undo = ShellCommand("shadowbench", "host", "tune", "--undo", log)
      lines.append("undo       \(undo)")
    }
    if journal.state == .interrupted {
      let resume = ShellCommand("shadowbench", "host", "tune", "--resume", log)
      lines.append("go on      \(resume)")
    }
    return lines
  }

  /// The steps that a search may take.
  public static func plan(
    _ tune: HostTune, _ plan: (growing: [Int], shrinking: [Int]), rule: RuleChoice
  ) -> [String] {
    let journal = tune.journal
    let settings = journal.settings
    func list(_ sizes: [Int], _ otherwise: String) -> String {
      sizes.isEmpty ? otherwise : sizes.map { "\($0)" }.joined(separator: ", ") + " pages"
    }
    var lines = [
      "domain     \(journal.domid)" + (journal.name.map { " (\($0))" } ?? ""),
      "found      \(size(journal.pages, tune, rule))",
      "rule       \(rule.text)",
      "target     \(HostText.fixed(settings.target)) shadow faults a second on each vCPU",
      "measuring  \(settings.samples) samples of \(HostText.fixed(settings.interval)) s, "
        + "\(HostText.fixed(settings.settle)) s after a change",
      "growing    " + list(plan.growing, "no: the budget or the host's free memory ends here"),
      "           until the target is met, or \(settings.patience) in a row do not help",
    ]
    if settings.canShrink {
      lines.append(
        "shrinking  " + list(plan.shrinking, "no: this is the minimum")
          + ", while the target is met")
    }
    return lines + ["nothing was changed"]
  }

  /// What happens on the way, for the impatient.
  public static func line(_ event: HostTune.Event) -> String {
    switch event {
    case .measured(let step):
      "\(step.pages) pages: \(HostText.fixed(step.measurement.rate, decimals: 0)) faults/s per vCPU"
        + " (± \(HostText.fixed(step.measurement.spread, decimals: 0)))"
    case .changing(let from, let to): "from \(from) to \(to) pages"
    case .idle: "the guest is idle; this sample does not count"
    }
  }

  private static func size(_ pages: Int, _ tune: HostTune, _ rule: RuleChoice) -> String {
    let pool = PoolSize(pages: pages, isExact: tune.journal.pagesExact)
    return "\(HostText.size(pool)) = \(HostText.multiple(tune.domain.rules, rule, pool))"
  }
}
