import Charts
import ShadowModel

/// Charts of sizes: the curve of multipliers, what else a size does, what it costs.
struct CurveFigures {
  let curve: CurveData
  let id: String
  private var points: [PointRecord] { curve.points }
  private var target: Double { curve.conditions.target * 100 }

  init(_ curve: CurveData, id: String) {
    self.curve = curve
    self.id = id
  }

  /// Seeds of the sizes.
  private var seeds: Int { points.map(\.seeds.count).max() ?? 1 }
  private var hasRanges: Bool { points.contains { curve.recreationBar($0) != nil } }

  /// How a series of `name` is called when it has error bars.
  private func named(_ name: String) -> String {
    hasRanges
      ? "\(name), worst of \(seeds) seeds; bars: \(curve.intervals.meaning ?? "least to most")"
      : name
  }

  /// The axis of sizes, with room for the marks.
  private func sizes(marks: Bool) -> XYChart.Axis {
    let all = points.map(\.shadowMib) + (marks ? curve.marks.map(\.mebibytes) : [])
    return XYChart.Axis(
      "pool, MiB", ScaledRange(.logarithmic, holding: all.filter { $0 > 0 }).padded(0.03))
  }

  private func marked(_ chart: inout XYChart, names: Bool) {
    chart.marks = curve.marks.map { mark in
      .init(
        String(mark.symbol),
        names ? mark.text : String(mark.name.prefix { $0 != ":" && $0 != "," }),
        x: mark.mebibytes, isMain: mark.isMain)
    }
  }

  /// An axis of percents, logarithmic, whose least tick stands for all below.
  static func percents(_ title: String, target: Double, holding values: [Double]) -> XYChart.Axis {
    let least = target / 100
    let most = max(target * 10, values.filter(\.isFinite).max() ?? 0)
    let range = ScaledRange(.logarithmic, least, most * 1.6)
    return XYChart.Axis(title, range, labels: [least: "≤" + Ticks.label(least)])
  }

  /// Re-creation over the pool's size, with the marks, the target and the costs' uncertainty.
  var multipliers: ReportFigure {
    let shares = points.map(\.recreationPercent)
    var chart = XYChart(
      id: "\(id)-curve", title: "Re-creation of shadows over the pool’s size", summary: summary,
      x: sizes(marks: true),
      y: Self.percents(
        "re-creation, % of guest time", target: target, holding: shares.map { $0 * 2 }))
    if let factor = curve.multiplierPerMebibyte {
      chart.top = .init("multiplier by rule \(curve.rule)", factor: factor)
    }
    chart.series = [
      .init(
        named("re-creation"),
        points.map {
          .init($0.shadowMib, $0.recreationPercent, interval: curve.recreationBar($0))
        })
    ]
    chart.band = .init(
      "if shadow work cost half to double",
      points.filter { $0.recreationPercent.isFinite }.map {
        ($0.shadowMib, $0.recreationPercent / 2, $0.recreationPercent * 2)
      })
    marked(&chart, names: true)
    chart.levels = [.init("target \(Ticks.label(target)) %", y: target)]
    chart.hasReadings = true
    return ReportFigure(
      chart: chart,
      note: "What the hypervisor spends on making shadows that a larger pool would have kept. "
        + "Both axes are logarithmic.",
      table: allFigures)
  }

  /// The curve in words, for those who do not see it.
  private var summary: String {
    guard let first = points.first, let last = points.last else { return "No sizes." }
    let fitting = points.first { $0.recreationPercent <= target }
    var text =
      "\(points.count) sizes from \(Numeral.fixed(first.shadowMib, 2)) to "
      + "\(Numeral.fixed(last.shadowMib, 2)) MiB. Re-creation takes "
      + "\(Self.percent(first.recreationPercent)) of guest time at the smallest and "
      + "\(Self.percent(last.recreationPercent)) at the largest. "
    if let fitting {
      text +=
        "The smallest size shown that meets the target of \(Self.percent(target)) is "
        + "\(Numeral.fixed(fitting.shadowMib, 2)) MiB. "
    } else {
      text += "None meets the target of \(Self.percent(target)). "
    }
    return text + curve.marks.map { "\($0.symbol) marks \($0.text)." }.joined(separator: " ")
  }

  static func percent(_ value: Double) -> String {
    value.isFinite ? Numeral.percent(value / 100) + " %" : "no end (it crashes)"
  }

