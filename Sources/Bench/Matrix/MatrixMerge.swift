import Foundation
import Output

/// Shards' folders looked through: either every cell has its result, or it is said what is wrong.
public struct MatrixMerge: Sendable {
  /// What keeps shards from being merged, each with how to put it right.
  public private(set) var faults: [String] = []
  /// The results that can be used.
  public var cellCount: Int { paths.count }

  private let manifest: ShardManifest
  /// The file of each cell's result, by place.
  private var paths: [Int: String] = [:]

  /// Looks through the folders of shards.
  /// - Throws: ``InputError`` when there is nothing in them that could be merged
  public init(folders: [String]) throws(InputError) {
    var manifests: [(folder: String, manifest: ShardManifest)] = []
    var damaged: [String] = []
    let stores = folders.map(CellStore.init)
    for store in stores {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: store.folder)) ?? []
      for name in names.sorted() {
        guard let part = ShardManifest.part(fileName: name) else { continue }
        do throws(InputError) {
          manifests.append((store.folder, try ShardManifest(path: "\(store.folder)/\(name)")))
        } catch {
          damaged.append("shard \(part): \(error)")
        }
      }
    }
    guard let first = manifests.first else {
      throw InputError(
        file: folders.joined(separator: ", "),
        reason: damaged.first ?? "no shard there; give folders that 'sweep --matrix' wrote")
    }
    manifest = first.manifest
    faults = damaged
    let others = manifests.filter { $0.manifest.matrixDigest != manifest.matrixDigest }
    for other in others {
      faults.append(
        "shard \(other.manifest.part) in \(other.folder) is of another matrix, or of other inputs, "
          + "than shard \(manifest.part) in \(first.folder)")
    }
    guard others.isEmpty else { return }
    let most = manifests.map(\.manifest.of).max() ?? 1
    find(stores, parts: Set(manifests.map(\.manifest.part)), shards: most)
  }

  /// Finds every cell's result, and says which shards lack some.
  private mutating func find(_ stores: [CellStore], parts: Set<MatrixShard>, shards: Int) {
    var complaints: [Int: [String]] = [:]
    for (index, cell) in manifest.cells.enumerated() {
      if let complaint = find(cell, index, in: stores) {
        complaints[index % shards, default: []].append(complaint)
      }
    }
    for (shard, list) in complaints.sorted(by: { $0.key < $1.key }) {
      let part = MatrixShard(number: shard + 1, count: shards)
      let state = parts.contains(part) ? "incomplete" : "missing"
      faults.append(
        "shard \(part) is \(state), \(list.count) of its cells to do: \(list[0]); "
          + "run it again alone: --shard \(part)")
    }
  }

  /// Finds one cell's result; what is wrong if there is none, or two that differ.
  private mutating func find(
    _ cell: ShardManifest.Cell, _ index: Int, in stores: [CellStore]
  ) -> String? {
    var found: String?
    var complaint = "no result of cell \(cell.id)"
    for store in stores {
      let path = store.path(cell.id)
      do throws(CellFile.Fault) {
        let file = try CellFile(path: path, id: cell.id, digest: cell.digest)
        if let found, found != file.stamp.sha256 {
          return "\(path) differs from another result of the same cell"
        }
        found = file.stamp.sha256
        paths[index] = path
      } catch {
        switch error {
        case .missing: break
        case .damaged(let reason): complaint = "\(path) is damaged: \(reason)"
        case .otherInputs: complaint = "\(path) is of other inputs"
        }
      }
    }
    return found == nil ? complaint : nil
  }

  /// Writes the merged result; there must be no ``faults``.
  public func write(to sink: (String) throws -> Void) throws {
    precondition(faults.isEmpty, "only complete shards are merged")
    try MatrixResult.write(
      matrix: manifest.matrix, digest: manifest.matrixDigest, count: manifest.cells.count,
      line: { index in
        let cell = manifest.cells[index]
        return try CellFile(path: paths[index] ?? "", id: cell.id, digest: cell.digest).result
      }, to: sink)
  }

  /// Writes the merged result to a file, as a whole or not at all.
  public func write(path: String) throws {
    let file = try OutputFile(path)
    try write { text in try file.write(text) }
    try file.commit()
  }
}
