import Foundation

/// A miss-ratio curve drawn with characters: sizes logarithmic, ratios from 0 to 100 %.
struct RatioPlot {
  /// The points: objects above 0, and a ratio.
  var points: [(objects: Double, ratio: Double)]
  /// Characters of a line.
  var width: Int
  /// Lines of the curve.
  var height = 11

  private static let labelWidth = 4
  private var columns: Int { max(20, width - Self.labelWidth - 2) }

  /// The lines; none without points.
  var lines: [String] {
    guard let low = points.map(\.objects).min(), let high = points.map(\.objects).max() else {
      return []
    }
    var grid = [[Character]](
      repeating: [Character](repeating: " ", count: columns), count: height)
    for point in points {
      let place = high > low ? log(point.objects / low) / log(high / low) : 0.5
      let column = Int((place * Double(columns - 1)).rounded())
      grid[Int(((1 - point.ratio) * Double(height - 1)).rounded())][column] = "●"
    }
    var lines = ["miss ratio, %"]
    for (row, cells) in grid.enumerated() {
      let label = row * 2 % (height - 1) == 0 ? String(100 - 100 * row / (height - 1)) : ""
      lines.append(Self.line(label, "│", cells))
    }
    lines.append(Self.line("", "└", [Character](repeating: "─", count: columns)))
    let left = Numeral.grouped(Int(low))
    let right = Numeral.grouped(Int(high)) + " objects"
    let gap = String(repeating: " ", count: max(1, columns - left.count - right.count))
    lines.append(Self.line("", " ", Array(left + gap + right)))
    return lines
  }

  private static func line(_ label: String, _ axis: Character, _ cells: [Character]) -> String {
    let blanks = String(repeating: " ", count: max(0, labelWidth - label.count))
    var line = blanks + label + " " + String(axis) + String(cells)
    while line.last == " " { line.removeLast() }
    return line
  }
}
