import ShadowModel

/// The text of `verify`.
public enum VerifyReport {
  /// The lines.
  public static func lines(_ verification: Verification, terminal: Terminal) -> [String] {
    var lines: [String] = []
    var table = Table([
      .text("scenario"), .text("counter"), .number("Xen, count"), .number("model, count"),
    ])
    for result in verification.results {
      for difference in result.differences {
        table.add([
          result.id, difference.counter.xenName, Numeral.grouped(difference.xen),
          Numeral.grouped(difference.model),
        ])
      }
      for difference in result.phases {
        table.add([
          result.id, "phase \(difference.phase): \(difference.what)", difference.host,
          difference.model,
        ])
      }
    }
    if verification.differing > 0 { lines += table.lines + [""] }
    let summary =
      "\(verification.results.count) scenarios, \(Numeral.grouped(verification.comparisons)) "
      + "counters compared, \(Numeral.grouped(verification.differing)) differ"
    lines.append(terminal.styled(summary, verification.differing == 0 ? .good : .bad))
    return lines
  }

  /// What a Xen at hand counted, against what the file has.
  public static func lines(_ recording: ScenarioRecording, terminal: Terminal) -> [String] {
    var table = Table([
      .text("scenario"), .text("counter"), .number("recorded, count"), .number("now, count"),
    ])
    for change in recording.changes {
      table.add([
        change.id, change.counter.xenName, Numeral.grouped(change.recorded),
        Numeral.grouped(change.counted),
      ])
    }
    let summary =
      "counted again: \(recording.repeated) scenarios, \(recording.changes.count) counters are "
      + "not what was recorded; \(recording.file.scenarios.count - recording.repeated) are new"
    return (recording.changes.isEmpty ? [] : table.lines + [""])
      + [terminal.styled(summary, recording.changes.isEmpty ? .good : .bad)]
  }
}
