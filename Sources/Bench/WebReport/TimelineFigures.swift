import Charts

/// Charts of what happened when.
enum TimelineFigures {
  /// A stretch of time: where it is, and what it counted.
  ///
  /// A result may hold any number, so these are none that overflow when they are added.
  private typealias Row = (x: Double, values: [Double])

  private static let fixed = "faults fixed (shadow_fault_fixed)"

  /// Faults and roots given up in each phase of a run.
  static func phases(_ phases: [PhaseRecord], id: String) -> ReportFigure? {
    guard phases.count > 1 else { return nil }
    let hasClock = phases.contains { $0.nanoseconds > 0 }
    var seconds = 0.0
    var rows: [Row] = []
    var before: PhaseRecord?
    for phase in phases {
      seconds += Double(phase.nanoseconds) / 1e9
      func count(_ name: String) -> Double {
        Double(phase.counters[name] ?? 0) - Double(before?.counters[name] ?? 0)
      }
      rows.append(
        (
          hasClock ? seconds : Double(phase.number),
          [
            count("shadow_fault"), count("shadow_fault_fixed"), count("shadow_prealloc_1"),
            Double(phase.rootLoads) - Double(before?.rootLoads ?? 0),
          ]
        ))
      before = phase
    }
    return figure(
      id: "\(id)-phases", title: "What each phase of the run counted",
      x: hasClock ? "guest time at the end of the phase, s" : "phase",
      decimals: hasClock ? 3 : 0,
      names: [
        "faults (shadow_fault)", fixed,
        "roots given up to make room (shadow_prealloc_1)", "root loads",
      ], rows: rows)
  }

  /// Faults, roots given up and roots made anew in each stretch of a trace.
  static func trace(_ summary: TraceSummaryRecord, id: String) -> ReportFigure? {
    guard summary.timeline.count > 1 else { return nil }
    return figure(
      id: "\(id)-timeline", title: "What each stretch of the trace counted",
      x: "from, millions of cycles since the first record", decimals: 0,
      names: [
        "faults fixed", "roots given up to make room", "roots made anew after that", "root loads",
      ],
      rows: summary.timeline.map {
        (
          Double($0.fromCycles) / 1e6,
          [$0.fixups, $0.reclaims, $0.reshadowings, $0.rootLoads].map { Double($0) }
        )
      })
  }

  /// The columns without the second where it is the first again.
  private static func withoutTwin(
    _ names: [String], _ rows: [Row]
  ) -> ([String], [Row]) {
    guard rows.allSatisfy({ $0.values[0] == $0.values[1] }) else { return (names, rows) }
    func without<Value>(_ values: [Value]) -> [Value] { [values[0]] + values.dropFirst(2) }
    var left = without(names)
    left[0] = "faults, all fixed (shadow_fault)"
    return (left, rows.map { ($0.x, without($0.values)) })
  }

  private static func figure(
    id: String, title: String, x: String, decimals: Int, names: [String],
    rows: [Row]
  ) -> ReportFigure {
    let (names, rows) = names.contains(fixed) ? withoutTwin(names, rows) : (names, rows)
    let most = rows.flatMap(\.values).max() ?? 1
    let peaks = names.indices.map { index in
      "\(names[index]): \(Numeral.grouped(rows.reduce(0) { $0 + $1.values[index] })) in all, "
        + "at most \(Numeral.grouped(rows.map { $0.values[index] }.max() ?? 0))"
    }
    var chart = XYChart(
      id: id, title: title,
      summary: "\(rows.count) stretches of time. \(peaks.joined(separator: "; ")).",
      x: .init(x, ScaledRange(.linear, holding: rows.map(\.x)).padded(0.01)),
      y: .init(
        "count in each, logarithmic",
        ScaledRange(.logarithmicWithZero(least: 1), 0, max(10, most) * 1.5)))
    chart.series = names.indices.map { index in
      .init(
        names[index], rows.map { .init($0.x, $0.values[index]) }, style: index)
    }
    chart.hasReadings = true
    var table = ReportTable(caption: title, columns: [x] + names)
    table.rows = rows.map { row in
      [.number(Numeral.fixed(row.x, decimals), row.x)]
        + row.values.map { .number(Numeral.grouped($0), $0) }
    }
    return ReportFigure(chart: chart, table: table)
  }
}
