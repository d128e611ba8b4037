import ArgumentParser
import Bench
import Output

/// What a size must meet.
struct TargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Most time for re-creating shadows, % of guest time. (default: 1)", valueName: "percent"),
    transform: Self.percent)
  var target = 1.0

  @Option(
    help: ArgumentHelp(
      "How far the next failing size must be below, % of the size. (default: 10; 5 for a trace whose size is given)",
      valueName: "percent"),
    transform: Self.percent)
  var margin: Double?

  /// The target as shares.
  ///
  /// Where a trace's own size is not given it is found too small: what only hits is unseen.
  func value(for input: String? = nil, isSizeGiven: Bool = false) -> Target {
    let isTrace = input.map(TraceFile.isTrace) ?? false
    let usual = isTrace && isSizeGiven ? Target.traceMargin : Target().margin
    return Target(share: target / 100, margin: margin.map { $0 / 100 } ?? usual)
  }

  func validate() throws {
    guard (0.000_001...100_000).contains(target) else {
      throw ValidationError("--target must be 0.000001 to 100000, in percent")
    }
    if let margin, !(0...90).contains(margin) {
      throw ValidationError("--margin must be 0 to 90, in percent")
    }
  }

  @Sendable private static func percent(_ text: String) throws -> Double {
    let digits = text.hasSuffix("%") ? text.dropLast() : Substring(text)
    guard let value = Double(digits), value.isFinite else {
      throw ValidationError("'\(text)' is no percentage; give a number such as 1 or 0.5")
    }
    return value
  }
}

/// How a result is written, and where it is kept.
struct ResultOptions: ParsableArguments {
  @Flag(help: "Write JSON.")
  var json = false

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Keep the result in a file as well, as JSON; all of it, or the file as it was.",
      valueName: "file.json"), completion: .file())
  var output: String?

  /// Fails before the work rather than after it when the file cannot be written.
  func check() throws { try output.map(OutputFile.check) }
}

/// How results are written.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write JSON.")
  var json = false
}
