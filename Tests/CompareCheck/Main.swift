import Bench
import Foundation

/// Whether `shadowbench compare` finds a slowdown that is there, and none that is not.
///
/// Pairs of the same run, measured in this process, are written as `run --repeats` writes them;
/// every other pair's new side has 5 % more work inside what is measured. `compare` is asked about
/// each. Ends with 1 if it finds a regression in a pair of equals, or misses more than one in ten
/// of the others where they were measured in turns and are compared as pairs.
@main
enum Main {
  /// A few pages, touched again and again in short turns: all of it stays in the processor's first
  /// caches.
  static let input = "reference:procs=1 leaves=1 touch=16 rounds=2000 repeat=25"
  static let slowdown = 0.05
  /// How pairs are measured and compared.
  static let ways = [
    "in turns, as pairs (--paired)", "in turns, as two series", "one after the other",
  ]
  static let shareFound = 0.9

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2, let pairs = Int(arguments.count > 2 ? arguments[2] : "20"),
      let repeats = Int(arguments.count > 3 ? arguments[3] : "120"), pairs > 0, repeats > 0
    else {
      print("usage: compare-check SHADOWBENCH [PAIRS [REPEATS [FOLDER]]]")
      exit(2)
    }
    let folder =
      arguments.count > 4
      ? arguments[4]
      : FileManager.default.temporaryDirectory.appending(path: "compare-\(getpid())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
      if arguments.count <= 4 { try? FileManager.default.removeItem(atPath: folder) }
    }
    let check = try await Check(command: arguments[1], folder: folder, repeats: repeats)
    say(check.heading(pairs: pairs))
    say(
      "                "
        + ways.map { $0.padding(toLength: 40, withPad: " ", startingAt: 0) }.joined())
    say("pair  new side" + ways.map { _ in "  change       p  verdict     machine   " }.joined())
    var counts = ways.map { _ in Outcomes() }
    for number in 1...pairs {
      for isSlow in [false, true] {
        let outcomes = try check.outcomes(number, isSlow: isSlow)
        let start = String(format: "%4d  %@", number, isSlow ? "5 % more" : "the same")
        say(start + outcomes.map(\.columns).joined())
        for (way, outcome) in outcomes.enumerated() { counts[way].add(outcome, isSlow: isSlow) }
      }
    }
    for (way, outcomes) in zip(ways, counts) { say("\(way)\n\(outcomes.summary)") }
    let isQuiet = counts.allSatisfy { $0.alarms == 0 }
    if !isQuiet || Double(counts[0].found) < shareFound * Double(pairs) { exit(1) }
  }
}

/// Writes a line at once: a pair takes seconds.
func say(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

/// What came out.
struct Outcomes {
  var equals = 0
  var alarms = 0
  var slow = 0
  var found = 0
  var changes: [Double] = []

  mutating func add(_ outcome: Outcome, isSlow: Bool) {
    if isSlow {
      slow += 1
      found += outcome.code == 1 ? 1 : 0
    } else {
      equals += 1
      alarms += outcome.code == 1 ? 1 : 0
      changes.append(abs(outcome.ratio - 1))
    }
  }

  var summary: String {
    let most = (changes.max() ?? 0) * 100
    return String(
      format: """
        equal pairs: %d of %d held to be a regression; the change was %.1f %% at most
        pairs with 5 %% more work: %d of %d found to be a regression
        """, alarms, equals, most, found, slow)
  }
}
