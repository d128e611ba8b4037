import GuestModel
import ShadowModel
import Testing

@testable import Bench

@Suite struct RunnerTests {
  let sizing = Sizing(shape: shape4GiB)

  func conditions(_ workload: FakeWorkload) -> Conditions {
    Conditions(
      input: workload.input, sizing: sizing, policy: .xen, rule: ShareRule(cost: FlatCost()),
      target: Target())
  }

  @Test func aRunCountsEverything() throws {
    let runner = Runner(
      settings: RunSettings(
        sizing: sizing, makePager: FakePager.factory(needed: 6000) { _ in 3 }))
    let point = try runner.run(FakeWorkload(), seed: 7, pages: 5000)
    #expect(point.seed == 7)
    #expect(point.counters[.fault] == 180)
    #expect(point.rootLoads == 60)
    #expect(point.accesses == 120)
    #expect(point.peakPages == 5000)
    #expect(point.phases.count == 7)
  }

  @Test func warmUpIsTheFirstThirdOfTheTimedPhases() throws {
    let runner = Runner(
      settings: RunSettings(
        sizing: sizing, makePager: FakePager.factory(needed: 6000) { _ in 3 }))
    let steady = try runner.run(FakeWorkload(phases: 6), seed: 1, pages: 5000).steady
    #expect(steady.timedPhases == 6)
    #expect(steady.warmupPhases == 2)
    #expect(steady.nanoseconds == 4_000_000)
    #expect(steady.rootLoads == 40)
    #expect(steady.counters[.fault] == 120)
    let short = try runner.run(FakeWorkload(phases: 2), seed: 1, pages: 5000).steady
    #expect(short.warmupPhases == 1)
    #expect(short.rootLoads == 10)
    let single = try runner.run(FakeWorkload(phases: 1), seed: 1, pages: 5000).steady
    #expect(single.warmupPhases == 0)
    #expect(single.rootLoads == 10)
  }

  @Test(arguments: [(0, 60), (1, 50), (5, 10), (6, 10), (99, 10)])
  func warmUpCanBeDeclared(phases: Int, rootLoads: Int) throws {
    let runner = Runner(
      settings: RunSettings(
        sizing: sizing, makePager: FakePager.factory(needed: 6000) { _ in 3 }))
    let point = try runner.run(FakeWorkload(), seed: 1, pages: 5000, warmupPhases: phases)
    #expect(point.steady.rootLoads == rootLoads)
    #expect(point.steady.nanoseconds == UInt64(rootLoads / 10) * 1_000_000)
  }

