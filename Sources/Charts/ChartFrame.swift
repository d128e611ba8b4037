/// Where the parts of a chart are, in a drawing of a certain size.
struct ChartFrame {
  let chart: XYChart
  let size: ChartSize
  /// Whether the title is in the drawing.
  let hasTitle: Bool
  /// Lines of the title.
  let titleLines: [String]
  /// Lines of the y axis' title.
  let yTitleLines: [String]
  /// Ticks, their labels.
  let xTicks: [(value: Double, label: String)]
  let yTicks: [(value: Double, label: String)]
  let topTicks: [(value: Double, label: String)]
  /// Rows in which the letters of the marks stand, and the row of each.
  let markRows: [Int]
  /// The area that the axes enclose.
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double

  static let lineHeight = 16.0
  static let flagHeight = 20.0

  init(_ chart: XYChart, _ size: ChartSize, hasTitle: Bool) {
    self.chart = chart
    self.size = size
    self.hasTitle = hasTitle
    titleLines = hasTitle ? wrapped(chart.title, width: size.width / 14 * 12 - 16) : []
    yTitleLines = wrapped(chart.y.caption, width: size.width - 16)
    yTicks = Self.ticks(chart.y, count: size.ticksUp)
    let widest = yTicks.map { width(ofText: $0.label) }.max() ?? 0
    let (left, right) = (max(28, widest + 14), size.width - 14)
    (self.left, self.right) = (left, right)
    xTicks = Self.spaced(Self.ticks(chart.x, count: size.ticksAcross)) {
      left + chart.x.range.position($0) * (right - left)
    }
    if let second = chart.top {
      let range = chart.x.range
      let scaled = ScaledRange(
        range.scale, range.low * second.factor, range.high * second.factor)
      topTicks = Self.spaced(
        Ticks.values(scaled, count: size.ticksAcross).map {
          ($0 / second.factor, Ticks.label($0))
        }
      ) { left + range.position($0) * (right - left) }
    } else {
      topTicks = []
    }
    markRows = Self.rows(
      chart.marks.map { left + chart.x.range.position($0.x) * (right - left) })
    var top = 6.0 + Double(titleLines.count) * 20 + Double(yTitleLines.count) * Self.lineHeight
    if chart.top != nil { top += 2 * Self.lineHeight }
    if let rows = markRows.max() { top += Double(rows + 1) * Self.flagHeight }
    self.top = top + 6
    bottom = self.top + size.plotHeight
  }

  func x(_ value: Double) -> Double { left + chart.x.range.position(value) * (right - left) }
  func y(_ value: Double) -> Double { bottom - chart.y.range.position(value) * (bottom - top) }

  private static func ticks(
    _ axis: XYChart.Axis, count: Int
  ) -> [(value: Double, label: String)] {
    Ticks.values(axis.range, count: count).map { ($0, axis.labels[$0] ?? Ticks.label($0)) }
  }

  /// The ticks whose labels do not run into the one before.
  private static func spaced(
    _ ticks: [(value: Double, label: String)], at place: (Double) -> Double
  ) -> [(value: Double, label: String)] {
    var end = -Double.infinity
    return ticks.filter { tick in
      let half = width(ofText: tick.label) / 2
      guard place(tick.value) - half > end + 6 else { return false }
      end = place(tick.value) + half
      return true
    }
  }

  /// The row of each letter, so that none covers another.
  private static func rows(_ places: [Double]) -> [Int] {
    var rows = [Int](repeating: 0, count: places.count)
    for index in places.indices {
      let near = (0..<index).filter { abs(places[$0] - places[index]) < flagHeight + 2 }
      rows[index] = (0...near.count).first { row in !near.contains { rows[$0] == row } } ?? 0
    }
    return rows
  }
}
