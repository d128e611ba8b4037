import Glibc

/// A straight line through logarithms: time = factor · parameter ^ exponent.
struct PowerFit {
  let exponent: Double
  let factor: Double
  /// The share of the variance that the line explains, R².
  let determination: Double

  /// The line of least squares.
  init(_ points: [(x: Double, y: Double)]) {
    let logs = points.map { (x: log($0.x), y: log($0.y)) }
    let count = Double(logs.count)
    let meanX = logs.reduce(0) { $0 + $1.x } / count
    let meanY = logs.reduce(0) { $0 + $1.y } / count
    let xx = logs.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    let xy = logs.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) }
    let yy = logs.reduce(0) { $0 + ($1.y - meanY) * ($1.y - meanY) }
    let slope = xy / xx
    exponent = slope
    factor = exp(meanY - slope * meanX)
    determination = yy == 0 ? 1 : xy * xy / (xx * yy)
  }
}

extension Scaling {
  /// A group as text: a table and a fit for each series, and one plot.
  static func text(_ group: Group) -> String {
    let fits = group.series.map { series in
      PowerFit(series.points.map { (x: Double($0.parameter), y: $0.time) })
    }
    var parts = [group.title]
    for ((series, fit), symbol) in zip(zip(group.series, fits), symbols) {
      let law =
        "time of a round grows as \(group.parameterName) ^ \(format(fit.exponent, 3)), "
        + "R² \(format(fit.determination, 4))"
      parts.append("\(symbol) \(series.name)\n\(table(group, series))\n\(law)")
    }
    parts.append(plot(group, fits))
    return parts.joined(separator: "\n\n")
  }

  private static let symbols: [Character] = ["●", "○"]

  private static func table(_ group: Group, _ series: Series) -> String {
    var head = [group.parameterName, "ns/access", "ns/fixed fault", "ns/turn", "µs a round"]
    if series.single != nil { head += ["× one run", "per size"] }
    var rows = [head]
    func append(_ name: String, _ time: Double, _ point: Point) {
      let perFault =
        point.fixedFaults == 0 ? "-" : format(time / Double(point.fixedFaults), 1)
      var row = [
        name, format(time / Double(point.accesses), 2), perFault,
        format(time / Double(point.turns), 0), format(time / 1e3, 1),
      ]
      if let single = series.single {
        let ratio = time / single
        row += [
          format(ratio, 2), name == "one run" ? "-" : format(ratio / Double(point.parameter), 3),
        ]
      }
      rows.append(row)
    }
    if let single = series.single { append("one run", single, series.points[0]) }
    for point in series.points { append(String(point.parameter), point.time, point) }
    return aligned(rows, textColumns: 0)
  }

  /// Time of a round against the parameter, both logarithmic, with the fitted lines.
  private static func plot(_ group: Group, _ fits: [PowerFit]) -> String {
    let width = 57
    let height = 13
    let points = group.series.flatMap(\.points)
    let xs = points.map { log(Double($0.parameter)) }
    let ys = points.map { log($0.time) }
    guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max()
    else { return "" }
    var grid = [[Character]](repeating: Array(repeating: " ", count: width), count: height)
    func put(_ symbol: Character, _ column: Int, _ y: Double) {
      let row = Int(((high - y) / (high - low) * Double(height - 1)).rounded())
      if grid.indices.contains(row) { grid[row][column] = symbol }
    }
    for fit in fits {
      for column in 0..<width {
        let x = left + (right - left) * Double(column) / Double(width - 1)
        put("·", column, log(fit.factor) + fit.exponent * x)
      }
    }
    for (series, symbol) in zip(group.series, symbols).reversed() {
      for point in series.points {
        let share = (log(Double(point.parameter)) - left) / (right - left)
        put(symbol, Int((share * Double(width - 1)).rounded()), log(point.time))
      }
    }
    let labels = grid.indices.map { row in
      row % 4 == 0
        ? format(exp(high - (high - low) * Double(row) / Double(height - 1)) / 1e3, 1) + " µs" : ""
    }
    let margin = labels.map(\.count).max() ?? 0
    let lines = zip(labels, grid).map { label, cells in
      String(repeating: " ", count: margin - label.count) + label
        + (label.isEmpty ? " │" : " ┤") + String(cells)
    }
    let blank = String(repeating: " ", count: margin)
    let first = String(points.map(\.parameter).min() ?? 0)
    let last = String(points.map(\.parameter).max() ?? 0) + " " + group.parameterName
    let gap = String(repeating: " ", count: max(1, width - first.count - last.count))
    return lines.joined(separator: "\n") + "\n\(blank) └" + String(repeating: "─", count: width)
      + "\n\(blank)  \(first)\(gap)\(last)"
  }
}
