import Foundation
import Statistics
import Testing

@testable import Bench

/// Repeats of a run: how many there are, what is measured, and what is refused.
@Suite struct RepeatsTests {
  /// A clock that is told how long each run takes.
  final class Script {
    var time = 0.0
    var runs = 0
    let lengths: [Double]
    init(_ lengths: [Double]) { self.lengths = lengths }
    func run() -> Int {
      time += lengths[runs % lengths.count]
      runs += 1
      return 7
    }
  }

  @Test func warmUpIsRunButNotMeasured() throws {
    let script = Script([100, 50, 1, 2, 3])
    let times = try Repeats(count: 3, warmup: 2).measure(now: { script.time }, script.run).runs
    #expect(times == [1, 2, 3])
    #expect(script.runs == 5)
  }

  @Test func repeatsGoOnUntilTheLeastTime() throws {
    let script = Script([0.5])
    let times = try Repeats(count: 2, leastSeconds: 3).measure(
      now: { script.time }, script.run
    ).runs
    #expect(times.count == 6)
    let enough = Script([0.5])
    #expect(
      try Repeats(count: 9, leastSeconds: 3).measure(
        now: { enough.time }, enough.run
      ).runs.count == 9)
  }

  @Test func progressTellsHowManyThereWillBe() throws {
    let script = Script([0.5])
    nonisolated(unsafe) var steps: [[Int]] = []
    _ = try Repeats(count: 2, warmup: 1, leastSeconds: 2).measure(
      now: { script.time }, progress: { steps.append([$0, $1]) }, script.run)
    #expect(steps == [[0, 3], [1, 3], [2, 5], [3, 5], [4, 5]])
  }

  @Test(arguments: [(0, "warm-up run 1"), (1, "repeat 1"), (3, "repeat 3")])
  func aRunThatCountsSomethingElseIsAFault(_ which: Int, _ name: String) throws {
    var runs = 0
    let error = try #require(throws: UnstableRunError.self) {
      try Repeats(count: 4, warmup: 1).measure(expecting: 7, now: { 0 }) {
        defer { runs += 1 }
        return runs == which ? 8 : 7
      }
    }
    #expect(error.run == name)
    #expect(error.description.contains("no time was kept"))
  }

  @Test func withoutAnExpectationTheFirstRunIsIt() throws {
    var runs = 0
    #expect(throws: UnstableRunError(run: "repeat 2")) {
      try Repeats(count: 2).measure(now: { 0 }) {
        runs += 1
        return runs
      }
    }
  }

  @Test func theFixedWorkIsMeasuredAroundEachRepeat() throws {
    // The clock is read before and after each of work, run, work: 1 and 3 seconds of work, 10 of
    // run.
    var readings = [0.0, 1, 1, 11, 11, 14, 20, 24, 24, 34, 34, 36][...]
    let times = try Repeats(count: 2).measure(
      now: { readings.removeFirst() }, fixedWork: FixedWork(count: 1)
    ) { 7 }
    #expect(times == RepeatTimes(runs: [10, 10], fixedWork: [2, 3]))
  }

  @Test func moreWorkTakesLonger() {
    let clock = TimingClock.user
    func seconds(_ work: FixedWork) -> Double {
      (0..<5).map { _ in
        let start = clock.now()
        work()
        return clock.now() - start
      }.min() ?? 0
    }
    #expect(seconds(FixedWork(count: 4_000_000)) > 4 * seconds(FixedWork(count: 400_000)))
  }

  @Test func theClocksRun() {
    for clock in TimingClock.allCases {
      let start = clock.now()
      var sum = 0.0
      while clock.now() - start < 0.02 { for n in 0..<1_000 { sum += Double(n).squareRoot() } }
      #expect(sum > 0)
    }
    #expect(TimingClock.allCases.map(\.option) == ["user", "wall"])
  }

  func warnings(
    _ times: [Double], clock: TimingClock = .wall, machine: MachineFacts? = nil
  ) -> [TimingWarning] {
    Timing(clock: clock, warmup: 0, times: RepeatTimes(runs: times), machine: machine).warnings
  }

  @Test func quietTimesHaveNoWarnings() {
    let times = (0..<20).map { 1 + 0.001 * Double($0 * 7 % 20) }
    #expect(warnings(times) == [])
  }

  @Test func noiseIsTold() {
    let times = (0..<20).map { 1 + 0.02 * Double($0 * 7 % 20) }
    guard case .noise(let share) = warnings(times).first else {
      Issue.record("no noise")
      return
    }
    #expect(share > 0.05)
  }

  @Test func outliersAndAFirstSlowRunAreTold() {
    var times = (0..<20).map { 1 + 0.001 * Double($0 * 7 % 20) }
    times[9] = 1.2
    #expect(warnings(times) == [.outliers(1, of: 20)])
    times[9] = 1
    times[0] = 1.1
    let found = warnings(times)
    #expect(found.count == 2 && found[0] == .outliers(1, of: 20))
    guard case .firstSlow(let ratio) = found.last else {
      Issue.record("the first was not found slow: \(found)")
      return
    }
    #expect(abs(ratio - 1.1 / 1.01) < 0.01)
  }

  @Test func fewAndShortRunsAreTold() {
    #expect(warnings([1, 1, 1]) == [.few(3)])
    let short = [Double](repeating: 0.02, count: 10)
    #expect(warnings(short, clock: .user) == [.short(0.02, .user)])
    #expect(warnings(short) == [])
  }

  @Test func aBusyMachineAndItsGovernorAreTold() {
    var machine = MachineFacts()
    machine.loadAverage = [8.5, 1, 1]
    machine.processors = 8
    machine.governor = "powersave"
    let times = [Double](repeating: 1, count: 10)
    let found = warnings(times, machine: machine)
    #expect(found == [.load(8.5, processors: 8), .governor("powersave")])
    machine.loadAverage = [8, 1, 1]
    machine.governor = "performance"
    #expect(warnings(times, machine: machine) == [])
    machine.governor = nil
    #expect(warnings(times, machine: machine) == [])
  }

  @Test func everyWarningSaysWhatToDo() {
    let all: [TimingWarning] = [
      .noise(0.07), .outliers(2, of: 20), .correlated(5, of: 40), .firstSlow(1.3), .few(1), .few(3),
      .short(0.001, .user),
      .short(0.0001, .wall), .load(3, processors: 2), .governor("powersave"),
    ]
    #expect(Set(all.map(\.text)).count == all.count)
    #expect(TimingWarning.few(1).text.contains("1 repeat shows"))
    #expect(TimingWarning.short(0.001, .user).text.contains("1.00 ms"))
  }

  @Test func aRunIsRepeatedAndReported() async throws {
    var result = try await ComparisonTests.run()
    let run = try RepeatedRun(of: result, makePager: StandardModel.pager)
    #expect(try run() == result.result.runs[0])
    let timing = try run.measure(Repeats(count: 7, warmup: 1, clock: .wall))
    #expect(timing.samples.count == 7 && timing.warmup == 1)
    #expect(timing.fixedWork?.count == 7 && timing.fixedWork?.least ?? 0 > 0)
    result.timing = timing
    let text = RunReport.lines(result, terminal: Terminal(isTerminal: false)).joined(
      separator: "\n")
    #expect(text.contains("time that passed of the run at this size, 7 repeats, 1 before"))
    #expect(text.contains("95 % interval") && text.contains("p99.9") && text.contains("warning"))
    let object = try JSONResultTests().object(JSONResult.text(result))
    let record = try #require(object["timing"] as? [String: Any])
    #expect((record["samples"] as? [Double])?.count == 7)
    #expect((record["percentiles"] as? [String: Double])?["p99_9"] != nil)
    result.result.runs[0].accesses += 1
    let other = try RepeatedRun(of: result, makePager: StandardModel.pager)
    #expect(throws: UnstableRunError.self) { try other.measure(Repeats(count: 1)) }
  }
}
