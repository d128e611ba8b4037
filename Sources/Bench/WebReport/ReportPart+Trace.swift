import Charts

extension ReportPart {
  static func trace(
    _ record: TraceSummaryRecord, _ file: ResultFile, _ id: String
  ) -> ReportPart {
    let fixed = record.timeline.reduce(0.0) { $0 + Double($1.fixups) }
    func grouped(_ value: some BinaryInteger) -> String { Numeral.grouped(Int(clamping: value)) }
    let text =
      "\(grouped(record.reclaims)) roots given up to make room, \(grouped(record.reshadowings)) made "
      + "anew after that; shadow work takes \(Numeral.percent(record.shadowShare)) % of the time."
    var blocks: [ReportBlock] = [
      .outcome(isGood: record.reshadowings == 0, text),
      .tiles([
        ("faults fixed", Numeral.grouped(fixed), ""),
        ("roots given up", grouped(record.reclaims), ""),
        (
          "made anew", grouped(record.reshadowings),
          "median \(Numeral.fixed(record.reshadowMedianCycles / 1e6, 1)) M cycles later"
        ),
        ("root loads", grouped(record.info.rootLoads), ""),
        ("address spaces", grouped(record.addressSpaces), ""),
        (
          "records", grouped(record.info.records),
          "lost \(grouped(record.info.lostRecords)), damaged places \(grouped(record.info.damages))"
        ),
      ]),
    ]
    if let figure = TimelineFigures.trace(record, id: id) { blocks.append(.figures([figure])) }
    blocks += [.heading("Where the time goes"), .table(arcs(record))]
    blocks += [.heading("Dearest address spaces"), .table(spaces(record))]
    blocks.append(
      .facts([
        (
          "Trace",
          [
            ("file", record.info.file), ("bytes", grouped(record.info.bytes)),
            ("made by", record.info.maker), ("paging", record.info.paging.joined(separator: ", ")),
          ]
        ), ("Result", [("schema version", "\(file.schemaVersion)")]),
      ]))
    return ReportPart(
      id: id, title: "Trace \(record.info.file)", path: file.path, kind: "trace summary",
      outcome: text, blocks: blocks)
  }

  private static func arcs(_ record: TraceSummaryRecord) -> ReportTable {
    var table = ReportTable(
      caption: "Exit to entry, by kind",
      columns: ["kind", "count", "cycles in all", "median cycles", "mean cycles", "share, %"])
    table.rows = record.arcs.sorted { $0.key < $1.key }.map { name, arc in
      [
        .text(name), .count(Int(clamping: arc.count)), .count(Int(clamping: arc.totalCycles)),
        .number(Numeral.grouped(arc.medianCycles), arc.medianCycles),
        .number(Numeral.grouped(arc.meanCycles), arc.meanCycles),
        .number(Numeral.percent(arc.shareOfTime), arc.shareOfTime),
      ]
    }
    return table
  }

  private static func spaces(_ record: TraceSummaryRecord) -> ReportTable {
    var table = ReportTable(
      caption: "Address spaces, by the cycles that they took",
      columns: ["CR3", "root loads", "faults fixed", "promoted", "made anew", "cycles"])
    table.rows = record.topAddressSpaces.map { space in
      [.text("0x" + String(space.cr3, radix: 16))]
        + [space.rootLoads, space.fixups, space.promotes, space.reshadowings, space.cycles].map {
          .count(Int(clamping: $0))
        }
    }
    return table
  }
}
