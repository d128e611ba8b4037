import ShadowModel

/// Which multiplier to set, and everything that speaks for and against it.
public struct Recommendation: Sendable {
  /// What the size meets.
  public var target: Target
  /// The multiplier by the rule that was asked for; nil when no size meets the target.
  public var multiplier: Double?
  /// What that size does.
  public var size: SizeResult?
  /// What to set where, and what a guest has there unasked.
  public var settings: Settings
  /// Where the input begins to fit.
  public var knee: Knee
  /// What the rule's own size, multiplier 1.0, does.
  public var defaultSize: SizeResult
  /// Domains on a host of 256 GiB, before and after.
  public var density: HostDensity?
  /// The multiplier when the hypervisor's work costs a factor more or less.
  public var sensitivity: [CostSensitivity]
  /// The facts that it rests on, a sentence each.
  public var basis: [String]
  /// Every size that was measured, smallest first.
  public var curve: [SizeResult]
  /// A trace's check of itself; nil where the input is none.
  public var check: SelfCheck?
  /// Why nothing is recommended; nil where something is, or no size meets the target.
  public var reason: String?

  /// What XenServer calls `HVM-shadow-multiplier` for that size: one that it keeps.
  public var xapiMultiplier: Double? { settings.xapi.multiplier }

  /// Pool memory more than at multiplier 1.0, MiB; negative when it is less.
  public var extraMebibytes: Double? {
    guard let size else { return nil }
    return size.allocation.mebibytes - defaultSize.allocation.mebibytes
  }
}

/// A recommendation for another price of the hypervisor's work.
public struct CostSensitivity: Hashable, Sendable {
  /// How many times as much the work costs.
  public var factor: Double
  /// The multiplier to set then; nil when no size meets the target.
  public var multiplier: Double?
  /// The pool then, MiB; nil when no size meets the target.
  public var mebibytes: Double?
}

/// Works out recommendations.
public struct Recommender: Sendable {
  /// The guest, its P2M and the rule of the multiplier.
  public let sizing: Sizing
  /// What a size must meet.
  public let target: Target
  /// What sizes do.
  public let measuring: any SizeMeasuring
  /// Hears how far each batch of runs is.
  public var progress: ProgressHandler?

  /// A recommender.
  public init(sizing: Sizing, target: Target, measuring: any SizeMeasuring) {
    self.sizing = sizing
    self.target = target
    self.measuring = measuring
  }

  /// The smallest multiplier that meets the target, given a first look at the curve.
  ///
  /// Xen's minimum, what guests have unasked by each rule, the template's 4.0 and twice what the
  /// input needs are looked at in any case. No size is recommended below what Xen leaves a running
  /// domain.
  /// - Complexity: a few times log(pages) batches of runs beyond the curve
  public func recommendation(curve: [SizeResult], neededPages: Int, basis: [String])
    async throws -> Recommendation
  {
    var search = KneeSearch(
      target: target, measuring: measuring, known: curve, progress: progress)
    let minimum = sizing.minimumPages
    try await search.measure(
      [minimum, max(minimum, 2 * neededPages), sizing.defaultAllocation.pages] + knownSizes)
    var standard = try await search.result(pages: sizing.defaultAllocation.pages)
    standard.allocation = sizing.defaultAllocation
    let (found, settings) = try await answers(&search)
    let knee = try await search.knee()
    var sensitivity: [CostSensitivity] = []
    for factor in [0.5, 2] {
      let other = try await size(&search, costFactor: factor) { sizing.multiplier(forAtLeast: $0) }
      sensitivity.append(
        CostSensitivity(
          factor: factor, multiplier: other?.multiplier,
          mebibytes: other?.result.allocation.mebibytes))
    }
    return Recommendation(
      target: target, multiplier: found?.multiplier, size: found?.result, settings: settings,
      knee: knee, defaultSize: standard,
      density: found.map {
        HostDensity(
          shape: sizing.shape, from: standard.allocation, to: $0.result.allocation)
      },
      sensitivity: sensitivity, basis: basis, curve: search.results)
  }

  /// The size by the rule that was asked for, and by each toolstack's.
  ///
  /// The sizes that one rule's rounding leads to can show a knee further up: then all are looked
  /// for again.
  private func answers(_ search: inout KneeSearch) async throws -> (Found?, Settings) {
    while true {
      let before = try await search.knee().failing?.allocation.pages
      let found = try await size(&search, costFactor: 1) { sizing.multiplier(forAtLeast: $0) }
      let settings = Settings(
        xapi: try await setting(by: .xapi, &search), libxl: try await setting(by: .libxl, &search),
        mappedOnce: try await setting(by: .mappedOnce, &search))
      if try await search.knee().failing?.allocation.pages == before { return (found, settings) }
    }
  }

  /// A size that is recommended.
  typealias Found = (multiplier: Double, result: SizeResult)

  /// The smallest size that fits and is a margin above the largest that fails.
  ///
  /// A size that the rounding of `step` leads to is measured too; should it fail, the search goes
  /// on above it.
  func size(
    _ search: inout KneeSearch, costFactor factor: Double, step: (Int) -> Sizing.Multiplier
  ) async throws -> Found? {
    while true {
      let knee = try await search.knee(costFactor: factor)
      guard let fitting = knee.fitting else { return nil }
      var wanted = max(fitting.allocation.pages, sizing.runningMinimumPages)
      if let failing = knee.failing {
        wanted = max(wanted, target.pages(above: failing.allocation.pages))
      }
      let step = step(wanted)
      var result = try await search.result(pages: step.allocation.pages)
      if !target.fails(result, costFactor: factor) {
        result.allocation = step.allocation
        return (step.value, result)
      }
    }
  }
}
