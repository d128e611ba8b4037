import ArgumentParser
import Bench
import ShadowModel
import XenControl

/// A real Xen host.
struct HostCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Look at and change the pools of a real Xen host, from its dom0.",
    discussion: """
      Run as root in dom0. A DOMAIN is a number or a name. Where domains have nested paging the \
      pool is the HAP pool, and the multiplier buys no speed.

      EXAMPLES
        shadowbench host info
        shadowbench host list --json
        shadowbench host get web
        shadowbench host set web --multiplier 2 --dry-run
        shadowbench host watch web --interval 5 --count 12
        shadowbench host tune web --budget-mib 64 --dry-run
        shadowbench host replay reference:"procs=16 leaves=4" --shadow-mib 2,3
        shadowbench host collect BUNDLE -o scenarios.json
      """,
    subcommands: [
      HostInfoCommand.self, HostListCommand.self, HostGetCommand.self, HostSetCommand.self,
      HostWatchCommand.self, HostTuneCommand.self, HostReplayCommand.self,
      HostCollectCommand.self,
    ])
}

/// The host itself.
struct HostInfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say which Xen runs, whether it has shadow paging, and its free memory.",
    discussion: """
      Says also what is known of the product, whether a trace is safe here, and which rule a \
      multiplier is relative to: xapi's where xapi runs, else libxl's.

      EXAMPLES
        shadowbench host info
        shadowbench host info --json
      """)

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let info = try Host(.system()).info(.system())
    try Console().print(HostText.info(info), json: try HostJSON.text(info), as: output.json)
  }
}

/// All domains.
struct HostListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the domains with their pools, minimums and multipliers.",
    discussion: """
      Each rule has two columns: the pages that it gives the domain by default, and the multiplier \
      (×) that the pool is by it now. Faults are shadow faults fixed since the domain began.

      EXAMPLES
        shadowbench host list
        shadowbench host list --json
      """)

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let host = try Host(.system())
    let domains = try host.domains()
    let rule = RuleChoice(host.toolstack(.system()))
    let console = Console()
    guard !output.json else { return try console.write(HostJSON.text(domains, rule: rule) + "\n") }
    var table = Table(
      HostText.columns.map { $0.isNumber ? .number($0.header) : .text($0.header) })
    for domain in domains {
      table.add(HostText.row(domain))
      if let error = domain.poolError { console.warn("\(error)") }
    }
    try console.print(table.lines + ["", "rule  \(rule.text)"])
    if domains.contains(where: { $0.paging == "hap" }) { console.warn(HostText.nestedPaging) }
  }
}

/// One domain.
struct HostGetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Say how large a domain's pool is, by every rule.",
    discussion: """
      EXAMPLES
        shadowbench host get web
        shadowbench host get 3 --json
      """)

  @Argument(help: "A domain's number or name.")
  var domain: String

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let host = try Host(.system())
    let report = try host.domainWithPool(domain)
    guard let pool = report.pool else { return }
    let rule = RuleChoice(host.toolstack(.system()))
    try Console().print(
      HostText.lines(report, pool: pool, rule: rule),
      json: try HostJSON.text(report, rule: rule), as: output.json)
  }
}

/// Changes a domain's pool.
struct HostSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change the size of a running domain's pool, and say what Xen made of it.",
    usage: "shadowbench host set <domain> [<options>]",
    discussion: """
      A multiplier is relative to the rule of the host's own toolstack, xapi's where xapi runs, else \
      libxl's, unless --rule names another; the answer says which, and why.

      The size is read back: what is below the minimum is raised. Nothing is sent when the host \
      has too little free memory. The command that undoes the change is printed.

      A pool of shadows that is in use is not made smaller without --force. It is in use when the \
      guest runs or has shadow faults during a second, unless the new size holds all pages that \
      its faults so far can have taken.

      EXIT STATUS
        0  the pool has the size that was asked for, or the minimum
        1  Xen reported success and did something else
        2  no such domain, one without a pool, no size for it, or in use; nothing was
           changed
        3  no Xen, no permission, no memory

      EXAMPLES
        shadowbench host set web --multiplier 2 --dry-run
        shadowbench host set web --multiplier 2 --rule mapped-once --dry-run
        shadowbench host set 3 --shadow-mib 24
        shadowbench host set 3 --pages 4353 --json
      """)

  @Argument(help: "A domain's number or name.")
  var domain: String

  @Option(help: "The size as a multiple of the rule's.")
  var multiplier: Double?

  @Option(name: .customLong("shadow-mib"), help: "The size in MiB.")
  var shadowMiB: Double?

  @Option(help: "The size in pages of 4 KiB.")
  var pages: Int?

  @OptionGroup var sizing: HostRuleOptions

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Flag(
    help: """
      Shrink a pool of shadows that is in use; let a pool for nested paging become smaller than a \
      guest with shadows could have.
      """)
  var force = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    let given = [multiplier, shadowMiB, pages.map(Double.init)].compactMap { $0 }
    guard given.count == 1 else {
      throw ValidationError("give one of --multiplier, --shadow-mib and --pages")
    }
    guard let value = given.first, value > 0, value <= 1e8 else {
      throw ValidationError("the size must be above 0 and at most 100 million")
    }
  }

  func run() async throws { try Interruption.endingBySignal(set) }

  private func set() throws {
    let host = Host(try .system())
    let rule = sizing.choice(host)
    let plan = try host.checked(
      host.plan(request(rule), domain: domain, isForced: force), isForced: force,
      clock: Interruption.clock())
    guard !Interruption.isRequested else {
      throw HostError.interrupted("interrupted: nothing was changed")
    }
    let console = Console()
    if !dryRun { console.warn("should this be cut off: \(plan.undo)") }
    let outcome = dryRun ? PoolOutcome.planned(plan) : try host.apply(plan)
    try console.account(
      HostText.lines(outcome, rule: rule),
      json: try HostJSON.text(outcome, rule: rule), as: output.json)
    if outcome.status == .refused { throw Failure.Code.found }
  }

  private func request(_ rule: RuleChoice) throws -> PoolRequest {
    if let shadowMiB { return .mebibytes(shadowMiB) }
    if let pages { return .pages(pages) }
    return .multiplier(multiplier ?? 1, try rule.certain())
  }
}