  @Test func withoutAClockTheWholeRunCounts() throws {
    let runner = Runner(
      settings: RunSettings(
        sizing: sizing, makePager: FakePager.factory(needed: 6000) { _ in 3 }))
    let point = try runner.run(FakeWorkload(nanoseconds: 0), seed: 1, pages: 5000)
    #expect(point.steady.nanoseconds == nil)
    #expect(point.steady.rootLoads == 60)
    let rule = ShareRule(cost: FlatCost())
    #expect(rule.guestCycles(point.steady) == 12_000)
    #expect(
      rule.description(of: point.steady)
        == "no clock in this input: shares are relative to 100 cycles for each access")
  }

  @Test func reCreationIsWhatAnAmplePoolWouldHaveSaved() async throws {
    // Steady: 40 loads in 4 ms at 1 GHz; 3 faults more a load at 1000 cycles: 120 k of 4 M.
    let job = Job(
      conditions: conditions(FakeWorkload()), seeds: [1],
      makePager: FakePager.factory(needed: 6000) { $0 < 6000 ? 5 : 2 })
    let result = try await job.run(.pages(5000))
    #expect(result.result.share.recreation == 0.03)
    #expect(result.result.share.hypervisor == 0.05)
    #expect(result.verdict == .thrashes)
    #expect(result.result.faultsPerRootLoad == 5)
    #expect(result.ample.peakPages == 6000)
  }

  @Test func aSizeNearACliffIsTight() async throws {
    let job = Job(
      conditions: conditions(FakeWorkload()), seeds: [1],
      makePager: FakePager.factory(needed: 6000) { $0 < 6000 ? 5 : 2 })
    #expect(try await job.run(.pages(6000)).verdict == .tight)
    #expect(try await job.run(.pages(6665)).verdict == .tight)
    #expect(try await job.run(.pages(6666)).verdict == .fits)
    #expect(try await job.run(.pages(9000)).verdict == .fits)
    #expect(try await job.run(.pages(5999)).verdict == .thrashes)
  }

  @Test func aCrashedDomainThrashes() async throws {
    let job = Job(
      conditions: conditions(FakeWorkload()), seeds: [1],
      makePager: FakePager.factory(needed: 6000, crashesBelow: 5000) { _ in 2 })
    let result = try await job.run(.pages(4500))
    #expect(result.result.isCrashed)
    #expect(result.verdict == .thrashes)
    #expect(
      RunReport.lines(result, terminal: Terminal(isTerminal: false)).contains {
        $0.contains("Xen would crash the domain")
      })
  }

  @Test func theAmplePoolDoublesUntilNothingIsReclaimed() async throws {
    let sweep = Sweep(
      input: FakeWorkload().input,
      settings: RunSettings(
        sizing: sizing, makePager: FakePager.factory(needed: 100_000) { _ in 1 }),
      rule: ShareRule(cost: FlatCost()), seeds: [1, 2])
    #expect(try await sweep.neededPages() == 100_000)
    let ample = try await sweep.ampleRuns()
    #expect(ample.map(\.seed) == [1, 2])
    #expect(ample[0].allocation.pages == 34_816 * 4)
  }

  @Test func aSweepKeepsTheOrderAndReportsWhatWasRaised() async throws {
    let job = Job(
      conditions: conditions(FakeWorkload()), seeds: [1],
      makePager: FakePager.factory(needed: 6000) { $0 < 6000 ? 5 : 2 })
    let result = try await job.sweep(.list([.mebibytes(64), .mebibytes(1), .mebibytes(3)]))
    #expect(result.points.map(\.allocation.pages) == [16_384, 265, 768])
    #expect(result.points.map(\.allocation.isRaised) == [false, true, false])
    #expect(result.points.map(\.allocation.requestedPages) == [16_384, 256, 768])
    #expect(result.knee?.failing?.allocation.pages == 5999)
    #expect(result.knee?.fitting?.allocation.pages == 6000)
    #expect(result.knee?.faultRatio == 2.5)
    #expect(result.verdict(on: result.points[1]) == .thrashes)
  }

  @Test func oneSizeHasNoKnee() async throws {
    let job = Job(
      conditions: conditions(FakeWorkload()), seeds: [1],
      makePager: FakePager.factory(needed: 6000) { _ in 2 })
    let result = try await job.sweep(.spread(1))
    #expect(result.knee == nil)
    #expect(result.points.count == 1)
  }

  @Test func poolsBeyondTheLargestAreRefused() async throws {
    let job = Job(
      conditions: conditions(FakeWorkload()), seeds: [1],
      makePager: FakePager.factory(needed: 6000) { _ in 2 })
    await #expect(throws: InputError.self) { try await job.run(.multiplier(1e8)) }
  }

  @Test func theWorstSeedCounts() async throws {
    let runs = [UInt64(1), 2].map { (seed: UInt64) -> RunPoint in
      var run = RunPoint(allocation: sizing.defaultAllocation, seed: seed)
      run.counters[.fault] = seed == 2 ? 30 : 10
      run.accesses = 1000
      run.rootLoads = 10
      return run
    }
    let ample = runs.map { (run: RunPoint) -> RunPoint in
      var base = run
      base.counters[.fault] = 10
      return base
    }
    let result = SizeResult(runs: runs, ample: ample, rule: ShareRule(cost: FlatCost()))
    #expect(result.share.recreation == 0.2)
    #expect(result.faultsPerRootLoad == 3)
  }

  @Test func resultsKeepTheOrderOfTheWork() async throws {
    let results = try await ThreadPool(threads: 2).map(Array(0..<20)) { $0 * $0 }
    #expect(results == (0..<20).map { $0 * $0 })
  }
}
