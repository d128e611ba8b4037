import ShadowModel

extension ReportPart {
  static func nestedPaging(
    _ record: NestedPagingRecord, _ file: ResultFile, _ id: String
  ) -> ReportPart {
    let pool = "\(Numeral.fixed(record.shadowMib, 2)) MiB = \(Numeral.grouped(record.pages)) pages"
    let places = record.settings.map { settings in
      "Leave HVM-shadow-multiplier of XenServer and XCP-ng at 1.0, \(settings.xapi.shadowMib) MiB, "
        + "and shadow_memory of xl unset, \(Numeral.fixed(settings.libxl.shadowMib, 2)) MiB"
    }
    let text =
      (places ?? "Set \(Numeral.fixed(record.multiplier, 2)) × \(record.rule) = \(pool)")
      + ": more buys no speed."
    return ReportPart(
      id: id, title: "The multiplier with nested paging", path: file.path,
      kind: "recommendation for nested paging", outcome: text,
      blocks: [
        .outcome(isGood: true, text), .heading("Rests on"), .list(record.basis),
        facts(nil, nil, nil, file),
      ])
  }

  static func template(
    _ record: TemplateAdviceRecord, _ file: ResultFile, _ id: String
  ) -> ReportPart {
    let name = record.template.nameLabel
    var blocks: [ReportBlock] = []
    var sentences: [String] = []
    if let nested = record.nestedPaging {
      let text =
        "With nested paging set 1.0 = \(Numeral.grouped(nested.poolMib)) MiB: more buys no speed."
      sentences.append(text)
      blocks += [.outcome(isGood: true, text), tiles(nested, record)]
    }
    if let shadow = record.shadowPaging {
      let text = headline(shadow)
      sentences.append(text)
      blocks += [
        .outcome(isGood: shadow.hvmShadowMultiplier.value != nil, text), tiles(shadow, record),
      ]
      if let settings = shadow.settings {
        blocks.append(.table(settingsTable(settings, [.xapi])))
      }
      blocks += curve(shadow, record, id)
      blocks += [.heading("Rests on"), .list(shadow.basis)]
    }
    blocks.append(
      facts(record.shadowPaging?.input, record.shadowPaging?.conditions, record.environment, file))
    return ReportPart(
      id: id, title: "Recommendation for the template \(name)", path: file.path,
      kind: "recommendation for a template", outcome: sentences.joined(separator: " "),
      blocks: blocks)
  }

  private static func headline(_ shadow: TemplateAdviceRecord.Shadow) -> String {
    guard let multiplier = shadow.hvmShadowMultiplier.value, let pool = shadow.poolMib else {
      return "With shadow paging no size meets the target of \(Numeral.percent(shadow.target)) %."
    }
    return "With shadow paging set HVM-shadow-multiplier = \(multiplier) = "
      + "\(Numeral.grouped(pool)) MiB."
  }

  /// What a host of the report's size holds.
  private static func domains(_ record: TemplateAdviceRecord) -> String {
    "domains on \(record.hostMib / 1024) GiB"
  }

  private static func tiles(
    _ nested: TemplateAdviceRecord.Nested, _ record: TemplateAdviceRecord
  ) -> ReportBlock {
    .tiles([
      ("pool at 1.0, nested paging", "\(Numeral.grouped(nested.poolMib)) MiB", ""),
      (
        "pool as the template sets it", "\(Numeral.grouped(nested.templatePoolMib)) MiB",
        record.template.hvmShadowMultiplier.value.map { "\(Numeral.fixed($0, 2)) × xapi" } ?? ""
      ),
      ("\(domains(record)) at 1.0", Numeral.grouped(nested.domains), ""),
      ("\(domains(record)) as it is", Numeral.grouped(nested.templateDomains), ""),
    ])
  }

  private static func tiles(
    _ shadow: TemplateAdviceRecord.Shadow, _ record: TemplateAdviceRecord
  ) -> ReportBlock {
    var tiles: [ReportBlock.Tile] = []
    if let size = shadow.size { tiles.append(tile(chosen: size, target: shadow.target)) }
    if let smaller = shadow.oneSizeSmaller {
      tiles.append(tile(failing: smaller, margin: shadow.margin))
    }
    tiles.append(("pool at 1.0", "\(Numeral.grouped(shadow.defaultPoolMib)) MiB", ""))
    if let count = shadow.domains {
      tiles.append((domains(record), Numeral.grouped(count), "with the pool that is recommended"))
    }
    return .tiles(tiles)
  }

  private static func curve(
    _ shadow: TemplateAdviceRecord.Shadow, _ record: TemplateAdviceRecord, _ id: String
  ) -> [ReportBlock] {
    guard shadow.points.count > 1 else { return [] }
    var curve = CurveData(shadow.conditions, points: shadow.points)
    if let own = record.template.hvmShadowMultiplier.value, own > 0, own != 4,
      let size = curve.sizing(.xapi)?.allocation(.multiplier(own)).mebibytes
    {
      curve.mark(
        SizeMark(
          symbol: "O", name: "\(Numeral.multiplier(own, rule: "xapi")) × xapi, this template",
          mebibytes: size))
    }
    if let failing = shadow.oneSizeSmaller { curve.mark(.knee(mebibytes: failing.shadowMib)) }
    if let pool = shadow.poolMib { curve.mark(.recommended(mebibytes: Double(pool))) }
    let figures = CurveFigures(curve, id: id)
    return [.figures([figures.multipliers]), .figures(figures.others)]
  }
}
