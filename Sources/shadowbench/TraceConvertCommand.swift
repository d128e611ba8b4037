import ArgumentParser
import Bench
import Foundation
import GuestModel
import Output

/// A trace as something that can be run again.
struct TraceConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a trace into a stream of operations, or into a workload file.",
    usage: "shadowbench trace convert <file> -o <output> [<options>]",
    discussion: """
      The output's name says which: FILE.operations is the stream, 16 bytes an operation, \
      that first builds the guest's page tables and then does what the trace shows, and so is \
      -, standard output; \
      FILE.yaml is a workload file with the trace's sizes and rates, but not its order. \
      Both are inputs of run, sweep and recommend.

      EXAMPLES
        shadowbench trace convert host.xentrace.gz -o host.operations
        shadowbench trace convert host.xentrace.gz -o host.yaml --memory-mib 256
      """)

  @Argument(help: "An xentrace file.", completion: .file())
  var file: String

  @Option(name: .shortAndLong, help: "The output: FILE.operations or FILE.yaml.")
  var output: String

  @OptionGroup(title: "Guest and costs") var guest: GuestOptions

  func validate() throws {
    let isKnown = [".operations", ".yaml"].contains(where: output.hasSuffix)
    guard isKnown || output == OutputFile.standardOutput else {
      throw ValidationError("--output must end in .operations or .yaml, or be -, not '\(output)'")
    }
  }

  func run() async throws {
    try OutputFile.check(output)
    let gigahertz = try guest.profile(for: file).gigahertz
    let trace = try TraceReconstruction(
      path: file, mode: guest.mode, memoryMiB: guest.memoryMiB, vcpus: guest.vcpus,
      gigahertz: gigahertz)
    let shape = trace.shape
    if output.hasSuffix(".yaml") {
      let name = String(output.split(separator: "/").last?.dropLast(5) ?? "trace")
      let text = trace.workloadText(name: name, gigahertz: gigahertz)
      try OutputFile.write(text, to: output)
      return try Console().print(["\(output): a workload file"], about: output)
    }
    let operations = trace.selfContainedOperations
    try OperationFile.write(operations, to: output)
    try Console().print(
      [
        "\(output): \(operations.count) operations for --mode \(shape.mode.name) "
          + "--memory-mib \(shape.memoryMiB) --vcpus \(shape.vcpus)"
      ], about: output)
  }
}
