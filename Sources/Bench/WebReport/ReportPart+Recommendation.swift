import Charts

extension ReportPart {
  static func recommendation(
    _ record: RecommendationRecord, _ file: ResultFile, _ id: String
  ) -> ReportPart {
    var curve = CurveData(record.conditions, points: record.points)
    let chosen = record.pages.flatMap { pages in record.points.first { $0.pages == pages } }
    if let multiplier = record.multiplier.value, let size = record.shadowMib.value {
      curve.mark(
        "R",
        "recommended: \(Numeral.fixed(multiplier, 2)) × \(record.rule), "
          + "\(Numeral.fixed(size, 2)) MiB",
        size, isMain: true)
    }
    let text = headline(record)
    let figures = CurveFigures(curve, id: id)
    return ReportPart(
      id: id, title: "Recommendation for \(record.conditions.input)", path: file.path,
      kind: "recommendation", outcome: text,
      blocks: [
        .outcome(isGood: record.multiplier.value != nil, text), tiles(record, chosen),
        .figures([figures.multipliers]), .figures(figures.others),
        .heading("Rests on"), .list(record.basis),
        facts(record.input, record.conditions, record.environment, file),
      ])
  }

  private static func headline(_ record: RecommendationRecord) -> String {
    guard let multiplier = record.multiplier.value, let size = record.shadowMib.value,
      let pages = record.pages
    else { return "No size meets the target of \(Numeral.percent(record.target)) %." }
    var text =
      "Set \(Numeral.fixed(multiplier, 2)) × \(record.rule) = \(Numeral.fixed(size, 2)) MiB = "
      + "\(Numeral.grouped(pages)) pages"
    if let server = record.hvmShadowMultiplier.value {
      text += "; in XenServer, HVM-shadow-multiplier = \(Numeral.fixed(server, 2))"
    }
    return text + "."
  }

  /// What the size that is recommended takes.
  static func tile(chosen size: PointRecord, target: Double) -> ReportBlock.Tile {
    (
      "re-creation there", CurveFigures.percent(size.recreationPercent),
      "target \(Numeral.percent(target)) % of guest time"
    )
  }

  /// The size that it keeps its distance from.
  static func tile(failing size: PointRecord, margin: Double) -> ReportBlock.Tile {
    (
      "largest size that fails", "\(Numeral.fixed(size.shadowMib, 2)) MiB",
      "\(CurveFigures.percent(size.recreationPercent)) re-creation; margin "
        + "\(Numeral.percent(margin)) %"
    )
  }

  private static func tiles(
    _ record: RecommendationRecord, _ chosen: PointRecord?
  ) -> ReportBlock {
    var tiles: [ReportBlock.Tile] = []
    if let chosen { tiles.append(tile(chosen: chosen, target: record.target)) }
    let standard = record.defaultSize
    tiles.append(
      (
        "re-creation at 1.0", CurveFigures.percent(standard.recreationPercent),
        "\(Numeral.fixed(standard.shadowMib, 2)) MiB, the default"
      ))
    if let smaller = record.oneSizeSmaller {
      tiles.append(tile(failing: smaller, margin: record.margin))
    }
    if let cost = record.cost {
      tiles.append(
        (
          "costs a domain", "\(Numeral.fixed(cost.extraMib, 2)) MiB",
          "over the default; \(Numeral.grouped(cost.domainsAtRecommended)) instead of "
            + "\(Numeral.grouped(cost.domainsAtDefault)) domains on \(cost.hostMib / 1024) GiB"
        ))
    }
    for other in record.sensitivity {
      tiles.append(
        (
          "if shadow work cost \(Numeral.fixed(other.costFactor, 1))×",
          other.multiplier.value.map { Numeral.fixed($0, 2) } ?? "none",
          other.multiplier.value == nil ? "no size meets the target" : "× \(record.rule)"
        ))
    }
    return .tiles(tiles)
  }
}
