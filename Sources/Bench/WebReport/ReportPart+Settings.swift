import Charts

/// What to set where, in a report.
extension ReportPart {
  /// Each toolstack's values and the rule of 2008's: to set, unasked, and the template's.
  static func settingsTable(_ settings: SettingsRecord, _ toolstacks: [Toolstack]) -> ReportTable {
    var table = ReportTable(
      caption: "What to set, and what is there unasked",
      columns: ["where", "what", "value", "pool, MiB", "re-creation, %", "verdict"])
    for toolstack in toolstacks {
      switch toolstack {
      case .xapi:
        let value = settings.xapi.hvmShadowMultiplier?.value
        table.rows += rows(
          settings.xapi, "XenServer, XCP-ng", value.map { "HVM-shadow-multiplier = \($0)" })
      case .xl:
        table.rows += rows(
          settings.libxl, "xl", settings.libxl.shadowMemory.map { "shadow_memory = \($0)" })
      }
    }
    let multiplier = settings.mappedOnce.multiplier?.value
    table.rows += rows(
      settings.mappedOnce, "rule of 2008", wanted: "needs",
      multiplier.map { "\(Numeral.fixed($0, 2)) × mapped-once" })
    return table
  }

  /// - Parameter wanted: what the value that is recommended is: one to set, where somebody can
  private static func rows(
    _ setting: SettingRecord, _ name: String, wanted: String = "to set", _ value: String?
  ) -> [[ReportTable.Cell]] {
    func row(
      _ what: String, _ value: String, _ mebibytes: Double, _ share: JSONNumber, _ verdict: String
    ) -> [ReportTable.Cell] {
      [
        .text(name), .text(what), .text(value), .number(Numeral.fixed(mebibytes, 2), mebibytes),
        CurveFigures.cell(percent: share.value.map { $0 * 100 } ?? .infinity), .text(verdict),
      ]
    }
    var rows: [[ReportTable.Cell]] = []
    if let value, let mebibytes = setting.shadowMib.value, let share = setting.recreationShare,
      let verdict = setting.verdict
    {
      rows.append(row(wanted, value, mebibytes, share, verdict))
    }
    let standard = setting.default
    rows.append(
      row(
        "unasked", standard.hvmShadowMultiplier ?? standard.multiplier == nil ? "unset" : "1.0",
        standard.shadowMib, standard.recreationShare, standard.verdict))
    if let template = setting.template {
      rows.append(
        row(
          "XenApp template", "4.0", template.shadowMib, template.recreationShare,
          template.verdict))
    }
    return rows
  }

  /// How the template's multiplier compares by the rule that it was made for.
  static func ruleOf2008(_ settings: SettingsRecord) -> String {
    let setting = settings.mappedOnce
    let start =
      "The rule of 2008, each page mapped once and 50 % more, is no toolstack's today. By it "
    let template = setting.template.map {
      "XenServer’s 4.0 for XenApp, told of together with that rule, is "
        + "\(Numeral.fixed($0.shadowMib, 2)) MiB there: "
        + ($0.recreationShare.value.map { CurveFigures.percent($0 * 100) } ?? "no end")
        + " re-creation, \($0.verdict)."
    }
    let need = setting.multiplier?.value.map { "this input needs \(Numeral.fixed($0, 2)). " }
    return start + (need ?? "no size is enough. ") + (template ?? "")
  }

  /// What a toolstack gives unasked, and what the size that is set takes over it.
  static func tiles(_ setting: SettingRecord, _ toolstack: Toolstack) -> [ReportBlock.Tile] {
    let name = toolstack == .xapi ? "XenServer’s 1.0" : "xl’s default"
    let standard = setting.default
    var tiles: [ReportBlock.Tile] = [
      (
        "re-creation at \(name)",
        standard.recreationShare.value.map { CurveFigures.percent($0 * 100) } ?? "no end",
        "\(Numeral.fixed(standard.shadowMib, 2)) MiB, \(standard.verdict)"
      )
    ]
    if let cost = setting.cost {
      tiles.append(
        (
          "costs a domain over \(name)", "\(Numeral.fixed(cost.extraMib, 2)) MiB",
          "\(Numeral.grouped(cost.domainsAtRecommended)) instead of "
            + "\(Numeral.grouped(cost.domainsAtDefault)) domains on \(cost.hostMib / 1024) GiB"
        ))
    }
    return tiles
  }
}
