import ArgumentParser
import Bench

/// The model against a real hypervisor's counters.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare the model with the counters of a real Xen.",
    discussion: """
      Runs every scenario of the file and compares every counter that the shadow algorithm alone \
      decides; one that the file leaves out was 0. Exits with 1 when any differs.

      EXAMPLES
        shadowbench verify scenarios/scenarios.json --json
        shadowbench verify scenarios/scenarios.json --values --json
      """)

  @Argument(help: "Scenarios: a JSON list of objects.", completion: .file())
  var file: String

  @Flag(help: "Write every compared counter to the JSON, not those alone that differ.")
  var values = false

  @OptionGroup var output: ResultOptions

  func run() async throws {
    let console = Console()
    try output.check()
    let scenarios = try ScenarioFile.load(path: file)
    scenarios.warnings.forEach(console.warn)
    let progress = console.progress("verifying")
    defer { progress.finish() }
    let verification = try await Verification.run(
      scenarios, makeWorkload: StandardModel.referenceGuest, makePager: StandardModel.pager,
      progress: progress.update)
    progress.finish()
    try console.print(
      VerifyReport.lines(verification, terminal: console.output),
      json: try JSONResult.text(
        verification, environment: Machine.asItIs.environment, values: values),
      as: output.json, keep: output.output)
    if verification.differing > 0 { throw Failure.Code.found }
  }
}
