import ArgumentParser
import Bench
import XenServer

/// Which template is meant, and on which hosts.
struct TemplateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The guest is the one that a template makes: a built-in one by id or name ('shadowbench \
      templates list'), or one of a file of any format that 'shadowbench templates' reads.
      """, valueName: "name|file"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "Which of a file's templates, by name or UUID.", valueName: "name|uuid"))
  var record: String?

  @Flag(help: "With --template: hosts without nested paging only; the model is run.")
  var shadowPaging = false

  @Option(
    help: ArgumentHelp("The folder of workloads.", valueName: "folder"), completion: .directory)
  var workloads = "Workloads"
}

extension RecommendCommand {
  /// `recommend --template`.
  func recommend(template name: String, _ console: Console) async throws {
    let choice = try TemplateChoice(name, record: template.record)
    let isShadow = TemplateCheck.paging(of: choice.template, hosts: .nested) == .shadow
    guard choice.shape.domainType == .hvm else {
      throw InputError(
        file: name,
        reason: "'\(choice.template.nameLabel)' makes \(choice.shape.domainType.rawValue) guests, "
          + "which have no use for a multiplier; leave it at 1.0")
    }
    let machine = try node.machine(pieces: seeds, console: console)
    var advisor = TemplateAdvisor(
      guest: guest, target: target.value(), seeds: seeds, choice: try sizes.choice(),
      workloads: template.workloads)
    let shape = try advisor.shape(choice)
    var advice = TemplateAdvice(
      choice, shape: shape, nested: !template.shadowPaging && !isShadow)
    if !hap || isShadow {
      let progress = console.progress("measuring")
      defer { progress.finish() }
      let input = try input ?? processes.map { "processes:\($0)" } ?? advisor.input(choice.template)
      let (shape, isWorkloads) = try advisor.guest(choice, input: input)
      let outcome = try await advisor.outcome(
        choice.template, shape: shape, input: input, machine: machine, progress: progress)
      advice.add(
        outcome.recommendation, ample: outcome.ample, conditions: outcome.conditions, shape: shape,
        isWorkloadsGuest: isWorkloads)
    }
    try console.print(
      TemplateReport.lines(advice, terminal: console.output),
      json: try JSONResult.text(advice, environment: machine.environment), as: output.json,
      keep: output.output)
    if let shadow = advice.shadow, shadow.multiplier == nil { throw Failure.Code.found }
  }
}
