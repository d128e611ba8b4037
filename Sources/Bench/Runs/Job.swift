import GuestModel
public import NUMA
import ShadowModel

/// One piece of work of the command line: an input under conditions, measured and judged.
public struct Job: Sendable {
  /// The input, the guest, the prices and the target.
  public let conditions: Conditions
  private let sweep: Sweep
  /// The same of a trace at sizes larger than the traced one; nil where it is the same.
  private let larger: Sweep?
  private let progress: ProgressHandler?
  private let phase: @Sendable (String) -> Void

  /// A job.
  ///
  /// A trace is run with the first seed alone: it has nothing in it that is drawn.
  /// - Parameters:
  ///   - seeds: seeds of the workload; the worst of them counts
  ///   - makePager: makes the model's pager
  ///   - makeSweep: makes the model at many allocations at once; nil to run each by itself
  ///   - threads: runs at once
  ///   - placement: which memory node each seed's runs are put on
  ///   - progress: hears how far the phase under way is
  ///   - phase: hears which phase begins
  public init(
    conditions: Conditions, seeds: [UInt64], makePager: @escaping PagerFactory,
    makeSweep: SweepFactory? = nil, threads: Int = 2, placement: NodePlacement = .anywhere,
    progress: ProgressHandler? = nil, phase: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.conditions = conditions
    self.progress = progress
    self.phase = phase
    func sweep(_ input: WorkloadInput) -> Sweep {
      Sweep(
        input: input,
        settings: RunSettings(
          sizing: conditions.sizing, policy: conditions.policy, placement: placement,
          makePager: makePager, makeSweep: makeSweep),
        rule: conditions.rule,
        seeds: input.evidence == nil ? seeds : Array(seeds.prefix(1)),
        threads: threads)
    }
    self.sweep = sweep(conditions.input)
    larger = conditions.input.makeLarger.map { make in
      var input = conditions.input
      input.makeWorkload = { _ in make() }
      return sweep(input)
    }
  }

  /// One size, and whether a size less than the margin below it would fail.
  public func run(_ request: SizeRequest) async throws -> RunResult {
    let ground = try await ground()
    let sizing = conditions.sizing
    let pages = try checked([sizing.pages(of: request)])[0]
    let effective = sizing.allocation(pages: pages).pages
    let edge = max(sizing.minimumPages, conditions.target.edge(below: effective))
    let results = try await ground.measuring.results(
      pages: edge < effective ? [pages, edge] : [pages], progress: progress)
    var run = RunResult(
      conditions: conditions, result: results[0],
      verdict: conditions.target.verdict(on: results[0], among: results),
      ample: ground.ample[0])
    run.check = ground.check
    return run
  }

  /// Many sizes; with more than one also the knee between them, to the page.
  public func sweep(_ choice: SizeChoice) async throws -> SweepResult {
    let ground = try await ground()
    let points = try await points(choice, ground)
    phase(Self.narrowing)
    var search = KneeSearch(
      target: conditions.target, measuring: ground.measuring, known: points, progress: progress)
    let knee = Set(points.map(\.allocation.pages)).count > 1 ? try await search.knee() : nil
    var result = SweepResult(
      conditions: conditions, points: points, measured: search.results, knee: knee,
      ample: ground.ample[0])
    result.check = ground.check
    return result
  }

  /// The smallest multiplier that meets the target, and the ample run.
  public func recommend(_ choice: SizeChoice) async throws
    -> (recommendation: Recommendation, ample: RunPoint)
  {
    let ground = try await ground()
    var recommender = Recommender(
      sizing: conditions.sizing, target: conditions.target, measuring: ground.measuring)
    recommender.progress = progress
    let curve = try await points(choice, ground)
    phase(Self.narrowing)
    let recommendation = try await recommender.recommendation(
      curve: curve, neededPages: ground.neededPages,
      basis: basis(ground.ample, neededPages: ground.neededPages))
    return (ground.check.map(recommendation.checked(by:)) ?? recommendation, ground.ample[0])
  }

  /// The phase that looks for a knee between sizes.
  private static let narrowing = "narrowing the size down"

  /// What sizes are measured by: the model, for a trace checked and corrected by what it shows.
  private struct Ground {
    var measuring: any SizeMeasuring
    var ample: [RunPoint]
    var check: SelfCheck?

    /// What the input needs: most pages in use in the ample runs.
    var neededPages: Int { ample.reduce(0) { max($0, $1.peakPages) } }
  }

  private func ground() async throws -> Ground {
    phase("in an ample pool")
    let ample = try await sweep.ampleRuns(progress: progress)
    guard let evidence = conditions.input.evidence else {
      return Ground(measuring: sweep, ample: ample)
    }
    let trace = try await TraceMeasuring(
      sweep, larger: larger, conditions: conditions, evidence: evidence)
    return Ground(measuring: trace, ample: trace.ample, check: trace.check)
  }

  private func points(_ choice: SizeChoice, _ ground: Ground) async throws -> [SizeResult] {
    let pages = choice.pages(sizing: conditions.sizing, neededPages: ground.neededPages)
    phase("at \(pages.count) sizes")
    return try await ground.measuring.results(pages: checked(pages), progress: progress)
  }

  /// The sizes, if none is larger than a pool may be.
  private func checked(_ pages: [Int]) throws -> [Int] {
    guard let tooLarge = pages.first(where: { $0 > SizeChoice.mostPages }) else { return pages }
    throw InputError(
      file: conditions.input.name,
      reason: "a pool of \(tooLarge) pages is too large; the most is \(SizeChoice.mostPages)")
  }

  private func basis(_ ample: [RunPoint], neededPages: Int) -> [String] {
    let seeds = ample.map { String($0.seed) }.joined(separator: ", ")
    var basis = conditions.input.facts
    basis.append("Seeds \(seeds); the worst of them counts.")
    let clock = conditions.rule.description(of: ample[0].steady)
    basis.append(clock.prefix(1).uppercased() + clock.dropFirst() + ".")
    basis.append("Cost profile \(conditions.rule.cost.name).")
    basis.append(
      "P2M of \(conditions.sizing.p2m == .superpages ? "2 MiB" : "4 KiB") entries, "
        + "\(conditions.sizing.p2mPages) pages; reclaim policy \(conditions.policy.rawValue).")
    basis.append("At most \(Numeral.grouped(neededPages)) pages were in use in an ample pool.")
    return basis
  }
}
