import GuestModel
import ShadowModel
import Testing

@testable import Bench

/// What is inferred from a trace, against the guest that made it and against a real Xen's counters.
@Suite struct TracePredictionTests {
  /// The traces that are run here: the small ones, and all with optimisation, without audits.
  static let traces: [String] = {
    #if DEBUG
    ["S05", "S10", "S11", "S17", "S34", "S40", "S46"].map(TraceFixtures.path)
    #else
    TraceFixtures.all
    #endif
  }()

  static let isFast: Bool = {
    #if DEBUG
    false
    #else
    true
    #endif
  }()

  static let judged: [Counters.Name] = [.faultFixed, .alloc, .prealloc1]

  func counters(_ workload: any Workload, pages: Int) throws -> Counters {
    let settings = RunSettings(
      sizing: Sizing(shape: workload.shape), makePager: StandardModel.pager)
    return try Runner(settings: settings).run(workload, seed: 1, pages: pages).counters
  }

  func error(_ name: Counters.Name, _ predicted: Counters, _ truth: Int) -> Double {
    Double(abs(predicted[name] - truth)) / Double(max(1, truth))
  }

  @Test(arguments: traces) func theTracedSizeIsExplained(path: String) throws {
    let scenario = try #require(try TraceFixtures.scenario(of: path))
    let trace = try TraceReconstruction(
      path: path, memoryMiB: scenario.shape.memoryMiB, gigahertz: 2.66)
    #expect(trace.shape == scenario.shape)
    #expect(trace.origin.unexplained == 0)
    #expect(trace.origin.seenCold[0] == 0)
    let model = try counters(TraceWorkload(trace), pages: scenario.shadowMiB * 256)
    for name in Self.judged {
      #expect(error(name, model, scenario.counters[name] ?? 0) <= 0.01, "\(name)")
    }
  }

  @Test(arguments: traces) func otherSizesAreAsTheGuestsOwn(path: String) throws {
    let scenario = try #require(try TraceFixtures.scenario(of: path))
    let trace = TraceWorkload(
      try TraceReconstruction(path: path, memoryMiB: scenario.shape.memoryMiB, gigahertz: 2.66))
    let guest = try ReferenceWorkload(text: scenario.guest, shape: scenario.shape)
    for pages in Self.isFast ? [420, 600, 1024, 2000] : [420] {
      let (model, truth) = (
        try counters(trace, pages: pages), try counters(guest, pages: pages)
      )
      for name in Self.judged {
        #expect(error(name, model, truth[name]) <= 0.02, "\(name) at \(pages) pages")
      }
    }
  }

  @Test(
    .enabled(if: isFast),
    arguments: [("S63", ["S64", "S65", "S66"]), ("S56", ["S57", "S60", "S62"])])
  func largerSizesAreAsRealXens(id: String, others: [String]) throws {
    let scenarios = try ScenarioFile.load(path: TraceFixtures.scenarios).scenarios
    let trace = TraceWorkload(
      try TraceReconstruction(
        path: TraceFixtures.path(id), memoryMiB: 256, gigahertz: 2.66))
    for scenario in scenarios where others.contains(scenario.id) {
      let model = try counters(trace, pages: scenario.shadowMiB * 256)
      for name in Self.judged {
        #expect(
          error(name, model, scenario.counters[name] ?? 0) <= 0.02, "\(scenario.id) \(name)")
      }
    }
  }

  @Test(.enabled(if: isFast)) func theTracedSizeIsFound() async throws {
    let check = try #require(
      try await TracedJob(path: TraceFixtures.path("S56")).job.sweep(.spread(1)).check)
    #expect(abs((check.size.pages ?? 0) - 768) <= 40)
    #expect(check.size.source == .found)
    #expect(check.outcome == .explained)
  }

  @Test func aTraceIsAnInput() throws {
    let input = try InputResolver.standard.open(InputRequest(TraceFixtures.path("S10")))
    #expect(input.kind == "trace")
    #expect(input.shape.mode == .fourLevel)
    #expect(input.facts.contains { $0.contains("seen cold") })
  }

  @Test func memoryThatCannotHoldTheTablesIsRefused() {
    #expect(throws: InputError.self) {
      try TraceReconstruction(path: TraceFixtures.path("S63"), memoryMiB: 1, gigahertz: 1)
    }
  }
}
