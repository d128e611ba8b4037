import GuestModel
import ShadowModel
import Statistics

/// A number in a result; infinity, which JSON cannot say, is null.
struct JSONNumber: Codable, Hashable {
  /// The value, nil for none.
  var value: Double?

  init(_ value: Double?) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? nil : try container.decode(Double.self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value, value.isFinite { try container.encode(value) } else { try container.encodeNil() }
  }
}

extension Counters {
  /// The counters by Xen's names.
  var byXenName: [String: Int] {
    Dictionary(uniqueKeysWithValues: Name.allCases.map { ($0.xenName, self[$0]) })
  }
}

/// A size in a result.
struct PointRecord: Codable {
  var multiplier: Double
  var rule: String
  var shadowMib: Double
  var pages: Int
  var requestedPages: Int
  var raised: Bool
  var seeds: [UInt64]
  /// Counters of the run with the first seed.
  var counters: [String: Int]
  var steady: SteadyRecord?
  var accesses: Int
  var rootLoads: Int
  var peakPages: Int
  var crashed: Bool
  var hypervisorShare: JSONNumber
  var recreationShare: JSONNumber
  var faultsPerRootLoad: Double
  /// What each seed came to; nil where there was one.
  var samples: SampleRecord?
  /// Where the medians over the seeds lie; nil where there was one.
  var intervals: [String: IntervalRecord]?
  var verdict: String
  /// Whether a trace says what the size does; nil where the input is none.
  var known: Bool?
  /// The fewest that can have been counted, where a trace's answer is a range.
  var low: [String: Int]?
  /// The most.
  var high: [String: Int]?
  /// Why it is not known; nil where it is.
  var reason: String?

  init(_ result: SizeResult, verdict: Verdict) {
    let first = result.runs.first
    multiplier = result.allocation.multiplier
    rule = result.allocation.rule.rawValue
    shadowMib = result.allocation.mebibytes
    pages = result.allocation.pages
    requestedPages = result.allocation.requestedPages
    raised = result.allocation.isRaised
    seeds = result.runs.map(\.seed)
    counters = first?.counters.byXenName ?? [:]
    steady = first.map { SteadyRecord($0.steady) }
    accesses = first?.accesses ?? 0
    rootLoads = first?.rootLoads ?? 0
    peakPages = result.runs.reduce(0) { max($0, $1.peakPages) }
    crashed = result.isCrashed
    hypervisorShare = JSONNumber(result.share.hypervisor)
    recreationShare = JSONNumber(result.share.recreation)
    faultsPerRootLoad = result.faultsPerRootLoad
    samples = result.runs.count > 1 ? SampleRecord(result) : nil
    intervals = samples?.intervals
    self.verdict = verdict.rawValue
    known = result.evidence?.isKnown
    low = result.evidence?.low?.byXenName
    high = result.evidence?.high?.byXenName
    reason = result.evidence?.reason
  }
}

/// What each seed came to, in the order of the seeds; the point's own figures are the worst.
struct SampleRecord: Codable {
  var hypervisorShare: [JSONNumber]
  var recreationShare: [JSONNumber]
  var faultsPerRootLoad: [Double]

  init?(_ result: SizeResult) {
    guard result.shares.count == result.runs.count else { return nil }
    hypervisorShare = result.shares.map { JSONNumber($0.hypervisor) }
    recreationShare = result.shares.map { JSONNumber($0.recreation) }
    faultsPerRootLoad = result.runs.map(\.steady.faultsPerRootLoad)
  }

  /// Medians over the seeds by the names of the figures; none of a figure that is not finite.
  var intervals: [String: IntervalRecord] {
    [
      "recreation_share": recreationShare.compactMap(\.value),
      "hypervisor_share": hypervisorShare.compactMap(\.value),
      "faults_per_root_load": faultsPerRootLoad,
    ].compactMapValues { values in
      guard values.count == faultsPerRootLoad.count else { return nil }
      return Samples(values).map(IntervalRecord.init)
    }
  }
}

/// The steady part of a run in a result.
struct SteadyRecord: Codable {
  var counters: [String: Int]
  var accesses: Int
  var rootLoads: Int
  var guestNanoseconds: UInt64?
  var timedPhases: Int
  var warmupPhases: Int

  init(_ steady: SteadyState) {
    counters = steady.counters.byXenName
    accesses = steady.accesses
    rootLoads = steady.rootLoads
    guestNanoseconds = steady.nanoseconds
    timedPhases = steady.timedPhases
    warmupPhases = steady.warmupPhases
  }
}

/// A mark in a result: what had been counted when it came.
struct PhaseRecord: Codable {
  var number: Int
  var nanoseconds: UInt64
  var accesses: Int
  var rootLoads: Int
  var counters: [String: Int]

  init(_ phase: Phase) {
    number = phase.number
    nanoseconds = phase.nanoseconds
    accesses = phase.accesses
    rootLoads = phase.rootLoads
    counters = phase.counters.byXenName
  }
}

/// The guest and the prices that a result was made with.
struct ConditionsRecord: Codable {
  var input: String
  var kind: String
  var mode: String
  var memoryMib: Int
  var vcpus: Int
  var p2m: String
  /// Where the guest's memory lies in the machine; nil in results made before there was a choice.
  var placement: String?
  var policy: String
  var costProfile: String
  /// Cycles of guest time for an access, in inputs without a clock; nil in version 1.
  var cyclesPerAccess: Double?
  var minimumPages: Int
  var runningMinimumPages: Int
  var target: Double
  var margin: Double

  init(_ conditions: Conditions) {
    input = conditions.input.name
    kind = conditions.input.kind
    mode = conditions.sizing.shape.mode.name
    memoryMib = conditions.sizing.shape.memoryMiB
    vcpus = conditions.sizing.shape.vcpus
    p2m = conditions.sizing.p2m.rawValue
    placement = conditions.sizing.placement.text
    policy = conditions.policy.rawValue
    costProfile = conditions.rule.cost.name
    cyclesPerAccess = conditions.rule.cyclesPerAccess
    minimumPages = conditions.sizing.minimumPages
    runningMinimumPages = conditions.sizing.runningMinimumPages
    target = conditions.target.share
    margin = conditions.target.margin
  }
}
