import ArgumentParser
import Bench
import Output

/// One workload at many sizes.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run one workload at many sizes: the curve and its knee.",
    usage: """
      shadowbench sweep <input> [options] [-o <file.json>]
      shadowbench sweep --matrix <file> [--shard <i/n>] [options] [-o <folder>]
      shadowbench sweep --merge <folder> ... [-o <file>]
      """,
    discussion: """
      With more than one size the knee between them is found to the page. Sizes below Xen's \
      minimum are raised to it, as Xen does, and reported as raised.

      With --matrix every cell of a matrix file is swept, several at once, and with -o each result \
      is kept as soon as it is there; a later run does what is missing. --merge makes of shards' \
      results the file that one machine makes with --json, byte for byte; it exits with 1 and \
      names the shard when one is missing or damaged.

      EXAMPLES
        shadowbench sweep captures/office30 --multipliers 1,1.5,2,4
        shadowbench sweep reference:"procs=64" --shadow-mib 2,3,4 --json
        shadowbench sweep --matrix matrices/screening.yaml --shard 2/8 -o results
        shadowbench sweep --merge results -o screening.json
      """)

  @Argument(help: "A workload file, a capture, a trace, or reference:\"…\".", completion: .file())
  var input: String?

  @OptionGroup(title: "Matrix") var matrix: MatrixOptions
  @OptionGroup(title: "Sizes") var sizes: SizeListOptions
  @OptionGroup(title: "Guest and costs") var guest: GuestOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup(title: "Machine") var node: NodeOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (input != nil) != matrix.isGiven else {
      throw ValidationError("give an input, or --matrix, or --merge")
    }
    guard !matrix.isGiven || !sizes.isGiven else {
      throw ValidationError("the sizes are the matrix's: say 'sizes' in its file")
    }
  }

  func run() async throws {
    let console = Console()
    if let file = matrix.matrix {
      return try await matrix.sweep(file, json: output.json, node: node, console: console)
    }
    guard let input else { return try matrix.mergeShards(console: console) }
    let choice = try sizes.choice()
    try matrix.output.map(OutputFile.check)
    let machine = try node.machine(pieces: 1, console: console)
    let progress = console.progress("sweeping")
    let job = Job(
      conditions: try guest.conditions(
        input: input, target: target.value(for: input, isSizeGiven: guest.traced.isGiven)),
      seeds: guest.seeds(1), makePager: StandardModel.pager,
      makeSweep: StandardModel.sweep, placement: machine.placement,
      progress: progress.update,
      phase: progress.enter)
    defer { progress.finish() }
    let result = try await job.sweep(choice)
    progress.finish()
    try console.print(
      SweepReport.lines(result, terminal: console.output),
      json: try JSONResult.text(result, environment: machine.environment),
      as: output.json, keep: matrix.output)
  }
}
