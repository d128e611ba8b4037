import ArgumentParser
import Bench
import XenServer

/// `templates report`.
struct TemplatesReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Check XenApp's built-in templates and recommend a multiplier for each: one table.",
    discussion: """
      Markdown. The model runs for two guests of each template: the one that it makes, and the one \
      that the workload was made for, which is nearer to what such servers were given.

      EXAMPLES
        shadowbench templates report
      """)

  @Option(
    help: ArgumentHelp("The folder of workloads.", valueName: "folder"), completion: .directory)
  var workloads = "Workloads"

  @Option(help: "Seeds; the worst of them counts.")
  var seeds = 3

  @OptionGroup(title: "Guest and costs") var guest: GuestOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup(title: "Machine") var node: NodeOptions

  func validate() throws {
    guard (1...100).contains(seeds) else {
      throw ValidationError("--seeds is \(seeds), must be 1 to 100")
    }
  }

  func run() async throws {
    let console = Console()
    let machine = try node.machine(pieces: seeds, console: console)
    var advisor = TemplateAdvisor(
      guest: guest, target: target.value(), seeds: seeds,
      choice: .spread(SizeChoice.defaultCount), workloads: workloads)
    let progress = console.progress("measuring")
    defer { progress.finish() }
    var table = TemplateTable()
    for template in BuiltInTemplate.xenApp {
      guard let choice = TemplateChoice(template.record),
        let workload = TemplateWorkload(GuestSystem(template.record))
      else { continue }
      let input = workload.path(in: workloads)
      let made = try advisor.shape(choice)
      let usual = TemplateAdvisor.shape(made, of: try WorkloadFile.load(path: input))
      let hasRoom = try !advisor.guest(choice, input: input).isWorkloads
      let asMade =
        hasRoom
        ? try await pool(
          choice, workload, shape: made, machine: machine, progress: progress, &advisor)
        : TemplateTable.Pool(shape: made)
      table.add(
        template, workload: workload.name, asMade: asMade,
        usual: try await pool(
          choice, workload, shape: usual, machine: machine, progress: progress, &advisor))
    }
    progress.finish()
    try console.print(table.lines)
  }

  private func pool(
    _ choice: TemplateChoice, _ workload: TemplateWorkload, shape: MemoryShape, machine: Machine,
    progress: ProgressLine, _ advisor: inout TemplateAdvisor
  ) async throws -> TemplateTable.Pool {
    let outcome = try await advisor.outcome(
      choice.template, shape: shape, input: workload.path(in: workloads), machine: machine,
      progress: progress)
    var advice = TemplateAdvice(choice, shape: shape, nested: false)
    advice.add(
      outcome.recommendation, ample: outcome.ample, conditions: outcome.conditions, shape: shape,
      isWorkloadsGuest: false)
    return TemplateTable.Pool(advice.shadow, shape: shape)
  }
}
