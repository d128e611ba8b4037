import Bench
import Foundation
import Output
import ShadowModel

/// What `compare` said of a pair.
struct Outcome {
  var code: Int32
  var ratio: Double
  var probability: Double
  var verdict: String
  /// How many times slower the machine was itself; nil for pairs.
  var machineRatio: Double?

  /// What one way of comparing says.
  var columns: String {
    String(format: "  %+5.1f %%  %.4f  ", (ratio - 1) * 100, probability)
      + verdict.padding(toLength: 10, withPad: " ", startingAt: 0)
      + (machineRatio.map { String(format: "  %+5.1f %%", ($0 - 1) * 100) } ?? "         ")
  }
}

/// Measures pairs and asks the command about them.
struct Check {
  let command: String
  let folder: String
  let repeats: Int
  let result: RunResult
  let run: RepeatedRun

  /// Opens the input and runs it once.
  init(command: String, folder: String, repeats: Int) async throws {
    (self.command, self.folder, self.repeats) = (command, folder, repeats)
    let input = try InputResolver.standard.open(InputRequest(Main.input))
    let conditions = Conditions(
      input: input, sizing: Sizing(shape: input.shape, rule: .mappedOnce, p2m: .superpages),
      policy: .xen, rule: ShareRule(cost: CostProfile.core2), target: Target())
    result = try await Job(conditions: conditions, seeds: [1], makePager: StandardModel.pager)
      .run(.multiplier(1))
    run = try RepeatedRun(of: result, makePager: StandardModel.pager)
  }

  func heading(pairs: Int) -> String {
    let machine = MachineFacts()
    let load = machine.loadAverage.first.map { String(format: "%.1f", $0) } ?? "?"
    return """
      This is a timing: it varies from run to run and from machine to machine.
      \(Main.input)
      \(pairs) pairs of equals and \(pairs) with 5 % more work in the new side, twice: measured in \
      turns, and one after the other; \(repeats) repeats a side, user CPU time
      \(machine.cpu ?? "unknown processor"), \(machine.processors) processors, load \(load), \
      \(machine.compiler), \(machine.configuration)

      """
  }

  /// Measures a pair in turns and one after the other, and compares, in the order of ``Main/ways``.
  ///
  /// What was measured in turns is compared as pairs and as two series.
  func outcomes(_ number: Int, isSlow: Bool) throws -> [Outcome] {
    let extra = isSlow ? try work(asLongAs: Main.slowdown) : nil
    let name = "\(folder)/\(number)-\(isSlow ? "slow" : "same")"
    func measured(_ order: Pair.Order, _ name: String) throws {
      let pair = try Pair(run, count: repeats, order: order, extra: extra)
      try write(pair.old, "\(name)-old.json")
      try write(pair.new, "\(name)-new.json")
    }
    try measured(.inTurns, name)
    try measured(.oneAfterTheOther, "\(name)-after")
    return try [(name, true), (name, false), ("\(name)-after", false)].map {
      try compare("\($0)-old.json", "\($0)-new.json", isPaired: $1)
    }
  }

  /// Work that takes `share` of a run.
  ///
  /// Run and work are measured beside each other, since the machine may be at half its speed at any
  /// moment, and the middle of their ratios is taken.
  private func work(asLongAs share: Double) throws -> FixedWork {
    let sample = FixedWork(count: 5_000_000)
    let clock = TimingClock.user
    func seconds(_ body: () throws -> Void) rethrows -> Double {
      let start = clock.now()
      try body()
      return max(1e-6, clock.now() - start)
    }
    let ratios = try (0..<15).map { _ in
      try seconds { _ = try run() } / seconds { sample() }
    }.sorted()
    return FixedWork(count: max(1, Int(Double(sample.count) * share * ratios[7])))
  }

  private func write(_ times: RepeatTimes, _ path: String) throws {
    var result = result
    result.timing = Timing(clock: .user, warmup: 0, times: times, machine: nil)
    try OutputFile.write(try JSONResult.text(result) + "\n", to: path)
  }

  private func compare(_ old: String, _ new: String, isPaired: Bool) throws -> Outcome {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: command)
    process.arguments = ["compare", old, new, "--json"] + (isPaired ? ["--paired"] : [])
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard process.terminationStatus <= 1,
      let timing = try decoder.decode(Answer.self, from: data).rows.first?.timing
    else {
      throw InputError(
        file: old, reason: "compare ended with \(process.terminationStatus), without a time")
    }
    return Outcome(
      code: process.terminationStatus, ratio: timing.ratio, probability: timing.probability,
      verdict: timing.verdict, machineRatio: isPaired ? nil : timing.machineRatio)
  }

  /// The part of `compare --json` that is needed.
  private struct Answer: Decodable {
    struct Row: Decodable { var timing: Timing }
    struct Timing: Decodable {
      var ratio: Double
      var probability: Double
      var verdict: String
      var machineRatio: Double?
    }
    var rows: [Row]
  }
}
