import ShadowModel

/// The two neighbouring sizes between which an input begins to fit.
public struct Knee: Sendable {
  /// The largest size that fails; nil when none that was measured does.
  public var failing: SizeResult?
  /// The smallest size above it that fits; nil when none does.
  public var fitting: SizeResult?

  /// Whether it is known that what fits does; false where a trace leaves that open.
  var isKnown: Bool { fitting?.evidence?.decides != false }

  /// How many times as many faults for a root load just below the knee as just above it.
  public var faultRatio: Double? {
    guard let failing, let fitting, fitting.faultsPerRootLoad > 0 else { return nil }
    return failing.faultsPerRootLoad / fitting.faultsPerRootLoad
  }
}

/// Finds knees to the page, and keeps every size that it measured.
public struct KneeSearch: Sendable {
  /// What a size must meet.
  public let target: Target
  private let measuring: any SizeMeasuring
  private let progress: ProgressHandler?
  private var known: [Int: SizeResult] = [:]

  /// A search that starts from sizes measured before.
  public init(
    target: Target, measuring: any SizeMeasuring, known: [SizeResult] = [],
    progress: ProgressHandler? = nil
  ) {
    self.progress = progress
    self.target = target
    self.measuring = measuring
    for result in known { self.known[result.allocation.pages] = result }
  }

  /// All sizes measured so far, smallest first.
  public var results: [SizeResult] {
    known.values.sorted { $0.allocation.pages < $1.allocation.pages }
  }

  /// Measures those of `pages` that are not known, all at once.
  public mutating func measure(_ pages: [Int]) async throws {
    let unknown = Set(pages).filter { known[$0] == nil }.sorted()
    guard !unknown.isEmpty else { return }
    for result in try await measuring.results(pages: unknown, progress: progress) {
      known[result.allocation.pages] = result
    }
  }

  /// What domains that ask for `pages` do; measured unless it is known.
  public mutating func result(pages: Int) async throws -> SizeResult {
    if let result = known[pages] { return result }
    let result = try await measuring.results(pages: [pages], progress: progress)[0]
    known[result.allocation.pages] = result
    return result
  }

  /// The knee, neighbouring pages, when the hypervisor's work costs `factor` times as much.
  ///
  /// Of several knees it is the uppermost that the known sizes show: everything known above it
  /// fits. Between known sizes there is room for a narrow dip that no search would see.
  /// - Complexity: log(gap between known sizes) batches of runs
  public mutating func knee(costFactor factor: Double = 1) async throws -> Knee {
    let target = target
    func fails(_ result: SizeResult) -> Bool {
      target.fails(result, costFactor: factor)
    }
    while true {
      let sorted = results
      guard let index = sorted.lastIndex(where: fails) else {
        return Knee(failing: nil, fitting: sorted.first)
      }
      guard index + 1 < sorted.count else { return Knee(failing: sorted[index], fitting: nil) }
      let low = sorted[index].allocation.pages
      let high = sorted[index + 1].allocation.pages
      if high - low <= 1 { return Knee(failing: sorted[index], fitting: sorted[index + 1]) }
      let sizes = Self.inside(low, high, count: measuring.batchSize)
      for result in try await measuring.results(pages: sizes, progress: progress) {
        known[result.allocation.pages] = result
      }
    }
  }

  /// Up to `count` sizes that divide the gap between two sizes evenly.
  static func inside(_ low: Int, _ high: Int, count: Int) -> [Int] {
    let parts = min(count + 1, high - low)
    return (1..<parts).map { low + (high - low) * $0 / parts }
  }
}
