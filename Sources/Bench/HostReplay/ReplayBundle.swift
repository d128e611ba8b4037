import Digests
import Foundation
public import GuestModel
import Output
import ShadowModel

/// A folder that runs streams on a host where nothing of this is installed, and brings back what
/// Xen counted: kernels, streams, configurations, a script, and the model's counters beforehand.
///
/// The same streams and kernels give the same bytes.
public struct ReplayBundle: Sendable {
  /// The streams, each with its sizes.
  public var items: [ReplayItem]
  /// The kernels' files by the mode that they are for.
  public var kernels: [PagingMode: String]

  /// A bundle of these streams.
  /// - Throws: ``InputError`` when two streams have the same name, or a size is given twice
  public init(items: [ReplayItem], kernels: [PagingMode: String]) throws(InputError) {
    self.items = items
    self.kernels = kernels
    var names: Set<String> = []
    for item in items {
      guard ReplayItem.isName(item.name) else {
        throw InputError(
          file: "'\(item.name)'",
          reason: "is no name for a stream: give letters, digits and hyphens, at most 60")
      }
      guard names.insert(item.name).inserted else {
        throw InputError(file: item.name, reason: "two streams have this name")
      }
      guard Set(item.shadowMiB).count == item.shadowMiB.count else {
        throw InputError(file: item.name, reason: "a size is given twice")
      }
    }
  }

  /// Writes the bundle as a new folder, whole or not at all.
  /// - Parameters:
  ///   - progress: hears how many runs were predicted; throws to stop
  /// - Throws: ``InputError`` when something is at `path`; ``OutputError``
  public func write(
    to path: String, makePager: @escaping PagerFactory,
    progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws {
    let manager = FileManager.default
    let path = URL(fileURLWithPath: path).standardizedFileURL.path
    guard !manager.fileExists(atPath: path) else {
      throw InputError(file: path, reason: "is there already; give the name of a new folder")
    }
    let partial = try OutputFolder.makeBeside(path)
    defer { try? manager.removeItem(atPath: partial) }
    for folder in ["kernels", "streams", "configs"] {
      try OutputFolder.make("\(partial)/\(folder)")
    }
    for mode in Set(items.map(\.stream.shape.mode)).sorted(by: { $0.rawValue < $1.rawValue }) {
      try copyKernel(mode, to: "\(partial)/kernels/\(ReplayKernel.fileName(mode))")
    }
    let prediction = try predicted(in: partial, makePager, progress)
    for (size, item) in runs {
      let id = item.id(size)
      let text = try item.configuration(
        size, domain: Self.domainName(id),
        kernel: "kernels/\(ReplayKernel.fileName(item.stream.shape.mode))",
        module: "streams/\(item.name).replay")
      try OutputFile.write(text, to: "\(partial)/configs/\(id).cfg")
    }
    try OutputFile.write(prediction.text(), to: "\(partial)/predicted.json")
    try OutputFile.write(
      runs.map { "\($1.id($0)) \(Self.domainName($1.id($0)))\n" }.joined(),
      to: "\(partial)/runs.txt")
    try OutputFile.write(BundleScript.text, to: "\(partial)/run.sh")
    try OutputFile.write(BundleScript.faults, to: "\(partial)/faults.py")
    try OutputFile.write(BundleReadme.text(self), to: "\(partial)/README.txt")
    do {
      try manager.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(partial)/run.sh")
    } catch {
      throw OutputError(file: path, reason: "cannot be put in place: run.sh cannot be executable")
    }
    try OutputFolder.put(partial, at: path)
  }

  /// All runs: every stream at every of its sizes.
  var runs: [(shadowMiB: Int, item: ReplayItem)] {
    items.flatMap { item in item.shadowMiB.map { ($0, item) } }
  }

  /// The name of a run's domain.
  static func domainName(_ id: String) -> String { "replay-\(id)" }

  private func copyKernel(_ mode: PagingMode, to path: String) throws {
    guard let file = kernels[mode] else {
      throw InputError(file: "kernels", reason: "there is none for \(mode.name)")
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw InputError(file: file, reason: "cannot be read; 'make guest' makes the kernels")
    }
    try OutputFile.write([UInt8](data), to: path)
  }

  /// Writes the streams and works out what the model counts in every run.
  private func predicted(
    in folder: String, _ makePager: @escaping PagerFactory,
    _ progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws -> BundlePrediction {
    var prediction = BundlePrediction(streams: [], runs: [])
    let total = runs.count
    for item in items {
      let file = "streams/\(item.name).replay"
      try item.stream.write(to: "\(folder)/\(file)")
      let shape = item.stream.shape
      prediction.streams.append(
        BundlePrediction.Stream(
          name: item.name, file: file, sha256: try Self.digest("\(folder)/\(file)"),
          mode: shape.mode.name, memoryMib: shape.memoryMiB, vcpus: shape.vcpus,
          phases: item.stream.expected.map(BundlePrediction.Phase.init)))
      for size in item.shadowMiB {
        try progress(prediction.runs.count, total)
        let point = try item.model(size, makePager: makePager)
        prediction.runs.append(
          BundlePrediction.Run(
            id: item.id(size), stream: item.name, shadowMib: size, hap: item.hasNestedPaging,
            crashes: point.isCrashed,
            counters: Dictionary(
              uniqueKeysWithValues: Verification.compared.map {
                ($0.xenName, point.counters[$0])
              })))
      }
    }
    return prediction
  }

  /// The SHA-256 of a file.
  static func digest(_ path: String) throws(InputError) -> String {
    try InputRecord.digest(path)
  }
}
