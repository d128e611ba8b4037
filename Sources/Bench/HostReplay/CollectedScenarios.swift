import Foundation
import GuestModel
import Output
import ShadowModel

extension BundleCollection {
  /// The scenarios of the whole runs, as `verify` takes them.
  /// - Parameter path: the file they are written to: streams are named from its folder
  public func scenarios(for path: String) throws -> String {
    let base = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
    let bundle = URL(fileURLWithPath: self.path).standardizedFileURL.path
    let way = Self.way(from: base, to: bundle)
    let records = results.map { result in
      ScenarioRecord(result, replay: way + (files[result.id] ?? ""))
    }
    return "[\n" + (try records.map(JSONResult.line)).joined(separator: ",\n") + "\n]\n"
  }

  /// Writes the scenarios.
  public func writeScenarios(to path: String) throws {
    try OutputFile.write(try scenarios(for: path), to: path)
  }

  /// The way from one folder to another, with a slash at its end; empty for the same.
  static func way(from base: String, to folder: String) -> String {
    let start = base.split(separator: "/")
    let end = folder.split(separator: "/")
    let common = zip(start, end).prefix { $0 == $1 }.count
    guard common > 0 || start.isEmpty else { return folder + "/" }
    let up = Array(repeating: "..", count: start.count - common)
    let parts = up + end.dropFirst(common).map(String.init)
    return parts.map { $0 + "/" }.joined()
  }
}

/// A scenario as it is written.
private struct ScenarioRecord: Encodable {
  var id: String
  var mode: String
  var memoryMib: Int
  var vcpus: Int
  var shadowMib: Int
  var replay: String
  var moduleAddress: UInt64?
  var hap: Bool?
  var faultCount: Int?
  var counters: [String: Int]?
  var phases: [BundlePrediction.Phase]

  init(_ result: HostRunResult, replay: String) {
    let measurement = result.measurement
    let shape = result.shape
    id = result.id
    mode = shape.mode.name
    memoryMib = shape.memoryMiB
    vcpus = shape.vcpus
    shadowMib = result.shadowMiB
    self.replay = replay
    moduleAddress = result.transcript.moduleAddress
    hap = measurement.hasNestedPaging ? true : nil
    phases = (measurement.phases ?? []).map(BundlePrediction.Phase.init)
    guard !measurement.hasNestedPaging else { return }
    faultCount = measurement.faultCount
    counters = measurement.counters.map { counters in
      Dictionary(
        uniqueKeysWithValues: counters.filter { $0.value != 0 }.map { ($0.key.xenName, $0.value) })
    }
  }
}