  static func cell(percent value: Double) -> ReportTable.Cell {
    value.isFinite
      ? .number(Numeral.percent(value / 100), value) : .number("∞", .infinity)
  }

  /// Everything about each size.
  private var allFigures: ReportTable {
    var table = ReportTable(
      caption: "Every size",
      columns: [
        "pool, MiB", "multiplier", "pages", "re-creation, %", "half the cost, %", "double, %",
        "shadow work, %", "faults per root load", "verdict",
      ])
    if hasRanges { table.columns.append("re-creation of the seeds, %") }
    table.rows = points.map { point in
      let share = point.recreationPercent
      var row: [ReportTable.Cell] = [
        .number(Numeral.fixed(point.shadowMib, 2), point.shadowMib),
        .number(Numeral.fixed(point.multiplier, 2), point.multiplier), .count(point.pages),
        Self.cell(percent: share), Self.cell(percent: share / 2), Self.cell(percent: share * 2),
        Self.cell(percent: point.hypervisorPercent),
        .number(Numeral.fixed(point.faultsPerRootLoad, 2), point.faultsPerRootLoad),
        .text(point.outcome),
      ]
      if hasRanges {
        row.append(
          .text(
            curve.recreationBar(point).map {
              "\(Numeral.percent($0.lowerBound / 100)) to \(Numeral.percent($0.upperBound / 100))"
            } ?? "-"))
      }
      return row
    }
    return table
  }

  /// What else a size does, and what it takes of its host.
  var others: [ReportFigure] { [faults, work] + (density.map { [$0] } ?? []) }

  private var faults: ReportFigure {
    let values = points.map(\.faultsPerRootLoad)
    return small(
      "faults", "Faults per root load", "faults per root load",
      XYChart.Axis(
        "faults per root load",
        ScaledRange(.logarithmicWithZero(least: 0.1), 0, (values.max() ?? 1) * 1.5)),
      points.map { .init($0.shadowMib, $0.faultsPerRootLoad, interval: curve.faultBar($0)) }
    ) { .number(Numeral.fixed($0, 2), $0) }
  }

  private var work: ReportFigure {
    let values = points.map(\.hypervisorPercent)
    return small(
      "work", "All shadow work", "shadow work, % of guest time",
      Self.percents("shadow work, % of guest time", target: target, holding: values),
      points.map { .init($0.shadowMib, $0.hypervisorPercent, interval: curve.hypervisorBar($0)) },
      cell: Self.cell)
  }

  private var density: ReportFigure? {
    guard let sizing = curve.sizing(.xapi) else { return nil }
    let host = HostDensity.hostMiB
    let values = points.map { point -> (mebibytes: Double, domains: Double) in
      let pool = sizing.allocation(pages: point.pages)
      let footprint = HostDensity.footprintMiB(shape: sizing.shape, pool: pool)
      return (point.shadowMib, Double(host / max(1, footprint)))
    }
    let most = values.map(\.domains).max() ?? 1
    var figure = small(
      "density", "Domains on a host of \(host / 1024) GiB", "domains",
      XYChart.Axis("domains of this size", ScaledRange(.linear, 0, most * 1.1)),
      values.map { .init($0.mebibytes, $0.domains) }
    ) { .number(Numeral.fixed($0, 0), $0) }
    figure.chart.series[0].line = .steps
    figure.chart.summary +=
      " That is what the pool’s memory costs, by XenServer’s accounting without the host’s own."
    return figure
  }

  private func small(
    _ name: String, _ title: String, _ column: String, _ axis: XYChart.Axis,
    _ values: [XYChart.Series.Point], cell: (Double) -> ReportTable.Cell
  ) -> ReportFigure {
    let ends = [values.first, values.last].compactMap { $0 }.map {
      "\($0.y.isFinite ? Ticks.label(($0.y * 100).rounded() / 100) : "no end") at "
        + "\(Numeral.fixed($0.x, 2)) MiB"
    }
    var chart = XYChart(
      id: "\(id)-\(name)", title: title,
      summary: "\(column), by size of the pool: \(ends.joined(separator: ", ")).",
      x: sizes(marks: true), y: axis)
    chart.series = [.init(column, values)]
    marked(&chart, names: false)
    chart.hasReadings = true
    var table = ReportTable(caption: "\(title), by size", columns: ["pool, MiB", column])
    table.rows = values.map { [.number(Numeral.fixed($0.x, 2), $0.x), cell($0.y)] }
    return ReportFigure(chart: chart, table: table)
  }
}
