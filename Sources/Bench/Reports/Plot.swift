import Foundation

/// A curve drawn with characters: both axes logarithmic, a line at the target, marks below.
struct Plot {
  /// The points: MiB, and a share of time; an infinite share is drawn at the top.
  var points: [(mebibytes: Double, share: Double)]
  /// The share that is just good enough.
  var target: Double
  /// Sizes to mark.
  var marks: [SizeMark]
  /// Characters of a line.
  var width: Int
  /// Lines of the curve.
  var height: Int

  /// A plot.
  init(
    points: [(mebibytes: Double, share: Double)], target: Double, marks: [SizeMark],
    width: Int = 80, height: Int = 12
  ) {
    self.points = points
    self.target = target
    self.marks = marks
    self.width = max(40, width)
    self.height = max(4, height)
  }

  private static let labelWidth = 8
  private var columns: Int { width - Self.labelWidth - 2 }

  /// The lines; none without points.
  var lines: [String] {
    let sizes = points.map(\.mebibytes) + marks.map(\.mebibytes)
    guard !points.isEmpty, let low = sizes.min(), let high = sizes.max(), low > 0 else { return [] }
    let finite = points.map(\.share).filter(\.isFinite)
    let bottom = max(target / 100, Double.leastNormalMagnitude)
    let top = min(max(target * 100, finite.max() ?? 0), Double.greatestFiniteMagnitude)
    func column(_ mebibytes: Double) -> Int {
      guard high > low else { return columns / 2 }
      return Int((log(mebibytes / low) / log(high / low) * Double(columns - 1)).rounded())
    }
    func row(_ share: Double) -> Int {
      guard share > bottom else { return height - 1 }
      let part = (log(min(share, top)) - log(bottom)) / (log(top) - log(bottom))
      return Int((Double(height - 1) * (1 - part)).rounded())
    }
    var grid = [[Character]](
      repeating: [Character](repeating: " ", count: columns), count: height)
    let targetRow = row(target)
    grid[targetRow] = [Character](repeating: "┄", count: columns)
    for point in points { grid[row(point.share)][column(point.mebibytes)] = "●" }
    var lines = ["re-creation, % of guest time (logarithmic)"]
    for (index, cells) in grid.enumerated() {
      let label: String =
        switch index {
        case 0: Numeral.percent(top)
        case targetRow: Numeral.percent(target)
        case height - 1: "≤" + Numeral.percent(bottom)
        default: ""
        }
      lines.append(Self.line(label, index == targetRow ? "┼" : "│", cells))
    }
    lines.append(Self.line("", "└", [Character](repeating: "─", count: columns)))
    return lines + axis(low: low, high: high, column: column)
  }

  /// The marks, the ends of the axis, and what the marks are.
  private func axis(low: Double, high: Double, column: (Double) -> Int) -> [String] {
    var lines = symbolRows(column).map { Self.line("", " ", $0) }
    let left = Numeral.fixed(low, 1) + " MiB"
    let right = Numeral.fixed(high, 1) + " MiB"
    let middle = "pool (logarithmic)"
    let room = max(2, columns - left.count - right.count)
    let gap = max(0, room - middle.count)
    let before = String(repeating: " ", count: gap / 2)
    let after = String(repeating: " ", count: gap - gap / 2)
    lines.append(
      Self.line(
        "", " ",
        Array(
          left
            + (gap < 2 ? String(repeating: " ", count: room) : before + middle + after) + right)))
    return lines + marks.map { Self.line("", " ", Array("\($0.symbol) \($0.text)")) }
  }

  /// The letters of the marks, in as many lines as it takes for none to cover another.
  private func symbolRows(_ column: (Double) -> Int) -> [[Character]] {
    var rows: [[Character]] = []
    for mark in marks {
      let place = column(mark.mebibytes)
      let row = rows.firstIndex { $0[place] == " " } ?? rows.count
      if row == rows.count { rows.append([Character](repeating: " ", count: columns)) }
      rows[row][place] = mark.symbol
    }
    return rows
  }

  private static func line(_ label: String, _ axis: Character, _ cells: [Character]) -> String {
    let blanks = String(repeating: " ", count: max(0, labelWidth - label.count))
    var line = blanks + label + " " + String(axis) + String(cells)
    while line.last == " " { line.removeLast() }
    return line
  }
}
