import ArgumentParser
import Bench
import GuestModel

/// What other sizes would have done to a traced guest.
struct TracePredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict Xen's counters at other sizes from a trace taken at one.",
    discussion: """
      The guest's operations are inferred from its root loads, faults and table writes, and run \
      through the model at all sizes in one pass. First they are replayed at the size that the \
      trace was taken at and compared with the trace's own counts: what differs is the error bar \
      of every number, and is said first above 2 %. What the trace does not show is not known.

      EXAMPLES
        shadowbench trace predict host.xentrace.gz --memory-mib 256 --shadow-mib 3,4
        shadowbench trace predict host.xentrace.gz --traced-pages 768 --sizes 8
        shadowbench trace predict host.xentrace.gz --mode pae --sizes 8 --json
      """)

  @Argument(help: "An xentrace file.", completion: .file())
  var file: String

  @OptionGroup(title: "Sizes") var sizes: SizeListOptions
  @OptionGroup(title: "Guest and costs") var guest: GuestOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup var output: ResultOptions

  func run() async throws {
    let choice = try sizes.choice()
    try output.check()
    let console = Console()
    let progress = console.progress("predicting")
    let cost = try guest.profile(for: file)
    let trace = try TraceReconstruction(
      path: file, mode: guest.mode, memoryMiB: guest.memoryMiB, vcpus: guest.vcpus,
      gigahertz: cost.gigahertz)
    let conditions = Conditions(
      input: try WorkloadInput(name: file, trace: trace, tracedPages: guest.traced.pages),
      sizing: guest.sizing(trace.shape), policy: guest.policy,
      rule: ShareRule(cost: cost, cyclesPerAccess: guest.cyclesPerAccess),
      target: target.value(for: file, isSizeGiven: guest.traced.isGiven))
    let job = Job(
      conditions: conditions, seeds: guest.seeds(1), makePager: StandardModel.pager,
      makeSweep: StandardModel.sweep, progress: progress.update,
      phase: progress.enter)
    defer { progress.finish() }
    let prediction = TracePrediction(
      sweep: try await job.sweep(choice), origin: trace.origin)
    progress.finish()
    try console.print(
      PredictionReport.lines(prediction, terminal: console.output),
      json: try JSONResult.text(prediction, environment: Machine.asItIs.environment),
      as: output.json, keep: output.output)
  }
}
