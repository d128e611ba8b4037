public import GuestModel
public import ShadowModel

/// A counter on which the model and Xen differ.
public struct CounterDifference: Hashable, Sendable {
  /// The counter.
  public var counter: Counters.Name
  /// What Xen counted.
  public var xen: Int
  /// What the model counted.
  public var model: Int
}

/// What the comparison of one scenario came to.
public struct ScenarioResult: Hashable, Sendable {
  /// The scenario's name.
  public var id: String
  /// The counters that differ, in the model's order.
  public var differences: [CounterDifference]
  /// Phases of a replay in which the guest did not do what its stream says.
  public var phases: [PhaseDifference] = []
  /// Comparisons made.
  public var comparisons = Verification.compared.count
  /// Every counter that was compared, with what both sides counted, in the model's order.
  public var values: [ReplayComparison.Pair] = []
}

/// The model against a real hypervisor's counters.
public struct Verification: Sendable {
  /// The results, in the file's order.
  public var results: [ScenarioResult]

  /// The counters that are compared: those that the shadow algorithm alone decides.
  public static let compared = Counters.Name.allCases.filter(\.isDecidedByAlgorithm)

  /// Comparisons made: the counters of every scenario, and the phases of replays.
  public var comparisons: Int { results.reduce(0) { $0 + $1.comparisons } }
  /// Comparisons that found a difference.
  public var differing: Int {
    results.reduce(0) { $0 + $1.differences.count + $1.phases.count }
  }

  /// Makes a reference guest's workload of its command line.
  public typealias WorkloadFactory =
    @Sendable (_ guest: String, _ shape: GuestShape) throws(InputError) -> any Workload

  /// Runs every scenario of `file` and compares.
  public static func run(
    _ file: ScenarioFile, makeWorkload: @escaping WorkloadFactory,
    makePager: @escaping PagerFactory, threads: Int = 2, progress: ProgressHandler? = nil
  ) async throws -> Verification {
    let path = file.path
    let results = try await ThreadPool(threads: threads).map(file.scenarios, progress: progress) {
      scenario in
      if let replay = scenario.replay {
        return try self.replayed(replay, scenario, file: path, makePager: makePager)
      }
      let workload: any Workload
      do throws(InputError) {
        workload = try makeWorkload(scenario.guest, scenario.shape)
      } catch {
        throw InputError(
          file: path, line: scenario.guestLine,
          reason: "scenario \(scenario.id), guest: \(error.reason)")
      }
      let settings = RunSettings(sizing: Sizing(shape: scenario.shape), makePager: makePager)
      let point = try Runner(settings: settings)
        .run(workload, seed: 0, pages: scenario.shadowMiB * 256)
      return ScenarioResult(
        id: scenario.id, differences: differences(scenario.counters, point.counters),
        values: compared.map {
          .init(counter: $0, host: scenario.counters[$0] ?? 0, model: point.counters[$0])
        })
    }
    return Verification(results: results)
  }

  /// Compares a replay: all counters, or the faults alone, or with nested paging none; and phases.
  private static func replayed(
    _ replay: ScenarioReplay, _ scenario: Scenario, file: String, makePager: @escaping PagerFactory
  ) throws -> ScenarioResult {
    let stream: ReplayStream
    do throws(InputError) {
      stream = try ReplayStream(contentsOf: replay.path)
    } catch {
      throw InputError(
        file: file, line: replay.line, reason: "scenario \(scenario.id), replay: \(error)")
    }
    guard stream.shape == scenario.shape else {
      throw InputError(
        file: file, line: replay.line,
        reason: "scenario \(scenario.id): \(replay.path) is for \(stream.shape.mode.name), "
          + "\(stream.shape.memoryMiB) MiB, \(stream.shape.vcpus) vCPUs, not for the scenario's")
    }
    let settings = RunSettings(sizing: Sizing(shape: stream.shape), makePager: makePager)
    let point = try Runner(settings: settings).run(
      stream.workload(moduleAt: replay.moduleAddress), seed: 0, pages: scenario.shadowMiB * 256)
    let comparison = ReplayComparison(
      ReplayMeasurement(
        hasNestedPaging: replay.hasNestedPaging,
        counters: replay.hasCounters ? scenario.counters : nil, faultCount: replay.faultCount,
        phases: replay.phases.isEmpty ? nil : replay.phases),
      model: point.counters, expected: stream.expected)
    return ScenarioResult(
      id: scenario.id,
      differences: comparison.differing.map {
        CounterDifference(counter: $0.counter, xen: $0.host, model: $0.model)
      }, phases: comparison.phases, comparisons: comparison.comparisons,
      values: comparison.counters)
  }

  static func differences(_ xen: [Counters.Name: Int], _ model: Counters) -> [CounterDifference] {
    compared.compactMap { name in
      let expected = xen[name] ?? 0
      guard expected != model[name] else { return nil }
      return CounterDifference(counter: name, xen: expected, model: model[name])
    }
  }
}
