import ArgumentParser
import Bench
import Files
import Foundation
import Output
import ShadowModel
import XenControl

/// Looks for a pool's size on a running domain.
struct HostTuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find the size of a running domain's pool, by its shadow faults.",
    discussion: """
      Measures the rate of shadow faults, makes the pool larger, measures again, and ends when the \
      target is met, when no larger pool helps, or when the budget is spent. What did not help is \
      put back. With --shrink it also looks for the smallest pool that meets the target.

      The log is written before each change. Ctrl-C and SIGTERM leave the best size measured; after \
      anything worse, --resume goes on and --undo brings the first size back.

      EXIT STATUS
        0  the target is met, or was; a plan was shown; the first size is back
        1  it ended otherwise; the verdict says why
        2  usage; no such domain, one without shadows, or a log that does not fit;
           nothing was changed
        3  no Xen, no permission, no memory, a log that cannot be written

      EXAMPLES
        shadowbench host tune web --dry-run
        shadowbench host tune web --target 350 --budget-mib 64 --log web.json
        shadowbench host tune web --shrink --json
        shadowbench host tune --resume web.json
        shadowbench host tune --undo web.json
      """)

  @Argument(help: "A domain's number or name.")
  var domain: String?

  @OptionGroup var search: TuneOptions

  @OptionGroup var sizing: HostRuleOptions

  @Option(
    help: ArgumentHelp(
      "Where the log is written. (default: shadowbench-tune-NUMBER.json)", valueName: "file"),
    completion: .file())
  var log: String?

  @Option(help: ArgumentHelp("Go on with the search of a log.", valueName: "log"))
  var resume: String?

  @Option(help: ArgumentHelp("Bring back the size that a log's search found.", valueName: "log"))
  var undo: String?

  @Flag(help: "Show the sizes that may be tried, and do nothing.")
  var dryRun = false

  @Flag(help: "Undo also what another tool has changed since; begin anew over a log not ended.")
  var force = false

  @Flag(help: "Write JSON, a line for each thing that happens.")
  var json = false

  func validate() throws {
    guard [domain, resume, undo].compactMap({ $0 }).count == 1 else {
      throw ValidationError("give one of a domain, --resume and --undo")
    }
    guard log == nil || domain != nil else {
      throw ValidationError("--log is for a new search; --resume and --undo go on with theirs")
    }
    guard domain != nil || !search.isGiven else {
      throw ValidationError("settings are for a new search; the log has those of its own")
    }
    guard undo == nil || !dryRun else {
      throw ValidationError("--dry-run is for a search, not for --undo")
    }
  }

  func run() async throws { try Interruption.endingBySignal(tune) }

  private func tune() throws {
    let host = Host(try .system())
    if let undo { return try bringBack(undo, host) }
    var tune: HostTune
    let path: String
    if let resume {
      tune = try HostTune(host, resuming: Self.read(resume))
      path = resume
    } else {
      let settings = search
      tune = try HostTune(host, domain: domain ?? "") { settings.settings($0) }
      path = log ?? "shadowbench-tune-\(tune.journal.domid).json"
      if !force && !dryRun { try Self.check(path) }
    }
    let console = Console()
    guard !dryRun else {
      let plan = try tune.plan()
      return try console.print(
        TuneText.plan(tune, plan, rule: sizing.choice(host)),
        json: try TuneJSON.plan(tune, plan, rule: sizing.choice(host)), as: json)
    }
    if !tune.domain.hasShadows { console.warn(HostText.nestedPaging) }
    try search(&tune, path, console, sizing.choice(host))
  }

  private func search(
    _ tune: inout HostTune, _ path: String, _ console: Console, _ rule: RuleChoice
  ) throws {
    let domain = tune.domain
    let verdict = try tune.run(
      HostTune.Outside(
        clock: Interruption.clock(),
        save: { try OutputFile.write($0.text(), to: path) },
        tell: { event in
          if json {
            try console.write(TuneJSON.line(event, domain) + "\n")
          } else {
            console.warn(TuneText.line(event))
          }
        }))
    try console.account(
      report(tune, path, rule), json: try TuneJSON.end(tune, log: path, rule: rule), as: json)
    if !verdict.isSuccess { throw Failure.Code.found }
  }

  private func report(_ tune: HostTune, _ path: String, _ rule: RuleChoice) -> [String] {
    var table = Table(
      TuneText.columns.map { $0.isNumber ? .number($0.header) : .text($0.header) })
    for number in tune.journal.steps.indices { table.add(TuneText.row(number, tune)) }
    return table.lines + TuneText.end(tune, log: path, rule: rule)
  }

  private func bringBack(_ path: String, _ host: XenControl.Host) throws {
    let outcome = try HostTune.undo(try Self.read(path), host, force: force) {
      try OutputFile.write($0.text(), to: path)
    }
    let rule = sizing.choice(host)
    try Console().account(
      HostText.lines(outcome, rule: rule), json: try HostJSON.text(outcome, rule: rule), as: json)
    if outcome.status == .refused { throw Failure.Code.found }
  }

  /// A log that is there must have ended: what it says is needed to put the first size back.
  private static func check(_ path: String) throws {
    // A device or a FIFO keeps nothing that could be read, and could keep a reader for ever.
    guard OutputFile.holdsContent(path) else { return }
    let old = try read(path)
    guard old.state == .ended || old.state == .undone else {
      throw HostError.cannotTune(
        "\(path): a search that has not ended: --resume \(path) goes on, --undo \(path) brings back "
          + "the first size, --log names another file, --force begins anew")
    }
  }

  /// The longest log that is read, bytes; a search of a hundred steps has some 40 KiB.
  private static let logLimit = 4 << 20

  private static func read(_ path: String) throws -> TuneJournal {
    let text: String
    do {
      let bytes = try InputFile.contents(of: path, limit: logLimit)
      text = String(decoding: bytes, as: UTF8.self)
    } catch {
      throw HostError.cannotTune("\(error)")
    }
    return try TuneJournal.read(text, file: path)
  }
}
