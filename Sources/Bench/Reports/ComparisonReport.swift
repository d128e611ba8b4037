import Statistics

/// The text of `compare`.
public enum ComparisonReport {
  /// Most changed figures of one thing that are shown; JSON has all.
  static let mostChanges = 40

  /// The lines.
  public static func lines(_ comparison: Comparison, terminal: Terminal) -> [String] {
    var table = Table([
      .text("what"), .number("old"), .number("new"), .number("change"), .number("p"),
      .number("A"), .text("verdict"),
    ])
    for row in comparison.rows {
      table.add([
        row.label + (row.figures > 0 ? ", \(Numeral.grouped(row.figures)) figures" : ""), "", "",
        row.changes.isEmpty ? "" : "\(Numeral.grouped(row.changes.count)) changed", "", "",
        styled(row.verdict, terminal),
      ])
      for change in row.changes.prefix(mostChanges) {
        table.add([
          "  " + change.place, change.old?.text ?? "-", change.new?.text ?? "-",
          change.text, "", "", styled(.differs, terminal),
        ])
      }
      if row.changes.count > mostChanges {
        table.add([
          "  and \(Numeral.grouped(row.changes.count - mostChanges)) more, see --json", "", "", "",
          "", "", "",
        ])
      }
      if let timing = row.timing {
        table.add(cells(timing, comparison.rules, terminal))
        if timing.isMachineAnother(comparison.rules), let ratio = timing.machineRatio {
          table.add([
            "  the machine itself, by the same work around each repeat", "", "",
            signed(ratio - 1) + " %", "", "", styled(.unsure, terminal),
          ])
        }
      }
    }
    var lines = table.lines
    if comparison.rows.contains(where: { $0.timing != nil }) {
      lines += [
        "",
        comparison.rules.isPaired
          ? "Times: medians; change: median of the pairs' ratios with its interval; p: two-sided "
            + "Wilcoxon, corrected for all rows; A: how often a new time is above an old one."
          : "Times: medians; change: median of the ratios of every new time to every old one, with "
            + "its interval; p: two-sided Mann-Whitney, corrected for all rows; A: how often a new time "
            + "is above an old one.",
        "A regression has p of at most \(Numeral.percent(comparison.rules.alpha)) % and "
          + (comparison.rules.isPaired
            ? "a change" : "both the change and that of the lower quartile are")
          + " more than \(Numeral.percent(comparison.rules.threshold)) %.",
      ]
    }
    return lines
  }

  private static func cells(
    _ timing: TimingComparison, _ rules: ComparisonRules, _ terminal: Terminal
  ) -> [String] {
    var change = timing.ratio.map { signed($0 - 1) + " %" } ?? "-"
    if let interval = timing.interval {
      change += " (\(signed(interval.low - 1)) to \(signed(interval.high - 1)))"
    }
    return [
      "  \(timing.clock.words), \(timing.old.count) and \(timing.new.count) repeats"
        + (timing.correlationTime < 1.5
          ? "" : ", \(Numeral.fixed(timing.correlationTime, 1)) tell as much as one"),
      Numeral.duration(timing.old.median), Numeral.duration(timing.new.median), change,
      probability(timing.probability), Numeral.fixed(timing.test.superiority, 2),
      styled(timing.verdict(rules), terminal),
    ]
  }

  /// A share as percent with its sign.
  static func signed(_ share: Double) -> String {
    (share < 0 ? "" : "+") + Numeral.fixed(share * 100, 1)
  }

  private static func probability(_ value: Double) -> String {
    value < 0.0001 ? "<0.0001" : Numeral.fixed(value, 4)
  }

  private static func styled(_ verdict: ComparisonVerdict, _ terminal: Terminal) -> String {
    switch verdict {
    case .same, .faster: terminal.styled(verdict.rawValue, .good)
    case .differs, .regression: terminal.styled(verdict.rawValue, .bad)
    case .slower, .unsure, .onlyInOld, .onlyInNew: terminal.styled(verdict.rawValue, .warning)
    }
  }
}

extension Comparison.Change {
  /// The new figure less the old; nil where they are no numbers.
  var difference: Double? {
    guard let old = old?.value, let new = new?.value else { return nil }
    return new - old
  }

  /// The difference as people read it, with the share of the old figure.
  var text: String {
    guard let difference, let old = old?.value else { return "" }
    let isWhole = difference == difference.rounded() && abs(difference) < 9e15
    let amount = isWhole ? Numeral.grouped(Int(difference)) : "\(difference)"
    let share = old == 0 ? "" : " (\(ComparisonReport.signed(difference / abs(old))) %)"
    return (difference > 0 ? "+" : "") + amount + share
  }
}

/// The text of `baseline list`.
public enum BaselineReport {
  /// The lines.
  public static func lines(_ entries: [BaselineStore.Entry]) -> [String] {
    var table = Table([
      .text("baseline"), .number("results"), .number("with times"), .text("made by"),
    ])
    for entry in entries {
      table.add([
        entry.name, Numeral.grouped(entry.subjects.count), Numeral.grouped(entry.timed),
        entry.programs.isEmpty ? "-" : entry.programs.joined(separator: ", "),
      ])
    }
    return table.lines
  }
}
