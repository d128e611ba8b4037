import Foundation
import GuestModel
import NUMA
import ShadowModel
import Statistics
import Testing

@testable import Bench

/// Comparisons: what is matched, what is found, and what is not.
@Suite struct ComparisonTests {
  /// Times around a second with some noise.
  static func times(_ count: Int, seed: UInt64, factor: Double = 1, noise: Double = 0.01)
    -> [Double]
  {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in factor * (1 + noise * (generator.unit() + generator.unit())) }
  }

  static func run() async throws -> RunResult {
    let input = try InputResolver.standard.open(InputRequest(CommandTests.small))
    let conditions = Conditions(
      input: input, sizing: Sizing(shape: input.shape, rule: .mappedOnce, p2m: .superpages),
      policy: .xen, rule: ShareRule(cost: CostProfile.core2), target: Target())
    return try await Job(
      conditions: conditions, seeds: [1], makePager: StandardModel.pager
    ).run(.multiplier(1))
  }

  func timing(
    _ old: [Double], _ new: [Double], fixedWork: (old: [Double], new: [Double]) = ([], []),
    isPaired: Bool = false
  ) throws -> TimingComparison {
    TimingComparison(
      clock: .user,
      old: MeasuredTimes(runs: try #require(Samples(old)), fixedWork: Samples(fixedWork.old)),
      new: MeasuredTimes(runs: try #require(Samples(new)), fixedWork: Samples(fixedWork.new)),
      isPaired: isPaired)
  }

  @Test func aMachineThatIsSlowerItselfIsNoRegression() throws {
    let rules = ComparisonRules()
    let (old, new) = (Self.times(30, seed: 1), Self.times(30, seed: 2, factor: 1.3))
    let work = Self.times(30, seed: 3)
    func verdict(_ factor: Double) throws -> ComparisonVerdict {
      let slower = Self.times(30, seed: 4, factor: factor)
      return try timing(old, new, fixedWork: (work, slower)).verdict(rules)
    }
    #expect(try verdict(1) == .regression && verdict(1.01) == .regression)
    #expect(try verdict(1.2) == .unsure && verdict(0.9) == .unsure)
    #expect(try timing(old, new, fixedWork: (work, [])).verdict(rules) == .regression)
    #expect(try timing(old, new, fixedWork: (work, [1])).machineRatio == nil)
    let paired = try timing(old, new, fixedWork: (work, new), isPaired: true)
    #expect(paired.verdict(ComparisonRules(isPaired: true)) == .regression)
  }

  /// Times that wander by half, twice the same program: the test alone would find a difference.
  @Test func repeatsThatRiseAndFallTogetherAreUnsure() throws {
    func wandering(_ phase: Double) -> [Double] {
      Self.times(40, seed: 5).enumerated().map { $1 * (1.4 + 0.4 * sin(Double($0) / 8 + phase)) }
    }
    let comparison = try timing(wandering(3), wandering(5))
    #expect(comparison.test.probability < 0.01 && comparison.probability > 0.01)
    #expect(comparison.correlationTime > 4)
    #expect(comparison.verdict(ComparisonRules()) == .unsure)
  }

  @Test func aSlowdownBeyondTheThresholdIsARegression() throws {
    let rules = ComparisonRules()
    let old = Self.times(30, seed: 1)
    #expect(try timing(old, Self.times(30, seed: 2, factor: 1.05)).verdict(rules) == .regression)
    #expect(try timing(old, Self.times(30, seed: 2, factor: 1.02)).verdict(rules) == .slower)
    #expect(try timing(old, Self.times(30, seed: 2)).verdict(rules) == .same)
    #expect(try timing(old, Self.times(30, seed: 2, factor: 0.95)).verdict(rules) == .faster)
    #expect(try timing(old, Self.times(30, seed: 2, factor: 0.99)).verdict(rules) == .faster)
    let strict = ComparisonRules(threshold: 0.01)
    #expect(try timing(old, Self.times(30, seed: 2, factor: 1.02)).verdict(strict) == .regression)
  }

  @Test func whatCannotBeToldIsUnsure() throws {
    let rules = ComparisonRules()
    #expect(try timing([1, 1.1], [1.2, 1.3]).verdict(rules) == .unsure)
    #expect(
      try timing(Self.times(12, seed: 1, noise: 0.5), Self.times(12, seed: 2, noise: 0.5))
        .verdict(rules) == .unsure)
    #expect(try timing([0, 0, 0], [1, 1, 1]).verdict(rules) == .unsure)
  }

  @Test func whatSlowsBothOfAPairDropsOut() throws {
    let rules = ComparisonRules(isPaired: true)
    // The machine's speed wanders by half; a slowdown of 5 % is in each pair.
    let drift = (0..<40).map { 1 + 0.5 * abs(sin(Double($0) / 3)) }
    let noise = Self.times(40, seed: 3)
    let old = drift.map { $0 * 1.0 }
    func paired(_ factor: Double) throws -> TimingComparison {
      let new = zip(drift, noise).map { $0 * (0.99 + ($1 - 1)) * factor }
      return try timing(old, new, isPaired: true)
    }
    #expect(try paired(1.05).verdict(rules) == .regression)
    #expect(try paired(1).verdict(rules) == .same)
    #expect(try paired(0.95).verdict(rules) == .faster)
    #expect(try paired(1.02).verdict(rules) == .slower)
    #expect(try timing(old, old.map { $0 * 1.05 }).verdict(ComparisonRules()) == .unsure)
  }

  @Test func whatDisturbsSomeRunsIsNoRegression() throws {
    let old = Self.times(30, seed: 1)
    // Two thirds of the new runs were disturbed, the others are as they were.
    let new = Self.times(30, seed: 2).enumerated().map { $1 * ($0 % 3 == 0 ? 1 : 1.2) }
    let comparison = try timing(old, new)
    #expect(comparison.probability < 0.01 && (comparison.ratio ?? 0) > 1.1)
    #expect(comparison.verdict(ComparisonRules()) == .unsure)
  }

  @Test func equalTimesAreSeldomARegressionAndSlowOnesMostlyAre() throws {
    var (alarms, found) = (0, 0)
    for seed in 0..<100 as Range<UInt64> {
      let old = Self.times(20, seed: 3 * seed, noise: 0.03)
      let same = Self.times(20, seed: 3 * seed + 1, noise: 0.03)
      let slow = Self.times(20, seed: 3 * seed + 2, factor: 1.05, noise: 0.03)
      if try timing(old, same).verdict(ComparisonRules()) == .regression { alarms += 1 }
      if try timing(old, slow).verdict(ComparisonRules()) == .regression { found += 1 }
    }
    #expect(alarms == 0 && found >= 95, "\(alarms) and \(found)")
  }

  @Test func figuresAreNamedByWhereTheyStand() throws {
    let path = ResultFileTests.fixture(.sweep)
    let figures = try ResultFigures(ResultFile(path: path).content).byPlace
    #expect(figures["points[154 pages].pages"] == .count(154))
    #expect(figures["points[256 pages].verdict"] == .word("fits"))
    #expect(figures["points[154 pages].crashed"] == .flag(false))
    #expect(!figures.keys.contains { $0.contains("conditions") || $0.contains("environment") })
    #expect(figures.keys.contains("points[154 pages].counters.shadow_alloc"))
  }

  @Test func countsAreComparedExactlyAndSharesNearly() {
    #expect(!ResultFigure.count(1_000_000_000_000).isSame(as: .count(1_000_000_000_001)))
    #expect(ResultFigure.number(0.1).isSame(as: .number(0.1 + 1e-16)))
    #expect(!ResultFigure.number(0.1).isSame(as: .number(0.1001)))
    #expect(ResultFigure.count(0).isSame(as: .number(0)))
    #expect(!ResultFigure.count(1).isSame(as: .number(1.5)))
    #expect(!ResultFigure.flag(true).isSame(as: .count(1)))
    #expect(!ResultFigure.nothing.isSame(as: .number(1)))
    #expect(ResultFigure.word("fits").isSame(as: .word("fits")))
  }

  @Test(arguments: ResultFileTests.kinds)
  func aResultIsTheSameAsItself(_ kind: ResultKind) throws {
    let set = try ResultSet(paths: [ResultFileTests.fixture(kind)])
    let comparison = try Comparison(old: set, new: set, rules: ComparisonRules())
    #expect(comparison.rows.count == 1 && comparison.rows[0].verdict == .same)
    #expect(comparison.rows[0].figures >= 3 && !comparison.isFault && !comparison.isPartial)
  }

  @Test func everyFigureThatChangesIsFound() throws {
    let path = ResultFileTests.fixture(.run)
    let set = try ResultSet(paths: [path])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var object = try JSONResultTests().object(text)
    var point = try #require(object["point"] as? [String: Any])
    var counters = try #require(point["counters"] as? [String: Int])
    let names = counters.keys.sorted()
    for name in names {
      counters[name, default: 0] += 1
      point["counters"] = counters
      object["point"] = point
      let changed = try Folder.with([
        "new.json": try JSONSerialization.data(withJSONObject: object)
      ]) { try ResultSet(paths: [$0 + "/new.json"]) }
      counters[name, default: 0] -= 1
      let comparison = try Comparison(old: set, new: changed, rules: ComparisonRules())
      #expect(comparison.isFault)
      #expect(comparison.rows[0].changes.map(\.place) == ["point.counters.\(name)"])
      #expect(comparison.rows[0].changes[0].text.hasPrefix("+1"))
    }
    #expect(names.count > 10)
  }

  @Test func resultsOfTheSameThingPoolTheirTimes() async throws {
    var result = try await Self.run()
    func text(_ seed: UInt64, _ factor: Double) throws -> Data {
      result.timing = Timing(
        clock: .user, warmup: 0,
        times: RepeatTimes(runs: Self.times(10, seed: seed, factor: factor)), machine: nil)
      return Data(try JSONResult.text(result).utf8)
    }
    let comparison = try Folder.with([
      "old/a.json": try text(1, 1), "old/b.json": try text(2, 1), "new/a.json": try text(3, 1.06),
      "new/b.json": try text(4, 1.06), "new/note.txt": Data("no result".utf8),
    ]) { folder in
      try Comparison(
        old: ResultSet(paths: [folder + "/old"]), new: ResultSet(paths: [folder + "/new/"]),
        rules: ComparisonRules())
    }
    let row = try #require(comparison.rows.first)
    #expect(comparison.rows.count == 1 && row.verdict == .same)
    #expect(row.timing?.old.count == 20 && row.timing?.new.count == 20)
    #expect(row.timing?.verdict(comparison.rules) == .regression && comparison.isFault)
    let lines = ComparisonReport.lines(comparison, terminal: Terminal(isTerminal: false))
    #expect(lines.contains { $0.contains("20 and 20 repeats") && $0.hasSuffix("regression") })
    let object = try JSONResultTests().object(JSONResult.text(comparison))
    #expect(object["kind"] as? String == "comparison" && object["is_fault"] as? Bool == true)
  }

  @Test func resultsOfOneSideMustNotDiffer() async throws {
    var result = try await Self.run()
    let one = Data(try JSONResult.text(result).utf8)
    result.result.runs[0].counters[.alloc] += 1
    let two = Data(try JSONResult.text(result).utf8)
    let error = try #require(throws: InputError.self) {
      try Folder.with(["a.json": one, "b.json": two]) {
        let set = try ResultSet(paths: [$0])
        _ = try Comparison(old: set, new: set, rules: ComparisonRules())
      }
    }
    #expect(error.file.hasSuffix("b.json") && error.reason.contains("shadow_alloc is"))
  }

  @Test func whatOneSideHasIsSaidAndNothingInCommonRefused() async throws {
    let run = ResultFileTests.fixture(.run)
    let sweep = ResultFileTests.fixture(.sweep)
    let both = try ResultSet(paths: [run, sweep])
    let one = try ResultSet(paths: [run])
    let comparison = try Comparison(old: both, new: one, rules: ComparisonRules())
    #expect(comparison.rows.map(\.verdict) == [.same, .onlyInOld] && comparison.isPartial)
    let other = try Comparison(old: one, new: both, rules: ComparisonRules())
    #expect(other.rows.map(\.verdict) == [.same, .onlyInNew] && !other.isFault)
    let error = try #require(throws: InputError.self) {
      try Comparison(old: one, new: ResultSet(paths: [sweep]), rules: ComparisonRules())
    }
    #expect(error.reason.contains("no result is of the same thing"))
  }

  @Test func otherMachinesAndInputsAreWarnedOf() async throws {
    let result = try await Self.run()
    var environment = RunEnvironment(.anywhere, hugePages: nil)
    var machine = try #require(environment.machine)
    (machine.cpu, machine.compiler, machine.governor) = ("One CPU", "Swift 6.2", nil)
    environment.machine = machine
    let one = Data(try JSONResult.text(result, environment: environment).utf8)
    environment.machine?.cpu = "Another CPU"
    environment.machine?.compiler = "Swift 6.3"
    let two = Data(try JSONResult.text(result, environment: environment).utf8)
    let warnings = try Folder.with(["a.json": one, "b.json": two]) {
      try Comparison(
        old: ResultSet(paths: [$0 + "/a.json"]), new: ResultSet(paths: [$0 + "/b.json"]),
        rules: ComparisonRules()
      ).warnings
    }
    #expect(
      warnings == [
        "another processor: One CPU, now Another CPU", "another compiler: Swift 6.2, now Swift 6.3",
      ])
  }
}

/// A folder of files for the length of a test.
enum Folder {
  static func with<Result>(
    _ files: [String: Data], _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "f-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, data) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: file)
    }
    return try body(folder.path)
  }
}
