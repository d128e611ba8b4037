public import Output

/// The files of a report that were written.
public struct WrittenReport: Codable, Hashable, Sendable {
  /// A file.
  public struct File: Codable, Hashable, Sendable {
    /// Where it is.
    public var path: String
    /// How long it is.
    public var bytes: Int
  }

  /// The page.
  public var page: File
  /// The charts, in the page's order.
  public var charts: [File]

  /// A line for each file.
  public var lines: [String] {
    ([page] + charts).map { "\($0.path): \(Numeral.grouped($0.bytes)) bytes" }
  }
}

extension HTMLReport {
  /// Writes the page, and each chart into a folder if one is named; the page last.
  /// - Throws: ``OutputError`` where a file cannot be written
  public func write(to path: String, charts folder: String? = nil) throws(OutputError)
    -> WrittenReport
  {
    var written: [WrittenReport.File] = []
    if let folder {
      try OutputFolder.make(folder)
      for chart in charts {
        let file = "\(folder.hasSuffix("/") ? String(folder.dropLast()) : folder)/\(chart.name)"
        try OutputFile.write(chart.text, to: file)
        written.append(.init(path: file, bytes: chart.text.utf8.count))
      }
    }
    let page = html
    try OutputFile.write(page, to: path)
    return WrittenReport(page: .init(path: path, bytes: page.utf8.count), charts: written)
  }
}

extension JSONResult {
  /// `report`.
  public static func text(_ report: WrittenReport) throws -> String {
    try encode(.report, report)
  }
}
