import ArgumentParser
import Bench
import Output

/// What came back of a bundle.
struct HostCollectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Read what a bundle brought back from a host, and write scenarios for 'verify'.",
    discussion: """
      DIR is a folder that 'host replay --bundle' wrote and run.sh filled: it must have its streams, \
      predicted.json and results. Runs that are missing or damaged are named with file and reason; \
      the scenarios are those of the other runs.

      EXIT STATUS
        0  every run is there, and as the model says
        1  a run is missing or damaged, or a counter or a checksum differs
        2  DIR is no bundle

      EXAMPLES
        shadowbench host collect replays -o scenarios.json
        shadowbench verify scenarios.json
      """)

  @Argument(help: "The bundle's folder.", completion: .directory)
  var folder: String

  @Option(name: [.customShort("o"), .long], help: "The file for the scenarios.")
  var output: String

  @Flag(help: "Write JSON.")
  var json = false

  func run() async throws {
    try OutputFile.check(output)
    let console = Console()
    let progress = console.progress("collecting")
    defer { progress.finish() }
    let collection = try BundleCollection(
      path: folder, makePager: StandardModel.pager, progress: progress.update)
    progress.finish()
    var scenarios: String?
    if collection.results.isEmpty {
      console.warn("no run is whole: \(output) was not written")
    } else {
      try collection.writeScenarios(to: output)
      scenarios = output
    }
    if scenarios == OutputFile.standardOutput {
      try console.print(
        HostReplayReport.lines(
          collection, scenarios: scenarios, terminal: Terminal(isTerminal: false)),
        about: output)
    } else if json {
      try console.write(JSONResult.text(collection, scenarios: scenarios) + "\n")
    } else {
      try console.print(
        HostReplayReport.lines(collection, scenarios: scenarios, terminal: console.output))
    }
    if !collection.isGood { throw Failure.Code.found }
  }
}
