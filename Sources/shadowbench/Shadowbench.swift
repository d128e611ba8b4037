import ArgumentParser
import Bench

/// The command line's root.
struct Shadowbench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shadowbench",
    abstract: "An exact model of Xen's shadow page table pool, and what it recommends.",
    discussion: """
      An INPUT is a workload file (.yaml), the common start of a capture's files \
      (captures/office30), an xentrace file, perf script text of a Linux guest, or \
      reference:"procs=64 leaves=16 …". What is no file here is looked for among the inputs that \
      come with the program; 'shadowbench inputs' lists them. A compressed file (gzip, xz, zstd) is \
      read as it is, and - is standard input.

      Results go to standard output, everything else to standard error.

      EXIT STATUS
        0  done, nothing wrong found
        1  ran, and found what it checks for: a difference, thrashing under
           --fail-on, a template that does not work,
           a changed counter, a regression
        2  bad input or usage
        3  the environment: output that cannot be written, no Xen, no permission

      EXAMPLES
        shadowbench recommend captures/office30 --memory-mib 4096 --vcpus 2
        shadowbench sweep reference:"procs=64 leaves=16" --shadow-mib 2,3,4 --json
        shadowbench run xenapp-random.yaml --rule xapi --multiplier 1.0
        shadowbench verify scenarios/scenarios.json
      """,
    version: Product.version,
    subcommands: [
      RunCommand.self, SweepCommand.self, RecommendCommand.self, VerifyCommand.self,
      CompareCommand.self, BaselineCommand.self, ReportCommand.self, InputsCommand.self,
      MRCCommand.self,
      TraceCommand.self, ReplayCommand.self,
      TemplatesCommand.self,
      HostCommand.self, PoolCommand.self,
    ])
}

/// Parses, runs, and turns errors into exit codes.
@main
enum Entry {
  static func main() async {
    MemoryExhaustion.watch()
    do {
      var command = try Shadowbench.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Failure.exit(with: error)
    }
  }
}
