import Charts

/// What a report says of one result: a heading and what stands below it.
struct ReportPart {
  /// A name within the page: letters, digits and hyphens.
  var id: String
  /// The heading.
  var title: String
  /// The file that it is of.
  var path: String
  /// What kind of result it is, in words.
  var kind: String
  /// The outcome in a few words, for the list of results.
  var outcome: String
  /// What stands below the heading.
  var blocks: [ReportBlock]

  /// The charts, in order.
  var figures: [ReportFigure] {
    blocks.flatMap { block -> [ReportFigure] in
      if case .figures(let figures) = block { figures } else { [] }
    }
  }
}

/// A piece of a part.
enum ReportBlock {
  /// A figure: a name, a value, and what to know of it.
  typealias Tile = (name: String, value: String, note: String)

  /// A heading below the part's own.
  case heading(String)
  /// A sentence or more.
  case paragraph(String)
  /// The outcome, set apart; whether it is good, and the sentence.
  case outcome(isGood: Bool, String)
  /// Sentences, a point each.
  case list([String])
  /// Figures that matter most.
  case tiles([Tile])
  /// Groups of names and values, a heading each.
  case facts([(heading: String, entries: [(name: String, value: String)])])
  /// A table.
  case table(ReportTable)
  /// Charts: one alone is wide, several stand side by side.
  case figures([ReportFigure])
}

/// A chart with its data.
struct ReportFigure {
  /// What is drawn.
  var chart: XYChart
  /// Words below it.
  var note: String = ""
  /// The same as numbers; with readings, a row for each point of the first series.
  var table: ReportTable
}

/// A table whose rows can be sorted by any column.
struct ReportTable {
  /// A cell: what is written, and what it is sorted by if it is a number.
  struct Cell {
    var text: String
    var number: Double?

    /// Text.
    static func text(_ text: String) -> Cell { Cell(text: text) }
    /// A number as it is written.
    static func number(_ text: String, _ value: Double) -> Cell { Cell(text: text, number: value) }
    /// A count.
    static func count(_ value: Int) -> Cell {
      Cell(text: Numeral.grouped(value), number: Double(value))
    }
  }

  /// What it holds.
  var caption: String
  /// Names of the columns.
  var columns: [String]
  /// The rows, from the top.
  var rows: [[Cell]] = []
}
