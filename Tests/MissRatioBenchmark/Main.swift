import Bench
import Glibc

/// Measures `shadowbench mrc`.
///
/// `mrc-bench time RUNS COMMAND TRACE…`: CPU time and memory at 1, 16 and 64 sizes, the runs of all
/// settings taken in turn, so that a noisy stretch hits all alike.
///
/// `mrc-bench instructions COMMAND SHORT LONG [SHORT LONG …]`: instructions for a request, by
/// callgrind: the difference between two lengths of one trace, so what starting costs is left out.
@main
struct Main {
  static let sizes = [1, 16, 64]

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do throws(Failure) {
      if arguments.count > 3, arguments[0] == "time", let runs = Int(arguments[1]), runs > 0 {
        try time(runs: runs, command: arguments[2], traces: Array(arguments[3...]))
      } else if arguments.count > 3, arguments.count % 2 == 0, arguments[0] == "instructions" {
        try instructions(command: arguments[1], traces: Array(arguments[2...]))
      } else {
        throw Failure(reason: "usage: mrc-bench time RUNS COMMAND TRACE… | instructions …")
      }
    } catch {
      fputs("mrc-bench: error: \(error.reason)\n", fdopen(2, "w"))
      exit(2)
    }
  }

  private static func time(runs: Int, command: String, traces: [String]) throws(Failure) {
    let settings = traces.flatMap { trace in sizes.map { (trace, $0) } }
    var results = settings.map { _ in [Child]() }
    for _ in 0..<runs {
      for (index, (trace, sizes)) in settings.enumerated() {
        results[index].append(try Child([command, "mrc", trace, "--sizes", "\(sizes)"]))
      }
    }
    var table = Table([
      .text("trace"), .number("sizes"), .number("user s, min"), .number("user s, median"),
      .number("system s, median"), .number("M requests/s, median"), .number("peak MiB"),
    ])
    for ((trace, sizes), children) in zip(settings, results) {
      let user = children.map(\.userSeconds).sorted()
      let system = children.map(\.systemSeconds).sorted()
      let requests = Double(try requestCount(trace))
      table.add([
        name(trace), "\(sizes)", fixed(user[0], 3), fixed(user[runs / 2], 3),
        fixed(system[runs / 2], 3), fixed(requests / user[runs / 2] / 1e6, 1),
        fixed(children.map(\.peakMebibytes).max() ?? 0, 1),
      ])
    }
    print(table.lines.joined(separator: "\n"))
  }

  private static func instructions(command: String, traces: [String]) throws(Failure) {
    var table = Table([.text("trace"), .number("sizes"), .number("instructions/request")])
    for pair in stride(from: 0, to: traces.count, by: 2) {
      for size in sizes {
        var totals: [Int] = []
        for trace in traces[pair...(pair + 1)] {
          totals.append(try countInstructions([command, "mrc", trace, "--sizes", "\(size)"]))
        }
        let requests = try requestCount(traces[pair + 1]) - requestCount(traces[pair])
        let each = Double(totals[1] - totals[0]) / Double(requests)
        table.add([name(traces[pair + 1]), "\(size)", fixed(each, 1)])
      }
    }
    print(table.lines.joined(separator: "\n"))
  }

  private static func countInstructions(_ arguments: [String]) throws(Failure) -> Int {
    let output = arguments[2] + ".callgrind"
    _ = try Child(
      ["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=\(output)"] + arguments)
    guard let file = fopen(output, "r") else { throw Failure(reason: "no \(output)") }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 1 << 16)
    var total: Int?
    while fgets(&line, Int32(line.count), file) != nil {
      let end = line.firstIndex(of: 0) ?? 0
      let text = String(decoding: line[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split { $0 == " " || $0 == "\n" }
      if words.count == 2, words[0] == "totals:" || words[0] == "summary:" {
        total = Int(words[1])
      }
    }
    guard let total else { throw Failure(reason: "\(output) has no total") }
    return total
  }

  private static func requestCount(_ path: String) throws(Failure) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Failure(reason: "\(path) cannot be read") }
    return Int(status.st_size) / 24
  }

  private static func name(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let digits = String(Int((value * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
