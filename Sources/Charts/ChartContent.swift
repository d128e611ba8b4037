/// What a chart shows between its axes.
struct ChartContent {
  let frame: ChartFrame
  private var chart: XYChart { frame.chart }

  init(_ frame: ChartFrame) { self.frame = frame }

  var markup: [Markup] {
    let drawn = band + diagonal + levels + marks + chart.series.reversed().flatMap(series)
    return [.tag("g", ["aria-hidden": "true"], drawn + flags + levelNames)]
  }

  private func place(_ x: Double, _ y: Double) -> String {
    "\(coordinate(frame.x(x))) \(coordinate(frame.y(y)))"
  }

  private var band: [Markup] {
    guard let points = chart.band?.points, points.count > 1 else { return [] }
    let upper = points.map { place($0.x, $0.high) }
    let lower = points.reversed().map { place($0.x, $0.low) }
    return [
      .tag("path", ["class": "c-band", "d": "M" + (upper + lower).joined(separator: "L") + "z"])
    ]
  }

  private var diagonal: [Markup] {
    guard chart.hasDiagonal else { return [] }
    return [rule(frame.left, frame.bottom, frame.right, frame.top, style: "c-diagonal")]
  }

  private var levels: [Markup] {
    chart.levels.map { level in
      rule(frame.left, frame.y(level.y), frame.right, frame.y(level.y), style: "c-level")
    }
  }

  private var levelNames: [Markup] {
    chart.levels.map { level in
      label(
        level.name, frame.right - 4, frame.y(level.y) - 5, anchor: "end",
        style: "c-level-name c-halo")
    }
  }

  private func top(of row: Int) -> Double { frame.top - Double(row + 1) * ChartFrame.flagHeight }

  private var marks: [Markup] {
    zip(chart.marks, frame.markRows).map { mark, row in
      let x = frame.x(mark.x)
      return rule(
        x, top(of: row) + 17, x, frame.bottom, style: mark.isMain ? "c-mark c-mark-main" : "c-mark")
    }
  }

  private var flags: [Markup] {
    zip(chart.marks, frame.markRows).flatMap { mark, row in
      ChartLegend.flag(mark, frame.x(mark.x), top(of: row) + 9)
    }
  }

  private func series(_ series: XYChart.Series) -> [Markup] {
    let style = "c-s\(series.style % ChartStyle.seriesCount)"
    var parts: [Markup] = []
    if let line = line(series) {
      parts.append(.tag("path", ["class": "c-line \(style)", "d": line]))
    }
    let bars = errorBars(series)
    if !bars.isEmpty { parts.append(.tag("path", ["class": "\(style) c-error", "d": bars])) }
    guard series.hasPoints else { return parts }
    let shape = PointShape(style: series.style)
    let radius = frame.size.pointRadius
    let finite = series.points.filter { $0.y.isFinite }
    if !finite.isEmpty {
      let path = finite.map {
        shape.path(frame.x($0.x), frame.y($0.y), radius: radius)
      }
      parts.append(
        .tag(
          "path",
          ["class": "c-point \(shape.isOpen ? "c-open " : "")\(style)", "d": path.joined()]))
    }
    let infinite = series.points.filter { $0.y == .infinity }
    if !infinite.isEmpty {
      let path = infinite.map {
        PointShape.cross(frame.x($0.x), frame.top + 6, radius: radius + 1)
      }
      parts.append(.tag("path", ["class": "c-line \(style) c-error", "d": path.joined()]))
    }
    return parts
  }

  private func line(_ series: XYChart.Series) -> String? {
    let points = series.points.filter { $0.y.isFinite }
    guard series.line != .none, points.count > 1 else { return nil }
    var path = "M" + place(points[0].x, points[0].y)
    for point in points.dropFirst() {
      if series.line == .steps { path += "H\(coordinate(frame.x(point.x)))" }
      path += "L" + place(point.x, point.y)
    }
    return path
  }

  private func errorBars(_ series: XYChart.Series) -> String {
    series.points.compactMap { point in
      guard let interval = point.interval else { return nil }
      let x = frame.x(point.x)
      let (low, high) = (frame.y(interval.lowerBound), frame.y(interval.upperBound))
      guard low - high > 0.5 else { return nil }
      let (left, length) = (coordinate(x - 4), coordinate(8))
      return "M\(left) \(coordinate(high))h\(length)M\(left) \(coordinate(low))h\(length)"
        + "M\(coordinate(x)) \(coordinate(high))V\(coordinate(low))"
    }.joined()
  }
}
