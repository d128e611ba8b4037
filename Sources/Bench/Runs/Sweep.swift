import GuestModel
import NUMA
import ShadowModel

/// Runs one input at many sizes and with several seeds, each size once, many sizes in one pass.
public actor Sweep: SizeMeasuring {
  /// The input.
  public let input: WorkloadInput
  /// How shares are computed.
  public let rule: ShareRule
  /// The seeds.
  public let seeds: [UInt64]
  /// Sizes that are best asked for at once.
  public let batchSize: Int

  private let runner: Runner
  private let pool: ThreadPool
  private var workloads: [any Workload] = []
  private var ample: [RunPoint] = []
  private var cache: [Int: [RunPoint]] = [:]

  /// A sweep that has run nothing yet.
  public init(
    input: WorkloadInput, settings: RunSettings, rule: ShareRule, seeds: [UInt64],
    threads: Int = 2
  ) {
    precondition(!seeds.isEmpty, "at least one seed")
    self.input = input
    self.rule = rule
    self.seeds = seeds
    runner = Runner(settings: settings)
    batchSize = settings.makeSweep == nil ? 2 : ShadowSweep.limit - 1
    pool = ThreadPool(threads: threads)
  }

  /// The runs, one for each seed, at a size so ample that nothing was given up to make room.
  ///
  /// Starts at four times what XenServer gives by default and doubles until there was no reclaim.
  public func ampleRuns(progress: ProgressHandler? = nil) async throws -> [RunPoint] {
    if !ample.isEmpty { return ample }
    for seed in seeds { workloads.append(try input.makeWorkload(seed)) }
    let sizing = runner.settings.sizing
    var pages = Sizing(shape: sizing.shape, rule: .xapi, p2m: sizing.p2m)
      .allocation(.multiplier(4)).pages
    while true {
      let jobs = seeds.indices.map { Work(pages: pages, index: $0) }
      let runs = try await run(jobs, progress: progress)
      if runs.allSatisfy({ !$0.isCrashed && $0.counters[.prealloc1] == 0 }) {
        ample = runs
        return runs
      }
      guard pages < SizeChoice.mostPages else {
        throw InputError(
          file: input.name, reason: "short of shadow memory even with a pool of \(pages) pages")
      }
      pages = min(pages * 2, SizeChoice.mostPages)
    }
  }

  /// What the input needs: most pages in use in the ample runs.
  public func neededPages(progress: ProgressHandler? = nil) async throws -> Int {
    try await ampleRuns(progress: progress).reduce(0) { max($0, $1.peakPages) }
  }

  /// What domains that ask for `pages` do, in that order.
  ///
  /// A size that was asked for before is not run again; nor is one with room to spare over the
  /// ample run's peak: with nothing to reclaim, every counter is the ample run's.
  public func results(pages: [Int], progress: ProgressHandler? = nil) async throws -> [SizeResult] {
    let base = try await ampleRuns()
    let sizing = runner.settings.sizing
    let effective = pages.map { sizing.allocation(pages: $0).pages }
    var jobs: [Work] = []
    for size in Set(effective).sorted() where cache[size] == nil {
      cache[size] = base
      for index in seeds.indices where size < base[index].peakPages + Self.sparePages {
        jobs.append(Work(pages: size, index: index))
      }
    }
    do {
      for (job, point) in zip(jobs, try await run(jobs, progress: progress)) {
        cache[job.pages]?[job.index] = point
      }
    } catch {
      for job in jobs { cache[job.pages] = nil }
      throw error
    }
    return zip(pages, effective).map { requested, size in
      var runs = cache[size] ?? base
      for index in runs.indices { runs[index].allocation = sizing.allocation(pages: requested) }
      return SizeResult(runs: runs, ample: base, rule: rule)
    }
  }

  /// Pages that, free at the peak, satisfy any request for room: the largest, a 2-level root's
  /// with its monitor table, is 7.
  private static let sparePages = 8

  /// A run to do: a size, and which of the seeds.
  private struct Work {
    var pages: Int
    var index: Int
  }

  /// Sizes from which on one pass costs less than a run for each.
  private static let leastInOnePass = 4

  /// The runs of all jobs, in their order: for each seed up to 64 sizes in one pass.
  ///
  /// Sizes that are dropped from a pass are run one by one.
  private func run(_ jobs: [Work], progress: ProgressHandler?) async throws -> [RunPoint] {
    var passes: [[Int]] = []
    for index in seeds.indices {
      let numbers = jobs.indices.filter { jobs[$0].index == index }
      let isOnePass =
        runner.settings.makeSweep != nil && numbers.count >= Self.leastInOnePass
      let size = isOnePass ? ShadowSweep.limit : 1
      for start in stride(from: 0, to: numbers.count, by: size) {
        passes.append(Array(numbers[start..<min(start + size, numbers.count)]))
      }
    }
    let (runner, workloads, seeds) = (self.runner, self.workloads, self.seeds)
    let warmupPhases = input.warmupPhases
    // Operations are made on a second thread where one is to spare.
    let isPumped = 2 * min(passes.count, pool.threads) <= pool.usableThreads
    let results = try await pool.map(passes, progress: progress) { pass -> [RunPoint?] in
      let index = jobs[pass[0]].index
      runner.settings.placement.enter(index)
      if pass.count > 1,
        let points = try runner.sweep(
          workloads[index], seed: seeds[index], pages: pass.map { jobs[$0].pages },
          warmupPhases: warmupPhases, isPumped: isPumped)
      {
        return points
      }
      return try pass.map {
        try runner.run(
          workloads[index], seed: seeds[index], pages: jobs[$0].pages,
          warmupPhases: warmupPhases, isPumped: isPumped)
      }
    }
    var points = [RunPoint?](repeating: nil, count: jobs.count)
    for (pass, result) in zip(passes, results) {
      for (number, point) in zip(pass, result) { points[number] = point }
    }
    let dropped = points.indices.filter { points[$0] == nil }
    let singles = try await pool.map(dropped, progress: progress) { number in
      let index = jobs[number].index
      runner.settings.placement.enter(index)
      return try runner.run(
        workloads[index], seed: seeds[index], pages: jobs[number].pages,
        warmupPhases: warmupPhases)
    }
    for (number, point) in zip(dropped, singles) { points[number] = point }
    return points.compactMap { $0 }
  }
}
