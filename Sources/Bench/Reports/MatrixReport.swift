/// The text of `sweep --matrix`.
public enum MatrixReport {
  /// A row for each cell: where its knee is.
  public static func lines(_ outcome: MatrixSweep.Outcome) throws -> [String] {
    var table = Table([
      .text("cell"), .number("needs, pages"), .number("fits from, MiB"), .number("multiplier"),
      .text("rule"), .number("fails at, MiB"),
    ])
    for (item, line) in zip(outcome.items, outcome.lines) {
      guard let line else {
        table.add([item.id, "failed", "", "", "", ""])
        continue
      }
      let cell = try JSONResult.decode(MatrixCellSummary.self, from: line)
      let fitting = cell.knee == nil ? cell.points.first : cell.knee?.fitting
      table.add([
        cell.id, Numeral.grouped(cell.neededPages),
        fitting.map { Numeral.fixed($0.shadowMib, 2) } ?? "none",
        fitting.map { Numeral.fixed($0.multiplier, 2) } ?? "",
        fitting?.rule ?? "",
        cell.knee?.failing.map { Numeral.fixed($0.shadowMib, 2) } ?? "none",
      ])
    }
    return table.lines
  }
}
