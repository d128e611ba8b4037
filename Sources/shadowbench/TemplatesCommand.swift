import ArgumentParser
import Bench
import Output
import XenServer

/// XenServer's templates: lists and checks.
struct TemplatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract: "XenServer's templates: built in, and from files.",
    discussion: """
      A FILE is the text of 'xe template-list params=all', an export (.xva, or its ova.xml), a \
      template's JSON of guest-templates-json, or a dump of this program's. It is read as a whole or \
      refused, with the line and the reason.

      EXAMPLES
        shadowbench templates list
        shadowbench templates validate templates.txt --strict
        shadowbench templates dump export.xva
      """,
    subcommands: [
      TemplatesListCommand.self, TemplatesValidateCommand.self, TemplatesReportCommand.self,
      TemplatesDumpCommand.self,
    ])
}

/// `templates list`.
struct TemplatesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List templates: memory, vCPUs, multiplier, pool, flags, and a workload for each.",
    usage: "shadowbench templates list [<files> ...] [<options>]",
    discussion: """
      Without a FILE, those that this program knows, XenApp's of all releases among them. The \
      workload stands for what a template's guests do; '-' where its name does not tell.

      EXAMPLES
        shadowbench templates list
        shadowbench templates list templates.txt --json
        shadowbench templates list --connect xen1 --ca ca.pem
      """)

  @Argument(help: "Files of templates.", completion: .file())
  var files: [String] = []

  @OptionGroup(title: "Connection") var connection: ConnectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console()
    guard !files.isEmpty || connection.connect != nil else {
      let templates = BuiltInTemplate.all
      return try console.print(
        TemplateListReport.lines(templates),
        json: try JSONResult.text(templates), as: output.json)
    }
    let records = try connection.templates(files)
    for records in records {
      try console.print(
        TemplateListReport.lines(records),
        json: try JSONResult.text(records), as: output.json)
    }
  }
}

/// `templates dump`.
struct TemplatesDumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Write the records of a file or a pool as JSON: what some command uses.",
    usage: "shadowbench templates dump [<file>] [<options>]",
    discussion: """
      The JSON is read again by all commands that read records. Fields and keys that no command \
      uses are left out: a pool's records hold passwords of storage, of directory services and in \
      notes. With --all they are all there.

      EXAMPLES
        shadowbench templates dump export.xva > export.json
        shadowbench templates dump --connect xen1 --ca ca.pem -o pool.json
      """)

  @Argument(help: "A file of records.", completion: .file())
  var file: String?

  @Flag(help: "Every field of every record, passwords among them.")
  var all = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file, which nobody else may read. (default: standard output)",
      valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup(title: "Connection") var connection: ConnectOptions

  func run() throws {
    let records: PoolRecords
    switch (file, try connection.records()) {
    case (let file?, nil): records = try TemplateFiles.read(file)
    case (nil, let live?): records = live
    default: throw ValidationError("give a file or --connect")
    }
    let console = Console()
    if all {
      console.warn(
        "warning: with --all the records hold whatever the pool keeps in them, passwords of storage "
          + "and directory services too; keep them where nobody else reads")
    }
    let text = RecordDump.text(all ? records : records.used)
    guard let output else { return try console.write(text) }
    try OutputFile.write(text, to: output, mode: 0o600)
  }
}
