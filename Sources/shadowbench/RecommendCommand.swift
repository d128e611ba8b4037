import ArgumentParser
import Bench
import GuestModel
import ShadowModel

/// The smallest multiplier that meets the target.
struct RecommendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "Recommend the smallest multiplier that meets the target, and say what it costs.",
    discussion: """
      The size is the smallest at which, in steady state and with every seed, re-creating shadows \
      takes at most the target; and the largest size that fails is at least the margin below it. \
      Never is it less than Xen leaves a running domain.

      The first lines say what to set and what is there unasked: HVM-shadow-multiplier in XenServer \
      and XCP-ng, one that the server keeps; shadow_memory in xl; and the multiplier of the rule of \
      2008. Costs are over the default of --toolstack, else of both.

      With --template, the guest is the one that an XenServer template makes, the workload the one \
      that stands for what such guests do (or INPUT), and the rule XenServer's. What is recommended \
      then is a multiplier that the server keeps: whole MiB of pool, and the same number when it is \
      read back and set again. For hosts with nested paging, as nearly all are, it is 1.0; both are \
      said unless --hap or --shadow-paging asks for one.

      Exits with 1 when no size meets the target.

      EXAMPLES
        shadowbench recommend captures/office30 --memory-mib 4096 --vcpus 2
        shadowbench recommend captures/office30 --toolstack xapi --target 0.5 --json
        shadowbench recommend host.xentrace.gz --memory-mib 4096
        shadowbench recommend --template xenapp-2008r2-x64-v7
        shadowbench recommend --template templates.txt --record "Citrix XenApp"
        shadowbench recommend --processes rammap.csv --memory-mib 4096 --vcpus 2
      """)

  @Argument(help: "A workload file, a capture, a trace, or reference:\"…\".", completion: .file())
  var input: String?

  @Option(
    help: ArgumentHelp(
      """
      Instead of an input: sizes of processes, as RAMMap, a spreadsheet or \
      'cat /proc/[0-9]*/status' gives them; docs/TRACES.md tells which columns.
      """, valueName: "file"), completion: .file())
  var processes: String?

  @OptionGroup(title: "Template") var template: TemplateOptions
  @OptionGroup(title: "Sizes to look at first") var sizes: SizeListOptions
  @OptionGroup(title: "Guest and costs") var guest: GuestOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup(title: "Machine") var node: NodeOptions
  @OptionGroup var output: ResultOptions

  @Option(help: "Seeds; the worst of them counts.")
  var seeds = 3

  @Option(help: "The toolstack that the guest runs on: xapi or xl. Default: both.")
  var toolstack: Toolstack?

  @Flag(help: "The host has nested paging (EPT, NPT) and uses it for this guest.")
  var hap = false

  func validate() throws {
    if template.template != nil {
      guard toolstack != .xl else {
        throw ValidationError("--template is XenServer's; leave --toolstack xl out")
      }
      guard input == nil || processes == nil else {
        throw ValidationError("give an input or --processes, not both")
      }
      guard guest.rule == .mappedOnce || guest.rule == .xapi else {
        throw ValidationError("--template is by rule xapi; leave --rule out")
      }
      guard !(hap && template.shadowPaging) else {
        throw ValidationError("give --hap or --shadow-paging; without either both are said")
      }
    } else {
      guard (input == nil) != (processes == nil) else {
        throw ValidationError("give an input, --processes or --template")
      }
      guard !template.shadowPaging, template.record == nil else {
        throw ValidationError("--shadow-paging and --record go with --template")
      }
    }
    guard (1...100).contains(seeds) else {
      throw ValidationError("--seeds is \(seeds), must be 1 to 100")
    }
  }

  func run() async throws {
    let choice = try sizes.choice()
    try output.check()
    let console = Console()
    if let name = template.template { return try await recommend(template: name, console) }
    let conditions = try guest.conditions(
      input: input ?? "processes:\(processes ?? "")",
      target: target.value(for: input ?? "", isSizeGiven: guest.traced.isGiven))
    if hap {
      let sizing = NestedPaging.sizing(conditions.sizing)
      return try console.print(
        RecommendReport.lines(nestedPaging: sizing, toolstack: toolstack),
        json: try JSONResult.text(nestedPaging: sizing), as: output.json,
        keep: output.output)
    }
    let machine = try node.machine(pieces: seeds, console: console)
    let progress = console.progress("measuring")
    let job = Job(
      conditions: conditions, seeds: guest.seeds(seeds), makePager: StandardModel.pager,
      makeSweep: StandardModel.sweep, placement: machine.placement,
      progress: progress.update,
      phase: progress.enter)
    defer { progress.finish() }
    let (recommendation, ample) = try await job.recommend(choice)
    progress.finish()
    try console.print(
      RecommendReport.lines(
        recommendation, conditions: conditions, ample: ample, toolstack: toolstack,
        terminal: console.output),
      json: try JSONResult.text(
        recommendation, conditions: conditions, toolstack: toolstack,
        environment: machine.environment),
      as: output.json, keep: output.output)
    if recommendation.multiplier == nil { throw Failure.Code.found }
  }
}
