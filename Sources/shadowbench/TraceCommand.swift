import ArgumentParser
import Bench

/// xentrace files.
struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Read xentrace files: what is in them, and what other sizes would have done.",
    discussion: """
      First: Xen 3.4 to 4.17.6, 4.18.5, 4.19.4, 4.20.2 and 4.21.0 have XSA-477: while xentrace runs, a \
      guest with shadow paging can overrun a variable of the hypervisor. Trace there only where all \
      guests are trusted; 'shadowbench host info' says it of a host.

      Record on the host with: xentrace -D -e 0x0048f000 FILE. Files may be compressed with gzip \
      or xz. Damaged files are read as far as they go, and what was lost is said.

      EXAMPLES
        shadowbench trace info host.xentrace.gz
        shadowbench trace summary host.xentrace.gz --clock-ghz 2.4
        shadowbench trace predict host.xentrace.gz --memory-mib 256 --shadow-mib 3,4
        shadowbench trace convert host.xentrace.gz -o host.yaml
      """,
    subcommands: [
      TraceInfoCommand.self, TraceSummaryCommand.self, TracePredictCommand.self,
      TraceConvertCommand.self,
    ])
}

/// What is in a trace.
struct TraceInfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say what is in a trace, and what was lost.",
    discussion: """
      EXAMPLES
        shadowbench trace info host.xentrace.gz
        shadowbench trace info host.xentrace.gz --json
      """)

  @Argument(help: "An xentrace file.", completion: .file())
  var file: String

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let reading = try TraceReading(path: file)
    try Console().print(
      TraceReport.info(reading),
      json: try JSONResult.text(info: reading), as: output.json)
  }
}

/// A trace added up.
struct TraceSummaryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Add a trace up: faults, reclaims, re-shadowings, time per kind of event.",
    usage: "shadowbench trace summary <file> [<options>]",
    discussion: """
      EXAMPLES
        shadowbench trace summary host.xentrace.gz --clock-ghz 2.4
        shadowbench trace summary host.xentrace.gz --csv > host.csv
      """)

  @Argument(help: "An xentrace file.", completion: .file())
  var file: String

  @Option(
    name: .customLong("clock-ghz"),
    help: "The host's time stamp clock, GHz, to show times in ms instead of cycles.")
  var clockGHz: Double?

  @Flag(help: "Write CSV: section,name,measure,value.")
  var csv = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let clockGHz, !(clockGHz > 0 && clockGHz <= 100) {
      throw ValidationError("--clock-ghz is \(clockGHz), must be above 0 and at most 100")
    }
    if csv && output.json { throw ValidationError("give one of --csv and --json") }
  }

  func run() async throws {
    let reading = try TraceReading(path: file)
    let console = Console()
    if output.json {
      try console.write(JSONResult.text(summary: reading) + "\n")
    } else if csv {
      try console.print(TraceReport.csv(reading))
    } else {
      try console.print(TraceReport.summary(reading, gigahertz: clockGHz))
    }
  }
}
