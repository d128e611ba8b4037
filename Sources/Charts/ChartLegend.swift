/// What the lines, points and letters of a chart stand for, below it.
struct ChartLegend {
  private struct Entry {
    var symbol: (Double, Double) -> [Markup]
    var name: String
  }
  private struct Placed {
    var entry: Entry
    var lines: [String]
    var x: Double
    var row: Int
  }

  private let frame: ChartFrame
  private let placed: [Placed]
  private let rows: Int
  private static let symbolWidth = 34.0
  private static let rowHeight = 19.0

  /// Its height.
  var height: Double { rows == 0 ? 0 : Double(rows) * Self.rowHeight + 10 }

  init(_ frame: ChartFrame) {
    self.frame = frame
    var placed: [Placed] = []
    var (x, row) = (8.0, 0)
    let right = frame.size.width - 8
    for entry in Self.entries(frame) {
      let room = right - 8 - Self.symbolWidth
      let length = Self.symbolWidth + width(ofText: entry.name) + 18
      if x > 8, x + length - 18 > right { (x, row) = (8, row + 1) }
      let lines = wrapped(entry.name, width: room)
      placed.append(Placed(entry: entry, lines: lines, x: x, row: row))
      x += length
      if lines.count > 1 { (x, row) = (8, row + lines.count) }
    }
    self.placed = placed
    rows = placed.isEmpty ? 0 : x > 8 ? row + 1 : row
  }

  var markup: [Markup] {
    let top = frame.bottom + 2 * ChartFrame.lineHeight + 10
    return [
      .tag(
        "g", ["aria-hidden": "true"],
        placed.flatMap { item in
          let y = top + Double(item.row) * Self.rowHeight + 9
          return item.entry.symbol(item.x, y)
            + item.lines.enumerated().map { index, line in
              label(line, item.x + Self.symbolWidth, y + 4 + Double(index) * Self.rowHeight)
            }
        })
    ]
  }

  private static func entries(_ frame: ChartFrame) -> [Entry] {
    let chart = frame.chart
    var entries: [Entry] = []
    for series in chart.series {
      entries.append(Entry(symbol: { sample(series, $0, $1, frame.size) }, name: series.name))
    }
    if let band = chart.band {
      entries.append(
        Entry(
          symbol: { x, y in
            [
              .tag(
                "rect",
                [
                  "class": "c-band", "x": coordinate(x), "y": coordinate(y - 6), "width": "26",
                  "height": "12",
                ])
            ]
          }, name: band.name))
    }
    for mark in chart.marks {
      entries.append(Entry(symbol: { flag(mark, $0 + 13, $1) }, name: mark.name))
    }
    return entries
  }

  private static func sample(
    _ series: XYChart.Series, _ x: Double, _ y: Double, _ size: ChartSize
  ) -> [Markup] {
    let style = "c-s\(series.style % ChartStyle.seriesCount)"
    var parts: [Markup] = []
    if series.line != .none { parts.append(rule(x, y, x + 26, y, style: "c-line \(style)")) }
    if series.hasPoints {
      let shape = PointShape(style: series.style)
      parts.append(
        .tag(
          "path",
          [
            "class": "c-point \(shape.isOpen ? "c-open " : "")\(style)",
            "d": shape.path(x + 13, y, radius: size.pointRadius + 0.5),
          ]))
    }
    return parts
  }

  /// The letter of a mark, in a circle.
  static func flag(_ mark: XYChart.Mark, _ x: Double, _ y: Double) -> [Markup] {
    [
      .tag(
        "circle",
        [
          "class": mark.isMain ? "c-flag c-flag-main" : "c-flag", "cx": coordinate(x),
          "cy": coordinate(y), "r": "8",
        ]),
      label(
        mark.symbol, x, y + 4, anchor: "middle",
        style: mark.isMain ? "c-flag-name c-flag-name-main" : "c-flag-name"),
    ]
  }
}
