import Glibc

/// Measures the model against a plain C program that does the same.
@main
struct Main {
  private static let usage = """
    usage: shadowbench-benchmarks [--case NAME]... [--pairs N] [--json | --smoke]
           shadowbench-benchmarks --count model|reference --case NAME --rounds N
           shadowbench-benchmarks --scaling

      --case NAME    only this case; may be given again
      --pairs N      passes of each of the two, model and C in turn (11)
      --json         print every sample as JSON
      --smoke        tiny sizes; check what was counted instead of the time
      --count WHICH  run one of the two alone, for an instruction counter
      --rounds N     runs of the stream in a pass
      --scaling      how the model's time grows with processes, leaf tables and pool sizes
    """

  static func main() {
    var names: [String] = []
    var pairs = 11
    var rounds: Int?
    var counted: String?
    var asJSON = false
    var smoke = false
    var arguments = CommandLine.arguments.dropFirst().makeIterator()
    while let argument = arguments.next() {
      switch argument {
      case "--case": names.append(value(arguments.next()))
      case "--pairs": pairs = number(arguments.next())
      case "--rounds": rounds = number(arguments.next())
      case "--count": counted = value(arguments.next())
      case "--json": asJSON = true
      case "--smoke": smoke = true
      case "--scaling":
        print(Scaling.report())
        return
      default: fail(usage)
      }
    }
    var cases = Case.all(smoke: smoke)
    for name in names where !cases.contains(where: { $0.name == name }) {
      fail("no case is called \(name); there are \(cases.map(\.name).joined(separator: ", "))")
    }
    if !names.isEmpty { cases.removeAll { !names.contains($0.name) } }
    if let rounds { for index in cases.indices { cases[index].rounds = rounds } }
    if let counted {
      guard cases.count == 1, counted == "model" || cases[0].hasReference else { fail(usage) }
      print(cases[0].runAlone(reference: counted == "reference"))
      return
    }
    let outcomes = cases.map { $0.measure(pairs: smoke ? 1 : pairs) }
    for outcome in outcomes where !outcome.agrees {
      fail("\(outcome.name): the model and the C reference count differently")
    }
    if smoke {
      check(cases, outcomes)
    } else {
      print(asJSON ? json(outcomes) : table(outcomes))
    }
  }

  private static func check(_ cases: [Case], _ outcomes: [Outcome]) {
    var differs = false
    for (`case`, outcome) in zip(cases, outcomes) {
      let isRight = outcome.checksum == `case`.smokeChecksum
      if !isRight { differs = true }
      let checksum = String(outcome.checksum, radix: 16)
      print("\(outcome.name) \(checksum) \(isRight ? "ok" : "differs")")
    }
    if differs { fail("the model counts differently than it did") }
  }

  private static func value(_ argument: String?) -> String {
    guard let argument else { fail(usage) }
    return argument
  }

  private static func number(_ argument: String?) -> Int {
    guard let argument, let number = Int(argument), number > 0 else { fail(usage) }
    return number
  }

  private static func fail(_ message: String) -> Never {
    let text = Array((message + "\n").utf8)
    _ = write(STDERR_FILENO, text, text.count)
    exit(1)
  }
}
