import ArgumentParser
import Bench

/// One workload at one size.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run one workload at one size: counters, share of time, verdict.",
    discussion: """
      The verdict is 'thrashes' when re-creating shadows takes more than the target, 'tight' when \
      it does not but a size less than the margin below does, else 'fits'.

      With --repeats the run at that size is repeated on one thread and its time measured; \
      'shadowbench compare' compares such times. Every repeat must count the same.

      EXAMPLES
        shadowbench run captures/office30 --multiplier 4 --rule xapi
        shadowbench run reference:"procs=64 leaves=16" --shadow-mib 4 --fail-on tight
        shadowbench run reference:"procs=64" --repeats 20 --warmup 2 -o old.json
      """)

  @Argument(help: "A workload file, a capture, a trace, or reference:\"…\".", completion: .file())
  var input: String

  @OptionGroup(title: "Size") var size: SizeOptions
  @OptionGroup(title: "Guest and costs") var guest: GuestOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup(title: "Time") var timing: RepeatOptions
  @OptionGroup(title: "Machine") var node: NodeOptions
  @OptionGroup var output: ResultOptions

  @Option(help: "Exit with 1 when the verdict is this or worse: tight or thrashes.")
  var failOn: Verdict?

  func run() async throws {
    let request = try size.request()
    try output.check()
    let console = Console()
    let machine = try node.machine(pieces: 1, console: console)
    let progress = console.progress("running")
    let job = Job(
      conditions: try guest.conditions(
        input: input, target: target.value(for: input, isSizeGiven: guest.traced.isGiven)),
      seeds: guest.seeds(1), makePager: StandardModel.pager,
      makeSweep: StandardModel.sweep, placement: machine.placement,
      progress: progress.update,
      phase: progress.enter)
    defer { progress.finish() }
    let environment = machine.environment
    var result = try await job.run(request)
    progress.finish()
    if let repeats = timing.repeats {
      let measuring = console.progress("measuring", unit: "repeats")
      defer { measuring.finish() }
      result.timing = try RepeatedRun(
        of: result, makePager: StandardModel.pager, placement: machine.placement
      ).measure(repeats, machine: environment.machine, progress: measuring.update)
    }
    try console.print(
      RunReport.lines(result, terminal: console.output),
      json: try JSONResult.text(result, environment: environment),
      as: output.json, keep: output.output)
    if let failOn, result.verdict >= failOn { throw Failure.Code.found }
  }
}
