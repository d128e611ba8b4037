/// The text of `sweep --matrix`.
public enum MatrixReport {
  /// A row for each cell: where its knee is; below the table the templates that made guests.
  public static func lines(_ outcome: MatrixSweep.Outcome) throws -> [String] {
    let hasTemplates = outcome.items.contains { $0.cell.template != nil }
    var table = Table(
      [
        .text("cell"), .number("needs, pages"), .number("fits from, MiB"), .number("multiplier"),
        .text("rule"), .number("fails at, MiB"),
      ] + (hasTemplates ? [.number("template gives, MiB"), .text("knee is")] : []))
    var templates: [TemplateRecord] = []
    for (item, line) in zip(outcome.items, outcome.lines) {
      guard let line else {
        table.add([item.id, "failed", "", "", "", ""] + (hasTemplates ? ["", ""] : []))
        continue
      }
      let cell = try JSONResult.decode(MatrixCellRecord.self, from: line)
      table.add(row(cell) + (hasTemplates ? row(cell.template) : []))
      if let template = cell.template, !templates.contains(where: { $0.id == template.id }) {
        templates.append(template)
      }
    }
    return table.lines + (templates.isEmpty ? [] : [""]) + templates.map(sentence)
  }

  private static func row(_ cell: MatrixCellRecord) -> [String] {
    let fitting = cell.fitting
    return [
      cell.id, Numeral.grouped(cell.neededPages),
      fitting.map { Numeral.fixed($0.shadowMib, 2) } ?? "none",
      fitting.map { Numeral.fixed($0.multiplier, 2) } ?? "",
      fitting?.rule ?? "",
      cell.knee?.failing.map { Numeral.fixed($0.shadowMib, 2) } ?? "none",
    ]
  }

  private static func row(_ template: TemplateRecord?) -> [String] {
    guard let template else { return ["", ""] }
    return [Numeral.fixed(template.shadowMib, 2), template.knee]
  }

  private static func sentence(_ template: TemplateRecord) -> String {
    "\(template.id): \(template.nameLabel), \(template.releases), sets "
      + "\(Numeral.fixed(template.multiplier, 2)) × \(template.rule)"
  }
}
