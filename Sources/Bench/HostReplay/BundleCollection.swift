import Foundation
import ShadowModel

/// What came back of a bundle: its runs judged, and scenarios of those that are whole.
public struct BundleCollection: Sendable {
  /// A run with nothing to compare.
  public struct Fault: Hashable, Sendable, CustomStringConvertible {
    /// The run's name.
    public var id: String
    /// Whether something came back that is not what was written.
    public var isDamaged: Bool
    /// The file, its line, and the reason.
    public var description: String
  }

  /// The bundle's folder.
  public var path: String
  /// The runs that are whole, in the bundle's order; those with nested paging after the others.
  public var results: [HostRunResult]
  /// The runs that are missing or damaged.
  public var faults: [Fault]
  /// The host's Xen, as the runs tell it.
  public var xenVersions: [String]
  /// The streams' files by the runs' names.
  var files: [String: String]

  /// Whether all runs came back and are as the model says.
  public var isGood: Bool { faults.isEmpty && results.allSatisfy { $0.verdict == .equal } }

  /// Reads what came back in the bundle's folder `path`.
  /// - Throws: ``InputError`` when the bundle itself is not whole
  public init(
    path: String, makePager: @escaping PagerFactory, progress: ProgressHandler? = nil
  ) throws {
    self.path = path
    results = []
    faults = []
    xenVersions = []
    files = [:]
    let prediction = try BundlePrediction(path: "\(path)/predicted.json")
    let items = try Self.items(prediction, in: path)
    let passes = Self.passes(path, prediction.runs)
    for (index, (run, hasNestedPaging)) in passes.enumerated() {
      progress?(index, passes.count)
      guard var item = items[run.stream] else { continue }
      item.hasNestedPaging = hasNestedPaging
      try add(run, item, makePager)
    }
  }

  /// The runs with the paging that they were made with: as the bundle says, and with nested paging
  /// where such results are there.
  private static func passes(_ path: String, _ runs: [BundlePrediction.Run]) -> [(
    run: BundlePrediction.Run, hasNestedPaging: Bool
  )] {
    func exists(_ run: BundlePrediction.Run, _ hasNestedPaging: Bool) -> Bool {
      let folder = folder(path, run.id, hasNestedPaging)
      return ["", ".failed"].contains { FileManager.default.fileExists(atPath: folder + $0) }
    }
    let planned = runs.filter { $0.hap || exists($0, false) || !exists($0, true) }
    let others = runs.filter { !$0.hap && exists($0, true) }
    return planned.map { ($0, $0.hap) } + others.map { ($0, true) }
  }

  private static func folder(_ path: String, _ id: String, _ hasNestedPaging: Bool) -> String {
    "\(path)/results/\(id)" + (hasNestedPaging ? "-hap" : "")
  }

  /// The bundle's streams, which must be those that were predicted.
  private static func items(_ prediction: BundlePrediction, in path: String) throws -> [String:
    ReplayItem]
  {
    var items: [String: ReplayItem] = [:]
    for stream in prediction.streams {
      let file = "\(path)/streams/\(stream.name).replay"
      guard ReplayItem.isName(stream.name), try ReplayBundle.digest(file) == stream.sha256 else {
        throw InputError(
          file: file, reason: "is not the stream that predicted.json is about: it was changed")
      }
      items[stream.name] = ReplayItem(
        name: stream.name, stream: try ReplayStream(contentsOf: file),
        shadowMiB: prediction.runs.filter { $0.stream == stream.name }.map(\.shadowMib),
        hasNestedPaging: false)
    }
    for run in prediction.runs
    where items[run.stream]?.id(run.shadowMib) != run.id || !(1...65_536).contains(run.shadowMib) {
      throw InputError(
        file: "\(path)/predicted.json",
        reason: "the run '\(run.id)' is of no stream; was it changed?")
    }
    return items
  }

  private mutating func add(
    _ run: BundlePrediction.Run, _ item: ReplayItem, _ makePager: @escaping PagerFactory
  ) throws {
    let folder = Self.folder(path, run.id, item.hasNestedPaging)
    do throws(BundleRecord.Fault) {
      let kept = try BundleRecord(
        folder: folder, id: run.id, hasNestedPaging: item.hasNestedPaging)
      if !xenVersions.contains(kept.xenVersion) { xenVersions.append(kept.xenVersion) }
      try judge(kept.record, run, item, folder, makePager)
    } catch {
      faults.append(Self.fault(error, run.id, folder))
    }
  }

  private mutating func judge(
    _ record: HostRunRecord, _ run: BundlePrediction.Run, _ item: ReplayItem, _ folder: String,
    _ makePager: @escaping PagerFactory
  ) throws(BundleRecord.Fault) {
    if let text = record.perfText, !item.hasNestedPaging {
      do throws(InputError) {
        _ = try XenperfText(text: text, file: "\(folder)/xenperf.txt")
      } catch {
        throw .damaged(file: error.file, line: error.line, reason: error.reason)
      }
    }
    var result: HostRunResult
    do {
      result = try HostRunResult(
        item, shadowMiB: run.shadowMib, record: record, makePager: makePager)
    } catch {
      throw .failed("\(error)")
    }
    if item.hasNestedPaging { result.id += "-hap" }
    if Verification.compared.contains(where: {
      result.model.counters[$0] != run.counters[$0.xenName]
    }) {
      result.notes.append(
        "the model counts otherwise than predicted.json says: it has changed since, or the loader "
          + "put the stream elsewhere")
    }
    guard result.verdict != .unproven else {
      throw .damaged(
        file: "\(folder)/console.txt", line: nil, reason: result.reason ?? "lines are missing")
    }
    guard result.verdict != .failed else { throw .failed(result.reason ?? "it did not end well") }
    files[result.id] = "streams/\(item.name).replay"
    results.append(result)
  }

  private static func fault(_ fault: BundleRecord.Fault, _ id: String, _ folder: String) -> Fault {
    switch fault {
    case .missing:
      Fault(id: id, isDamaged: false, description: "\(folder): \(id) is missing: it was not run")
    case .failed(let reason):
      Fault(id: id, isDamaged: false, description: "\(folder): \(id) has failed: \(reason)")
    case .damaged(let file, let line, let reason):
      Fault(
        id: id, isDamaged: true,
        description: "\(InputError(file: file, line: line, reason: reason))")
    }
  }
}
