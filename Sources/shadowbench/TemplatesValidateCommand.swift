import ArgumentParser
import Bench
import XenServer

/// How findings are written.
enum FindingFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, sarif
}

/// `templates validate`.
struct TemplatesValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check templates against what XenServer makes of them, and against the model.",
    discussion: """
      Each finding has a rule, a severity, the field, what it holds and should hold, why, and the xe \
      command that mends it. Hosts are taken to have nested paging, so that 1.0 is recommended, but \
      for guests with altp2m, introspection or guests of their own; with --shadow-paging, or where \
      a template turns nested paging off, the model is run for the workload that stands for the \
      template's guests.

      Exits with 1 when there is an error; with --strict also when there is a warning.

      EXAMPLES
        shadowbench templates validate templates.txt
        shadowbench templates validate export.xva --shadow-paging --json
        shadowbench templates validate --built-in --format sarif
        shadowbench templates validate --connect xen1 --ca ca.pem
      """)

  @Argument(help: "Files of templates.", completion: .file())
  var files: [String] = []

  @Flag(help: "Check the templates that this program knows.")
  var builtIn = false

  @Flag(help: "Hosts have no nested paging.")
  var shadowPaging = false

  @Flag(help: "Do not run the model.")
  var noModel = false

  @Flag(help: "A warning fails as well.")
  var strict = false

  @Option(help: "How findings are written: text, json or sarif.")
  var format: FindingFormat = .text

  @Option(
    help: ArgumentHelp("The folder of workloads.", valueName: "folder"), completion: .directory)
  var workloads = "Workloads"

  @Option(help: "Seeds; the worst of them counts.")
  var seeds = 3

  @OptionGroup(title: "Connection") var connection: ConnectOptions
  @OptionGroup(title: "Guest and costs") var guest: GuestOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup(title: "Machine") var node: NodeOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard builtIn || !files.isEmpty || connection.connect != nil else {
      throw ValidationError("give files of templates, --connect or --built-in")
    }
    guard (1...100).contains(seeds) else {
      throw ValidationError("--seeds is \(seeds), must be 1 to 100")
    }
    guard !(output.json && format == .sarif) else {
      throw ValidationError("give --json or --format sarif, not both")
    }
  }

  func run() async throws {
    let console = Console()
    let hosts: HostPaging = shadowPaging ? .shadow : .nested
    var validation = TemplateValidation(paging: hosts)
    let records = try connection.templates(files)
    let machine = try node.machine(pieces: seeds, console: console)
    var advisor = TemplateAdvisor(
      guest: guest, target: target.value(), seeds: seeds,
      choice: .spread(SizeChoice.defaultCount), workloads: workloads)
    let progress = console.progress("measuring")
    defer { progress.finish() }
    if builtIn {
      for template in BuiltInTemplate.all {
        let advice = try await advice(
          template.record, hosts, machine: machine, progress: progress, &advisor)
        validation.templates += 1
        validation.findings += template.findings(paging: hosts, advice: advice)
      }
    }
    for records in records {
      for template in records.templates {
        let advice = try await advice(
          template, hosts, machine: machine, progress: progress, &advisor)
        validation.templates += 1
        validation.findings += TemplateCheck.findings(
          template, paging: hosts, isRounded: records.hasRoundedFractions, advice: advice)
      }
    }
    progress.finish()
    try write(validation, console)
    if validation.hasFailed(strict: strict) { throw Failure.Code.found }
  }

  private func write(_ validation: TemplateValidation, _ console: Console) throws {
    switch output.json ? .json : format {
    case .text:
      try console.print(ValidationReport.lines(validation, terminal: console.output))
    case .json: try console.write(JSONResult.text(validation) + "\n")
    case .sarif: try console.write(SARIF.text(validation) + "\n")
    }
  }

  /// What the model recommends for a template; nil where there is nothing to recommend.
  private func advice(
    _ template: VMRecord, _ hosts: HostPaging, machine: Machine, progress: ProgressLine,
    _ advisor: inout TemplateAdvisor
  ) async throws -> PoolAdvice? {
    guard !noModel, TemplateCheck.paging(of: template, hosts: hosts) == .shadow,
      template.domainType == .hvm,
      let workload = TemplateWorkload(GuestSystem(template)),
      let choice = TemplateChoice(template)
    else { return nil }
    let input = workload.path(in: workloads)
    let (shape, isWorkloads) = try advisor.guest(choice, input: input)
    // Advice for another guest says nothing about this one's pool.
    guard !isWorkloads else { return nil }
    let outcome = try await advisor.outcome(
      template, shape: shape, input: input, machine: machine, progress: progress)
    var advice = TemplateAdvice(choice, shape: shape, nested: false)
    advice.add(
      outcome.recommendation, ample: outcome.ample, conditions: outcome.conditions, shape: shape,
      isWorkloadsGuest: false)
    return advice.shadow?.multiplier.map {
      PoolAdvice(multiplier: $0, workload: workload.name)
    }
  }
}
