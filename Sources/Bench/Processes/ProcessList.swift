import SwiftCSV

/// A table of processes: comma, tab or semicolon, with its columns named in one of its first lines.
struct ProcessList {
  /// A line's cells, without blanks around them.
  private struct Row {
    var line: Int
    var cells: [String]
  }

  /// What a column holds.
  private enum Column: Hashable {
    case name, pageTable, switches
  }

  private let file: String
  private let delimiter: CSVDelimiter
  private var columns: [Column: Int] = [:]
  private var unit: ProcessNumbers.Unit?
  private var rows: [Row] = []

  /// Lines in which the columns may be named: a pasted table can have a title above it.
  private static let titleLines = 20

  /// Reads the cells of `text`; `file` is what errors call it.
  init(text: String, file: String) throws(InputError) {
    self.file = file
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated().filter { $0.element.contains { !$0.isWhitespace } }
    guard let first = lines.first else { throw InputError(file: file, reason: "holds no process") }
    let head = lines.prefix(Self.titleLines)
    let delimiters: [CSVDelimiter] = [.tab, .semicolon, .comma]
    let found = head.lazy.compactMap { line in
      delimiters.lazy.compactMap { delimiter in
        Self.columns(of: line.element, delimiter).map { (line.offset, delimiter, $0) }
      }.first
    }.first
    guard let (titleLine, delimiter, named) = found else {
      throw InputError(
        file: file, line: first.offset + 1,
        reason: "no line names the columns process and page_table, with a unit, as "
          + "'process,page_table_bytes' or RAMMap's 'Process<tab>Page Table'; "
          + "context_switches_per_second may follow")
    }
    self.delimiter = delimiter
    (columns, unit) = named
    var width: Int?
    for (offset, line) in lines where offset >= titleLine {
      guard var cells = Self.cells(line, delimiter) else {
        throw InputError(file: file, line: offset + 1, reason: "a quotation mark is not closed")
      }
      guard let expected = width else {
        width = cells.count
        continue
      }
      while cells.count > expected, cells.last == "" { cells.removeLast() }
      guard cells.count == expected else {
        throw InputError(
          file: file, line: offset + 1,
          reason: "\(cells.count) cells, but \(expected) columns are named")
      }
      rows.append(Row(line: offset + 1, cells: cells))
    }
  }

  /// The processes, and how they were read.
  func processes() throws(InputError) -> ([ProcessTable.Process], [String]) {
    guard let name = columns[.name], let pageTable = columns[.pageTable] else { return ([], []) }
    let figures = [pageTable] + (columns[.switches].map { [$0] } ?? [])
    var numbers = try ProcessNumbers(
      rows.flatMap { row in figures.map { (row.line, row.cells[$0]) } }, file: file,
      isSemicolon: delimiter == .semicolon)
    try numbers.settleUnit(unit, of: rows.map { ($0.line, $0.cells[pageTable]) })
    var processes: [ProcessTable.Process] = []
    for row in rows {
      processes.append(
        ProcessTable.Process(
          name: row.cells[name],
          pageTableBytes: try numbers.bytes(row.cells[pageTable], line: row.line),
          switchesPerSecond: try rate(row, numbers)))
    }
    return (processes, numbers.notes)
  }

  private func rate(_ row: Row, _ numbers: ProcessNumbers) throws(InputError) -> Double? {
    guard let column = columns[.switches] else { return nil }
    return try numbers.rate(row.cells[column], line: row.line)
  }

  /// The columns that a line names; nil where it is not the line that names them.
  private static func columns(
    of line: Substring, _ delimiter: CSVDelimiter
  ) -> (columns: [Column: Int], unit: ProcessNumbers.Unit?)? {
    guard let cells = cells(line, delimiter) else { return nil }
    var columns: [Column: Int] = [:]
    var unit: ProcessNumbers.Unit?
    for (index, cell) in cells.enumerated() {
      var words = cell.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      let named = words.last.flatMap(ProcessNumbers.Unit.init(word:))
      if named != nil { words.removeLast() }
      switch words.joined(separator: "_") {
      case "process", "name", "image", "image_name", "process_name", "comm", "command", "cmd":
        if columns[.name] == nil { columns[.name] = index }
      case "page_table", "page_tables", "pagetable", "pagetables", "vmpte":
        if columns[.pageTable] == nil {
          columns[.pageTable] = index
          unit = named
        }
      case "context_switches_per_second", "context_switches_s", "context_switches_sec":
        columns[.switches] = index
      default: break
      }
    }
    return columns[.name] == nil || columns[.pageTable] == nil ? nil : (columns, unit)
  }

  /// The cells of a line; nil where a quotation mark is not closed.
  private static func cells(_ line: Substring, _ delimiter: CSVDelimiter) -> [String]? {
    guard line.count(where: { $0 == "\"" }).isMultiple(of: 2),
      let row = try? CSV<Enumerated>(string: String(line), delimiter: delimiter, loadColumns: false)
    else { return nil }
    // A last cell that is empty is left out by the reader.
    let isLastEmpty = line.last == delimiter.rawValue
    return (row.header + (isLastEmpty ? [""] : [])).map { cell in
      String(cell.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
  }
}
