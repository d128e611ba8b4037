import ArgumentParser
import Bench

/// When a time counts as changed, and how a comparison ends.
struct ComparisonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Slowdowns up to that are not held against anyone.", valueName: "percent"))
  var threshold = 3.0

  @Option(
    help: ArgumentHelp(
      "How often equal times may be found to differ, all rows together.",
      valueName: "probability"))
  var alpha = 0.01

  @Flag(help: "Exit with 1 as well when a side has something that the other has not.")
  var strict = false

  @Flag(
    help: """
      The times were measured in turns, old and new: the first of each side belong together, the \
      second, and so on.
      """)
  var paired = false

  @OptionGroup var output: ResultOptions

  func validate() throws {
    guard threshold >= 0, threshold <= 1_000 else {
      throw ValidationError("--threshold is \(threshold), must be 0 to 1000, in percent")
    }
    guard alpha > 0, alpha < 1 else {
      throw ValidationError("--alpha is \(alpha), must be above 0 and below 1")
    }
  }

  /// Compares, says what was found, and ends with 1 if that is a fault.
  func compare(_ old: ResultSet, _ new: ResultSet) throws {
    try output.check()
    let console = Console()
    let comparison = try Comparison(
      old: old, new: new,
      rules: ComparisonRules(threshold: threshold / 100, alpha: alpha, isPaired: paired))
    comparison.warnings.forEach(console.warn)
    try console.print(
      ComparisonReport.lines(comparison, terminal: console.output),
      json: try JSONResult.text(comparison), as: output.json, keep: output.output)
    if comparison.isFault || strict && comparison.isPartial { throw Failure.Code.found }
  }
}

/// Old results against new ones.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare results: counters exactly, times by a test.",
    usage: "shadowbench compare <old> <new> [<options>]",
    discussion: """
      A side is a file, a folder of .json files, or a baseline's file. Results of the same thing \
      under the same conditions are compared; several of them on a side pool their times. Exits \
      with 1 when a figure differs or a time is a regression: docs/COMPARING.md.

      EXAMPLES
        shadowbench compare old.json new.json
        shadowbench compare results/old results/new --threshold 5 --json
        shadowbench compare turns/old turns/new --paired
      """)

  @Argument(help: "The old results: a file or a folder.")
  var old: String

  @Argument(help: "The new results: a file or a folder.")
  var new: String

  @OptionGroup var comparison: ComparisonOptions

  func run() throws {
    try comparison.compare(ResultSet(paths: [old]), ResultSet(paths: [new]))
  }
}
