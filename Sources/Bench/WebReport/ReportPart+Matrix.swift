import Charts

extension ReportPart {
  static func matrix(_ record: MatrixRecord, _ file: ResultFile, _ id: String) -> ReportPart {
    let fitting = record.cells.count { $0.fitting != nil }
    let text =
      "\(Numeral.grouped(record.cells.count)) cells; in \(Numeral.grouped(fitting)) of them a size "
      + "that was looked at meets the target."
    var blocks: [ReportBlock] = [.outcome(isGood: fitting == record.cells.count, text)]
    if let figure = curves(record.cells, id: id) { blocks.append(.figures([figure])) }
    blocks.append(.table(cells(record.cells)))
    blocks.append(
      .facts([
        ("Matrix", [("file", record.matrix), ("SHA-256", record.matrixDigest)]),
        ("Result", [("schema version", "\(file.schemaVersion)")]),
      ]))
    return ReportPart(
      id: id, title: "Matrix \(record.matrix)", path: file.path, kind: "matrix", outcome: text,
      blocks: blocks)
  }

  /// What a cell is called beside others: ids are long.
  private static func name(_ index: Int) -> String { "cell \(index + 1)" }

  /// Re-creation of each cell; nil where they are too many to be told apart.
  private static func curves(_ cells: [MatrixCellRecord], id: String) -> ReportFigure? {
    let points = cells.flatMap(\.points)
    guard (1...ChartStyle.seriesCount).contains(cells.count), points.count > cells.count,
      let target = cells.first.map({ $0.conditions.target * 100 })
    else { return nil }
    let sizes = ScaledRange(.logarithmic, holding: points.map(\.shadowMib).filter { $0 > 0 })
    var chart = XYChart(
      id: "\(id)-cells", title: "Re-creation of shadows, cell by cell",
      summary: cells.enumerated().map { index, cell in
        "\(name(index)) fits "
          + (cell.fitting.map { "from \(Numeral.fixed($0.shadowMib, 2)) MiB." } ?? "at no size.")
      }.joined(separator: " "),
      x: .init("pool, MiB", sizes.padded(0.03)),
      y: CurveFigures.percents(
        "re-creation, % of guest time", target: target, holding: points.map(\.recreationPercent)))
    chart.series = cells.enumerated().map { index, cell in
      .init(
        name(index),
        cell.points.sorted { $0.shadowMib < $1.shadowMib }.map {
          .init($0.shadowMib, $0.recreationPercent)
        }, style: index)
    }
    chart.levels = [.init("target \(Ticks.label(target)) %", y: target)]
    var table = ReportTable(
      caption: "Every size of every cell",
      columns: ["cell", "pool, MiB", "multiplier", "re-creation, %", "verdict"])
    table.rows = cells.enumerated().flatMap { index, cell in
      cell.points.map { point -> [ReportTable.Cell] in
        [
          .number(name(index), Double(index + 1)),
          .number(Numeral.fixed(point.shadowMib, 2), point.shadowMib),
          .number(Numeral.fixed(point.multiplier, 2), point.multiplier),
          CurveFigures.cell(percent: point.recreationPercent), .text(point.outcome),
        ]
      }
    }
    return ReportFigure(
      chart: chart,
      note:
        "Numbers are those of the table below; the cells’ guests may differ, and with them what a "
        + "multiplier gives.",
      table: table)
  }

  private static func cells(_ cells: [MatrixCellRecord]) -> ReportTable {
    let hasTemplates = cells.contains { $0.template != nil }
    var table = ReportTable(
      caption: "Cells",
      columns: [
        "cell", "input", "guest", "seed", "needs, pages", "fits from, MiB", "multiplier", "rule",
        "fails at, MiB",
      ] + (hasTemplates ? ["template gives, MiB", "knee is"] : []) + ["id"])
    func number(_ value: Double?) -> ReportTable.Cell {
      value.map { .number(Numeral.fixed($0, 2), $0) } ?? .text("-")
    }
    table.rows = cells.enumerated().map { index, cell in
      let conditions = cell.conditions
      let size = cell.fitting
      var row: [ReportTable.Cell] = [
        .number(name(index), Double(index + 1)), .text(conditions.input),
        .text(
          "\(conditions.mode), \(Numeral.grouped(conditions.memoryMib)) MiB, "
            + "vCPUs: \(conditions.vcpus), \(conditions.policy)"), .text("\(cell.seed)"),
        .count(cell.neededPages), number(size?.shadowMib), number(size?.multiplier),
        .text(size?.rule ?? "-"), number(cell.knee?.failing?.shadowMib),
      ]
      if hasTemplates {
        row += [number(cell.template?.shadowMib), .text(cell.template?.knee ?? "-")]
      }
      return row + [.text(cell.id)]
    }
    return table
  }
}
