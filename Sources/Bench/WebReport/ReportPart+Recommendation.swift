import Charts

extension ReportPart {
  static func recommendation(
    _ record: RecommendationRecord, _ file: ResultFile, _ id: String
  ) -> ReportPart {
    var curve = CurveData(record.conditions, points: record.points)
    let chosen = record.pages.flatMap { pages in record.points.first { $0.pages == pages } }
    if let failing = record.knee.failing { curve.mark(.knee(mebibytes: failing.shadowMib)) }
    if let size = record.shadowMib.value { curve.mark(.recommended(mebibytes: size)) }
    let toolstacks = Toolstack.allCases.filter {
      record.toolstack == nil || record.toolstack == $0.rawValue
    }
    let text = headline(record, toolstacks)
    let figures = CurveFigures(curve, id: id)
    var blocks = checkWarning(record.check)
    blocks.append(.outcome(isGood: record.multiplier.value != nil, text))
    if let settings = record.settings {
      blocks += [.table(settingsTable(settings, toolstacks)), .paragraph(ruleOf2008(settings))]
    }
    blocks += [
      tiles(record, chosen, toolstacks), .figures([figures.multipliers]), .figures(figures.others),
    ]
    blocks += checkBlocks(record.check)
    blocks += [
      .heading("Rests on"), .list(record.basis),
      facts(record.input, record.conditions, record.environment, file),
    ]
    return ReportPart(
      id: id, title: "Recommendation for \(record.conditions.input)", path: file.path,
      kind: "recommendation", outcome: text, blocks: blocks)
  }

  private static func headline(_ record: RecommendationRecord, _ toolstacks: [Toolstack]) -> String
  {
    if let reason = record.reason { return "Not known: \(reason)" }
    guard let multiplier = record.multiplier.value, let size = record.shadowMib.value,
      let pages = record.pages
    else { return "No size meets the target of \(Numeral.percent(record.target)) %." }
    let pool = "\(Numeral.fixed(size, 2)) MiB = \(Numeral.grouped(pages)) pages"
    guard let settings = record.settings else {
      return "Set \(Numeral.fixed(multiplier, 2)) × \(record.rule) = \(pool)."
    }
    let places = toolstacks.compactMap { toolstack -> String? in
      switch toolstack {
      case .xapi:
        settings.xapi.hvmShadowMultiplier?.value.map {
          "in XenServer and XCP-ng HVM-shadow-multiplier = \($0)"
        }
      case .xl: settings.libxl.shadowMemory.map { "in xl shadow_memory = \($0)" }
      }
    }
    return "A pool of \(pool): \(places.joined(separator: "; "))."
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
    _ record: RecommendationRecord, _ chosen: PointRecord?, _ toolstacks: [Toolstack]
  ) -> ReportBlock {
    var tiles: [ReportBlock.Tile] = []
    if let chosen { tiles.append(tile(chosen: chosen, target: record.target)) }
    if let settings = record.settings {
      tiles += toolstacks.flatMap { self.tiles(settings[$0], $0) }
    } else {
      tiles += olderTiles(record)
    }
    if let smaller = record.oneSizeSmaller {
      tiles.append(tile(failing: smaller, margin: record.margin))
    }
    for other in record.sensitivity {
      let multiplier = other.multiplier.value.map {
        "\(Numeral.multiplier($0, rule: record.rule)) × \(record.rule)"
      }
      let size = other.shadowMib?.value.map { "\(Numeral.fixed($0, 2)) MiB" }
      tiles.append(
        (
          "if shadow work cost \(Numeral.fixed(other.costFactor, 1))×",
          size ?? multiplier ?? "none",
          multiplier.map { size == nil ? "" : $0 } ?? "no size meets the target"
        ))
    }
    return .tiles(tiles)
  }

  /// Of results that do not say what toolstacks give.
  private static func olderTiles(_ record: RecommendationRecord) -> [ReportBlock.Tile] {
    let standard = record.defaultSize
    var tiles: [ReportBlock.Tile] = [
      (
        "re-creation at 1.0 × \(record.rule)", CurveFigures.percent(standard.recreationPercent),
        "\(Numeral.fixed(standard.shadowMib, 2)) MiB"
      )
    ]
    if let cost = record.cost {
      tiles.append(
        (
          "costs a domain", "\(Numeral.fixed(cost.extraMib, 2)) MiB",
          "over 1.0 × \(record.rule); \(Numeral.grouped(cost.domainsAtRecommended)) instead of "
            + "\(Numeral.grouped(cost.domainsAtDefault)) domains on \(cost.hostMib / 1024) GiB"
        ))
    }
    return tiles
  }
}
