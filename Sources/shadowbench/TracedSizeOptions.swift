import ArgumentParser
import Bench

/// The pool that a trace was taken of, by whoever took it.
struct TracedSizeOptions: ParsableArguments {
  @Option(
    name: .customLong("traced-mib"),
    help: "The pool that the trace was taken of, MiB. Default: what its reclaims show.")
  var tracedMiB: Double?

  @Option(help: "The same in pages.")
  var tracedPages: Int?

  /// Whether it was said.
  var isGiven: Bool { tracedMiB != nil || tracedPages != nil }

  /// The pool, pages; nil where it was not said.
  var pages: Int? { tracedPages ?? tracedMiB.map { Int(($0 * 256).rounded()) } }

  func validate() throws {
    guard tracedMiB == nil || tracedPages == nil else {
      throw ValidationError("give one of --traced-mib and --traced-pages")
    }
    if let tracedMiB, !(tracedMiB > 0 && tracedMiB <= 65_536) {
      throw ValidationError("--traced-mib is \(tracedMiB), must be above 0, up to 65536 MiB")
    }
    if let tracedPages, !(1...SizeChoice.mostPages).contains(tracedPages) {
      throw ValidationError(
        "--traced-pages is \(tracedPages), must be 1 to \(SizeChoice.mostPages)")
    }
  }
}
