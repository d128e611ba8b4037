import ArgumentParser
import Bench
import Foundation
import Output

/// Streams for the replay guest.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Streams for the replay guest: make one, check what the guest reported.",
    discussion: """
      EXAMPLES
        shadowbench replay make reference:"procs=8 leaves=4" -o small.replay
        shadowbench replay check small.replay console.txt
      """,
    subcommands: [ReplayMakeCommand.self, ReplayCheckCommand.self])
}

/// A workload as a stream.
struct ReplayMakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Make a workload a stream for the replay guest.",
    discussion: """
      The guest (make guest builds its kernels) runs the stream as a PVH domain of one vCPU whose \
      ramdisk it is; docs/REPLAY.md describes both. Xen's counters must then be those that 'run' \
      and 'sweep' tell for the stream.

      EXAMPLES
        shadowbench replay make reference:"procs=8 leaves=4" -o small.replay --paint
        shadowbench replay make captures/office30 --memory-mib 192 --vcpus 1 \\
          --operations 200000 -o office.replay
      """)

  @Argument(help: "A workload file, a capture, a trace, or reference:\"…\".", completion: .file())
  var input: String

  @Option(name: .shortAndLong, help: "The stream's file.")
  var output: String

  @OptionGroup(title: "Guest and costs") var guest: GuestOptions

  @Option(help: "Cut the workload at the first mark after so many operations. Default: not at all.")
  var operations: Int?

  @Flag(help: "Number every page that is reached, so that checksums tell wrong translations.")
  var paint = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let operations, operations < 1 {
      throw ValidationError("--operations is \(operations), must be 1 or more")
    }
  }

  func run() throws {
    try OutputFile.check(output)
    let opened = try InputResolver.standard.open(guest.request(input))
    let stream = try ReplayStream.compile(
      try opened.makeWorkload(guest.seed), name: input, seed: guest.seed,
      options: ReplayStream.Options(paint: paint, operations: operations))
    try stream.write(to: output)
    let console = Console()
    if output == OutputFile.standardOutput {
      try console.print(ReplayReport.lines(stream), about: output)
    } else {
      try console.print(
        ReplayReport.lines(stream), json: try ReplayReport.json(stream), as: json)
    }
  }
}

/// What a guest reported, beside what its stream foretells.
struct ReplayCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare what the replay guest reported with what its stream foretells.",
    discussion: """
      CONSOLE is Xen's console, as 'xl dmesg' prints it, with the lines of one run of the guest.

      EXIT STATUS
        0  every phase and checksum is as foretold
        1  something differs, or the guest did not come to its end
        2  bad input

      EXAMPLES
        xl dmesg > console.txt; shadowbench replay check small.replay console.txt
      """)

  @Argument(help: "The stream (.replay).", completion: .file())
  var stream: String

  @Argument(help: "The console's text.", completion: .file())
  var console: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let stream = try ReplayStream(contentsOf: self.stream)
    let transcript = try ReplayTranscript(contentsOf: console)
    let differences = transcript.differences(from: stream)
    try Console().print(
      differences.isEmpty ? [ReplayReport.line(transcript)] : differences,
      json: try ReplayReport.json(transcript, stream), as: json)
    if !differences.isEmpty { throw Failure.Code.found }
  }
}
