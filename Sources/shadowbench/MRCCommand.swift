import ArgumentParser
import Bench
import NUMA

/// The miss-ratio curve of a trace of requests.
struct MRCCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mrc",
    abstract: "Compute the exact LRU miss-ratio curve of an oracleGeneral trace in one pass.",
    usage: "shadowbench mrc <file> [<options>]",
    discussion: """
      This is the classical curve of a cache of equal objects, not of a shadow pool: the common \
      ground with cache simulators. Sizes count objects; object sizes in the trace are ignored. \
      All sizes come from the same pass, so more of them cost nothing.

      A record is 24 bytes, little endian: u32 seconds, u64 object, u32 size, i64 next request. \
      What gzip, xz or zstd has compressed is read as it is; - is standard input.

      EXAMPLES
        shadowbench mrc trace.oracleGeneral
        shadowbench mrc trace.oracleGeneral.zst --objects 1000,10000,100000 --json
        cat trace.oracleGeneral.zst | shadowbench mrc - --sizes 20
      """)

  @Argument(
    help: "A trace in the oracleGeneral format, plain or compressed; - for standard input.",
    completion: .file())
  var file: String

  @Option(
    help: """
      So many sizes, spread from a thousandth of the objects to all of them; 1: a tenth of them. \
      (default: \(CacheSizes.defaultCount))
      """)
  var sizes: Int?

  @Option(help: ArgumentHelp("Sizes in objects, such as 1000,2000.", valueName: "list"))
  var objects: String?

  @OptionGroup(title: "Machine") var hugePages: HugePageOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard sizes == nil || objects == nil else {
      throw ValidationError("give one of --sizes and --objects")
    }
    if let sizes, !(1...CacheSizes.mostSizes).contains(sizes) {
      throw ValidationError("--sizes is \(sizes), must be 1 to \(CacheSizes.mostSizes)")
    }
  }

  func run() throws {
    let choice: CacheSizes =
      if let objects {
        try CacheSizes(list: objects, option: "--objects")
      } else {
        .spread(sizes ?? CacheSizes.defaultCount)
      }
    let console = Console()
    _ = hugePages.apply(default: .on, console: console)
    let progress = console.progress("reading", unit: "requests")
    defer { progress.finish() }
    let result = try TraceCurve.measure(file, sizes: choice, progress: progress.update)
    progress.finish()
    try console.print(
      MissRatioReport.lines(result, terminal: console.output),
      json: try JSONResult.text(result), as: output.json)
  }
}
