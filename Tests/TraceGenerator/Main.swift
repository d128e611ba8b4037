import Glibc

/// Makes the traces on which miss-ratio curves are measured.
///
/// `trace-generator zipf|loop FILE [REQUESTS [OBJECTS [SEED [ALPHA [dense|scattered]]]]]`. The
/// same arguments give the same bytes.
@main
struct Main {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    func number<Number: LosslessStringConvertible>(_ index: Int, _ standard: Number) -> Number {
      guard arguments.count > index else { return standard }
      guard let number = Number(arguments[index]) else { usage("'\(arguments[index])'?") }
      return number
    }
    guard arguments.count >= 2 else { usage("a kind and a file are needed") }
    let requests = number(2, 20_000_000)
    let population = number(3, 1_000_000)
    guard requests > 0, (1...Int(UInt32.max)).contains(population) else {
      usage("requests and objects must be above 0")
    }
    let kind: RequestSequence.Kind =
      switch arguments[0] {
      case "zipf": .zipf(alpha: number(5, 1.0))
      case "loop": .loop
      default: usage("'\(arguments[0])' is no kind of trace")
      }
    guard
      let identifiers = TraceWriter.Identifiers(rawValue: number(6, "dense"))
    else { usage("'\(arguments[6])'?") }
    let sequence = RequestSequence(
      kind, requests: requests, population: population, seed: number(4, 1))
    write(sequence, population, TraceWriter(identifiers: identifiers), to: arguments[1])
  }

  private static func write(
    _ sequence: RequestSequence, _ population: Int, _ writer: TraceWriter, to path: String
  ) {
    guard let file = fopen(path, "w") else { fail("\(path) cannot be written") }
    let next = sequence.nextRequests(population: population)
    let block = 1 << 16
    for start in stride(from: 0, to: sequence.objects.count, by: block) {
      let range = start..<min(start + block, sequence.objects.count)
      let bytes = writer.records(sequence, next: next, range)
      guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
        fail("\(path) cannot be written")
      }
    }
    guard fclose(file) == 0 else { fail("\(path) cannot be written") }
  }

  private static func usage(_ reason: String) -> Never {
    fail(
      reason + "\nusage: trace-generator zipf|loop FILE "
        + "[REQUESTS [OBJECTS [SEED [ALPHA [dense|scattered]]]]]", code: 2)
  }

  private static func fail(_ reason: String, code: Int32 = 3) -> Never {
    fputs("trace-generator: error: \(reason)\n", fdopen(2, "w"))
    exit(code)
  }
}
