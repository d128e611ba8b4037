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
}

/// The model against a real hypervisor's counters.
public struct Verification: Sendable {
  /// The results, in the file's order.
  public var results: [ScenarioResult]

  /// The counters that are compared: those that the shadow algorithm alone decides.
  public static let compared = Counters.Name.allCases.filter(\.isDecidedByAlgorithm)

  /// Comparisons made: scenarios times counters.
  public var comparisons: Int { results.count * Self.compared.count }
  /// Comparisons that found a difference.
  public var differing: Int { results.reduce(0) { $0 + $1.differences.count } }

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
        id: scenario.id, differences: differences(scenario.counters, point.counters))
    }
    return Verification(results: results)
  }

  static func differences(_ xen: [Counters.Name: Int], _ model: Counters) -> [CounterDifference] {
    compared.compactMap { name in
      let expected = xen[name] ?? 0
      guard expected != model[name] else { return nil }
      return CounterDifference(counter: name, xen: expected, model: model[name])
    }
  }
}
