import Output

/// A text table: columns aligned, the unit of every figure in its header.
public struct Table: Sendable {
  /// A column.
  public struct Column: Sendable {
    /// The header, with the unit.
    public var header: String
    /// Whether cells are aligned to the right, as numbers are.
    public var isNumber: Bool

    /// A column of numbers.
    public static func number(_ header: String) -> Column {
      Column(header: header, isNumber: true)
    }
    /// A column of text.
    public static func text(_ header: String) -> Column {
      Column(header: header, isNumber: false)
    }
  }

  /// The columns.
  public let columns: [Column]
  private var rows: [[String]] = []

  /// An empty table.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row: a cell for each column.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a cell for each column")
    // As they will be shown, or the columns would not be aligned.
    rows.append(cells.map { PlainText.line($0, styles: Terminal.sequences) })
  }

  /// The lines, headers first, without trailing blanks.
  public var lines: [String] {
    let headers = columns.map(\.header)
    let widths = columns.indices.map { index in
      rows.reduce(headers[index].count) { max($0, $1[index].count) }
    }
    return ([headers] + rows).map { cells in
      var line = ""
      for (index, cell) in cells.enumerated() {
        let blanks = String(repeating: " ", count: widths[index] - cell.count)
        line += index > 0 ? "  " : ""
        line += columns[index].isNumber ? blanks + cell : cell + blanks
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
