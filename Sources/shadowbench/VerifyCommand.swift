import ArgumentParser
import Bench
import Output

/// The model against a real hypervisor's counters.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare the model with the counters of a real Xen.",
    usage: "shadowbench verify <file> [<options>]",
    discussion: """
      Runs every scenario of the file and compares every counter that the shadow algorithm alone \
      decides; one that the file leaves out was 0. Exits with 1 when any differs.

      With --xenperf the counters are those of a Xen on which the scenarios ran again, and \
      counters that it did not repeat are shown as well, with exit code 1.

      EXAMPLES
        shadowbench verify scenarios/scenarios.json --json
        shadowbench verify scenarios/scenarios.json --values --json
        shadowbench verify new.json --xenperf counted --record recorded.json
      """)

  @Argument(help: "Scenarios: a JSON list of objects.", completion: .file())
  var file: String

  @Flag(help: "Write every compared counter to the JSON, not those alone that differ.")
  var values = false

  @Option(
    help: ArgumentHelp(
      "ID.txt in it is what 'xenperf -f' wrote after scenario ID ran on a Xen at hand.",
      valueName: "folder"),
    completion: .directory)
  var xenperf: String?

  @Option(
    help: ArgumentHelp(
      "Keep the scenarios with the counters of --xenperf in a file.", valueName: "file.json"),
    completion: .file())
  var record: String?

  @OptionGroup var output: ResultOptions

  func validate() throws {
    if record != nil && xenperf == nil {
      throw ValidationError("--record keeps what --xenperf names; give that too")
    }
  }

  func run() async throws {
    let console = Console()
    try output.check()
    if let record { try OutputFile.check(record) }
    var scenarios = try ScenarioFile.load(path: file)
    scenarios.warnings.forEach(console.warn)
    let recording = try xenperf.map { folder throws(InputError) in
      try ScenarioRecording(scenarios, folder: folder)
    }
    if let recording {
      scenarios = recording.file
      if let record { try OutputFile.write(recording.text(), to: record) }
    }
    let progress = console.progress("verifying")
    defer { progress.finish() }
    let verification = try await Verification.run(
      scenarios, makeWorkload: StandardModel.referenceGuest, makePager: StandardModel.pager,
      progress: progress.update)
    progress.finish()
    try console.print(
      (recording.map { VerifyReport.lines($0, terminal: console.output) } ?? [])
        + VerifyReport.lines(verification, terminal: console.output),
      json: try JSONResult.text(
        verification, environment: Machine.asItIs.environment, values: values),
      as: output.json, keep: output.output)
    if verification.differing > 0 || recording?.changes.isEmpty == false {
      throw Failure.Code.found
    }
  }
}
