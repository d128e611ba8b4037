import ArgumentParser
import Bench

/// What comes with the program.
struct InputsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inputs",
    abstract: "List the inputs that come with the program, and the commands that take them.",
    discussion: """
      A name in the list works from any folder; a file of that name in the current folder comes \
      first. Files compressed by gzip, xz or zstd are read as they are, and - is standard input.

      EXAMPLES
        shadowbench inputs
        shadowbench inputs --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let inputs = BundledInputs.standard
    guard !inputs.entries.isEmpty else {
      throw InputError(
        file: "inputs",
        reason: "none came with this copy of the program: install the package, or run it in a "
          + "checkout's .build")
    }
    try Console().print(
      BundledInputsReport.lines(inputs), json: try BundledInputsReport.json(inputs), as: json)
  }
}
