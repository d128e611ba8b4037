import GuestModel
import ShadowModel

/// Runs one input at many sizes and with several seeds, each size once.
public actor Sweep: SizeMeasuring {
  /// The input.
  public let input: WorkloadInput
  /// How shares are computed.
  public let rule: ShareRule
  /// The seeds.
  public let seeds: [UInt64]
  /// Sizes that are best asked for at once.
  public let batchSize = 2

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
      let runs = try await run(pages, progress: progress)
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

  /// What domains that ask for `pages` do, in that order; a size that was asked for before is not
  /// run again.
  public func results(pages: [Int], progress: ProgressHandler? = nil) async throws -> [SizeResult] {
    let base = try await ampleRuns()
    let sizing = runner.settings.sizing
    let effective = pages.map { sizing.allocation(pages: $0).pages }
    var missing: [Int] = []
    for size in effective where cache[size] == nil && !missing.contains(size) {
      missing.append(size)
    }
    let jobs = missing.flatMap { size in self.seeds.indices.map { (size, $0) } }
    let (runner, workloads, seeds) = (self.runner, self.workloads, self.seeds)
    let points = try await pool.map(jobs, progress: progress) { size, index in
      try runner.run(workloads[index], seed: seeds[index], pages: size)
    }
    for (position, job) in jobs.enumerated() { cache[job.0, default: []].append(points[position]) }
    return zip(pages, effective).map { requested, size in
      var runs = cache[size] ?? []
      for index in runs.indices { runs[index].allocation = sizing.allocation(pages: requested) }
      return SizeResult(runs: runs, ample: base, rule: rule)
    }
  }

  private func run(_ pages: Int, progress: ProgressHandler?) async throws -> [RunPoint] {
    let (runner, workloads, seeds) = (self.runner, self.workloads, self.seeds)
    return try await pool.map(Array(seeds.indices), progress: progress) { index in
      try runner.run(workloads[index], seed: seeds[index], pages: pages)
    }
  }
}
