import ArgumentParser
import Bench

/// One workload at many sizes.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run one workload at many sizes: the curve and its knee.",
    discussion: """
      With more than one size the knee between them is found to the page. Sizes below Xen's \
      minimum are raised to it, as Xen does, and reported as raised.

      EXAMPLES
        shadowbench sweep Workloads/captures/office30 --multipliers 1,1.5,2,4
        shadowbench sweep reference:"procs=64" --shadow-mib 2,3,4 --json
      """)

  @Argument(help: "A workload file, a capture, a trace, or reference:\"…\".")
  var input: String

  @OptionGroup(title: "Sizes") var sizes: SizeListOptions
  @OptionGroup(title: "Guest and costs") var guest: GuestOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let choice = try sizes.choice()
    let console = Console()
    let progress = console.progress("sweeping")
    let job = Job(
      conditions: try guest.conditions(input: input, target: target.value),
      seeds: guest.seeds(1), makePager: StandardModel.pager, progress: progress.update)
    defer { progress.finish() }
    let result = try await job.sweep(choice)
    progress.finish()
    if output.json {
      try console.print([JSONResult.text(result)])
    } else {
      try console.print(SweepReport.lines(result, terminal: console.output))
    }
  }
}
