import GuestModel
import ShadowModel

extension JSONResult {
  /// `host replay`.
  public static func text(_ results: [HostRunResult], item: ReplayItem, xenVersion: String) throws
    -> String
  {
    try encode(
      .hostReplay,
      HostReplayRecord(
        stream: item.name, mode: item.stream.shape.mode.name,
        memoryMib: item.stream.shape.memoryMiB, vcpus: item.stream.shape.vcpus,
        hap: item.hasNestedPaging, xenVersion: xenVersion, runs: results.map(HostRunJSON.init)))
  }

  /// `host replay --bundle`.
  public static func text(_ bundle: ReplayBundle, folder: String) throws -> String {
    try encode(
      .replayBundle,
      BundleRecordJSON(
        bundle: folder, streams: bundle.items.map(\.name),
        runs: bundle.runs.map { $0.item.id($0.shadowMiB) }))
  }

  /// `host collect`.
  public static func text(_ collection: BundleCollection, scenarios: String?) throws -> String {
    try encode(
      .replayCollection,
      CollectionRecord(
        bundle: collection.path, scenarios: scenarios, xenVersions: collection.xenVersions,
        runs: collection.results.map(HostRunJSON.init),
        faults: collection.faults.map {
          .init(id: $0.id, damaged: $0.isDamaged, reason: $0.description)
        }))
  }
}

private struct HostReplayRecord: Encodable {
  var stream: String
  var mode: String
  var memoryMib: Int
  var vcpus: Int
  var hap: Bool
  var xenVersion: String
  var runs: [HostRunJSON]
}

private struct BundleRecordJSON: Encodable {
  var bundle: String
  var streams: [String]
  var runs: [String]
}

private struct CollectionRecord: Encodable {
  struct Fault: Encodable {
    var id: String
    var damaged: Bool
    var reason: String
  }

  var bundle: String
  var scenarios: String?
  var xenVersions: [String]
  var runs: [HostRunJSON]
  var faults: [Fault]
}

private struct HostRunJSON: Encodable {
  struct Counter: Encodable {
    var counter: String
    var xen: Int
    var model: Int
  }
  struct Phase: Encodable {
    var number: Int
    var operations: Int
    var accesses: Int
    var faults: Int
    var checksum: String
    var cycles: UInt64?
    var seconds: Double?
  }
  struct Difference: Encodable {
    var phase: Int
    var what: String
    var xen: String
    var model: String
  }

  var id: String
  var shadowMib: Int
  var pages: Int
  var hap: Bool
  var end: String
  var verdict: String
  var reason: String?
  var checksums: String
  var counters: [Counter]
  var differing: Int
  var faultCount: Int?
  var modelFaultCount: Int
  var moduleAddress: UInt64?
  var phases: [Phase]
  var phaseDifferences: [Difference]
  var seconds: Double?
  var notes: [String]

  init(_ result: HostRunResult) {
    let (comparison, measurement) = (result.comparison, result.measurement)
    let times = Dictionary(
      result.times.map { ($0.phase, $0) }, uniquingKeysWith: { first, _ in first })
    id = result.id
    shadowMib = result.shadowMiB
    pages = result.model.allocation.pages
    hap = measurement.hasNestedPaging
    end = result.record.end.rawValue
    verdict = result.verdict.rawValue
    reason = result.reason
    checksums = comparison.checksums.rawValue
    counters = comparison.counters.map {
      Counter(counter: $0.counter.xenName, xen: $0.host, model: $0.model)
    }
    differing = comparison.differing.count
    faultCount = measurement.faultCount
    modelFaultCount = result.model.counters[.faultFixed]
    moduleAddress = result.transcript.moduleAddress
    phases = (measurement.phases ?? []).map { phase in
      Phase(
        number: phase.number, operations: phase.operations, accesses: phase.accesses,
        faults: phase.faults, checksum: Numeral.hexadecimal(phase.checksum),
        cycles: times[phase.number]?.cycles, seconds: times[phase.number]?.seconds)
    }
    phaseDifferences = comparison.phases.map {
      Difference(phase: $0.phase, what: $0.what, xen: $0.host, model: $0.model)
    }
    seconds = result.record.seconds
    notes = result.notes
  }
}
