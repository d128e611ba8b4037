import ArgumentParser
import Bench

/// Results that are kept to compare later ones with.
struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Keep results under a name, and compare later ones with them.",
    discussion: """
      EXAMPLES
        shadowbench baseline save release results/
        shadowbench baseline check release results/ --strict
      """,
    subcommands: [Save.self, List.self, Check.self])

  /// Where baselines are.
  struct Folder: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "The folder of baselines.",
        valueName: "folder"))
    var folder = BaselineStore.standardFolder

    /// The baselines in it.
    var store: BaselineStore { BaselineStore(folder: folder) }
  }

  /// Keeps results.
  struct Save: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep results as a baseline.",
      usage: "shadowbench baseline save <name> <results> ... [<options>]",
      discussion: """
        EXAMPLES
          shadowbench baseline save release results/
          shadowbench baseline save counters a.json b.json --counters-only
        """)

    @Argument(help: "What it is called.")
    var name: String

    @Argument(help: "Results: files or folders.")
    var results: [String]

    @OptionGroup var folder: Folder

    @Flag(help: "Put it in the place of a baseline that is there.")
    var force = false

    @Flag(help: "Leave out times and the machine: the file depends on the inputs alone.")
    var countersOnly = false

    func run() throws {
      let set = try ResultSet(paths: results)
      try folder.store.save(name, set, force: force, withoutMachine: countersOnly)
      Console().warn(
        "\(set.files.count) \(set.files.count == 1 ? "result" : "results") kept in "
          + (try folder.store.path(name)))
    }
  }

  /// Lists baselines.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the baselines.",
      discussion: """
        EXAMPLES
          shadowbench baseline list --json
        """)

    @OptionGroup var folder: Folder
    @OptionGroup var output: OutputOptions

    func run() throws {
      let entries = try folder.store.entries()
      try Console().print(
        BaselineReport.lines(entries), json: try JSONResult.text(entries), as: output.json,
        keep: nil)
    }
  }

  /// Compares results with a baseline.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare results with a baseline, as 'shadowbench compare' does.",
      usage: "shadowbench baseline check <name> <results> ... [<options>]",
      discussion: """
        Exits with 1 when a figure differs or a time is a regression.

        EXAMPLES
          shadowbench baseline check release results/ --strict
        """)

    @Argument(help: "The baseline.")
    var name: String

    @Argument(help: "Results: files or folders.")
    var results: [String]

    @OptionGroup var folder: Folder
    @OptionGroup var comparison: ComparisonOptions

    func run() throws {
      try comparison.compare(folder.store.results(name), ResultSet(paths: results))
    }
  }
}
