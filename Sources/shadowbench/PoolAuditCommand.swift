import ArgumentParser
import Bench
import Foundation
import Output
import XenServer

/// Every multiplier of a pool that is not 1.0.
struct PoolAuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract:
      "Find the multipliers of a pool that are not 1.0: why, what they cost, what is wrong.",
    discussion: """
      Reads a live pool, its JSON dump, the text of 'xe vm-list params=all', an export, or a pool \
      described in YAML. XenAPI does not say which hosts have nested paging: a host's \
      other-config:hap does, or --hap or --shadow-paging for all others.

      --fix prints the changes, each by the call that is right for the machine's state; with \
      --apply they are made, one after the other, after the file that undoes them was written. \
      Each is read back. The first that fails ends it, and what was done is said. So does ^C, the \
      terminal's end or a request to end: a change under way is waited for, a second one ends that \
      too. --undo needs the pool that the file was written for.

      The host's certificate is always checked: by the system's authorities, those of --ca, or \
      --fingerprint. The session is ended whatever happens.

      EXIT STATUS
        0  nothing wrong; with --apply: all was changed as asked
        1  something is wrong; with --apply: a change failed, could not be made or
           came out otherwise
        2  bad input or usage, wrong password
        3  no connection, a certificate that is not trusted; what was done is said
           before

      EXAMPLES
        shadowbench pool audit --pool pools/sample.yaml
        shadowbench pool audit --connect xen1 --ca ca.pem --hap
        shadowbench pool audit --connect xen1 --ca ca.pem --fix
        shadowbench pool audit --connect xen1 --ca ca.pem --fix --apply
        shadowbench pool audit --connect xen1 --ca ca.pem --undo undo.json --apply
      """)

  @Option(
    help: ArgumentHelp("A file with the pool, or with some of its machines.", valueName: "file"),
    completion: .file())
  var pool: String?

  @OptionGroup(title: "Connection") var connection: ConnectOptions

  @Flag(
    help: """
      Hosts that do not say otherwise have nested paging. Guests with altp2m or guests of their own \
      keep their multiplier.
      """)
  var hap = false

  @Flag(help: "Hosts that do not say otherwise have none.")
  var shadowPaging = false

  @Option(
    help: ArgumentHelp(
      """
      How the pool reckons memory, before-26.3 or since-26.3. (default: as its machines' \
      memory_overhead says)
      """, valueName: "version"))
  var xapi: MemoryModel.Version?

  @Flag(help: "Print the changes that mend what is wrong.")
  var fix = false

  @Option(
    help: ArgumentHelp("Print the changes that undo an earlier run's.", valueName: "file"),
    completion: .file())
  var undo: String?

  @Flag(help: "Make the changes.")
  var apply = false

  @Option(
    help: ArgumentHelp(
      "The file that undoes the changes. (default: multiplier-undo-TIME.json)", valueName: "file"),
    completion: .file())
  var undoFile: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !hap || !shadowPaging else {
      throw ValidationError("give --hap or --shadow-paging, not both")
    }
    guard !fix || undo == nil else { throw ValidationError("give --fix or --undo, not both") }
    guard !apply || fix || undo != nil else {
      throw ValidationError("--apply needs --fix or --undo")
    }
    guard !apply || connection.connect != nil else {
      throw ValidationError("--apply needs --connect: a file's machines cannot be changed")
    }
    guard undoFile == nil || apply else { throw ValidationError("--undo-file needs --apply") }
    guard (pool == nil) != (connection.connect == nil) else {
      throw ValidationError("give one of --pool and --connect")
    }
    if let undoFile, OutputFile.holdsContent(undoFile) {
      throw ValidationError("\(undoFile) is there already; give a name that is not")
    }
  }

  func run() async throws {
    let way = try undo.map { try UndoFile(path: $0) }
    if let host = connection.connect, apply {
      return try makeChanges(host: host, undoing: way)
    }
    let source = try PoolSource.load(file: pool, connection: connection)
    let audit = audit(source.records)
    try Self.checkJudged(audit, file: source.name)
    try way?.check(source.records, host: connection.connect, file: undo ?? "")
    let plan = way.map { AuditPlan($0, records: source.records) } ?? (fix ? AuditPlan(audit) : nil)
    let console = Console()
    if output.json {
      try console.write(JSONResult.text(way == nil ? audit : nil, plan: plan) + "\n")
    } else {
      let report = way == nil ? AuditReport(audit).lines : []
      let changes = plan.map(ChangeReport.lines) ?? []
      try console.print(report + (report.isEmpty || changes.isEmpty ? [] : [""]) + changes)
    }
    if way == nil, !audit.problematic.isEmpty { throw Failure.Code.found }
    if plan?.hasObstacles == true { throw Failure.Code.found }
  }

  /// A file of which nothing can be judged is no clean one.
  private static func checkJudged(_ audit: MultiplierAudit, file: String) throws {
    guard audit.checked == 0 || audit.unjudged.count == audit.checked else { return }
    let line = audit.unjudged.compactMap { $0.record.place?.line }.min()
    throw InputError(
      file: file, line: line,
      reason: audit.checked == 0
        ? "holds no virtual machine; list them with 'xe vm-list params=all'"
        : "no record has HVM_shadow_multiplier, so that nothing can be judged; list the machines "
          + "with 'xe vm-list params=all'")
  }

  func audit(_ records: PoolRecords) -> MultiplierAudit {
    MultiplierAudit(
      records, version: xapi, hasNestedPaging: hap ? true : shadowPaging ? false : nil)
  }
}
