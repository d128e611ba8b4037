import ArgumentParser
import Bench
import Output

/// Results as a page.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make a page of results: one HTML file with charts and tables.",
    usage: "shadowbench report <results> ... -o <file.html> [<options>]",
    discussion: """
      Takes the JSON of run, sweep, recommend, verify, trace predict and trace summary, as --json or \
      -o writes it, and of sweep --matrix, as --json does; several in one page. The page asks no network for anything, prints, and is the \
      same bytes each time. verify needs --values for its chart.

      EXAMPLES
        shadowbench report office30.json -o office30.html
        shadowbench report a.json b.json -o both.html --charts charts
      """)

  @Argument(help: "Results, as JSON.")
  var results: [String]

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The page.", valueName: "file.html"))
  var output: String

  @Option(
    help: ArgumentHelp("Write each chart as SVG into a folder as well.", valueName: "folder"))
  var charts: String?

  @Option(help: "The page's title. (default: the result's)")
  var title: String?

  @OptionGroup var format: OutputOptions

  func validate() throws {
    guard !results.contains(output) else {
      throw ValidationError("-o is one of the results: \(output)")
    }
  }

  func run() throws {
    try OutputFile.check(output)
    var files: [ResultFile] = []
    for path in results { files.append(try ResultFile(path: path)) }
    let report = HTMLReport(files, title: title)
    let written = try report.write(to: output, charts: charts)
    guard output != OutputFile.standardOutput else {
      return try Console().print(written.lines, about: output)
    }
    try Console().print(
      written.lines, json: try JSONResult.text(written), as: format.json)
  }
}
