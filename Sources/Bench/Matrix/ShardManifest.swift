import Digests
import Foundation

/// What a shard's folder says about the whole matrix: all cells, in order, and which part this is.
///
/// With it results can be merged where neither the matrix file nor its inputs are.
public struct ShardManifest: Codable, Sendable {
  /// A cell of the matrix.
  public struct Cell: Codable, Hashable, Sendable {
    /// Its id.
    public var id: String
    /// The digest of everything that decides its result.
    public var digest: String
  }

  var schemaVersion = JSONResult.schemaVersion
  /// The matrix's name.
  public var matrix: String
  /// The digest of ``cells``: equal for all shards of a matrix.
  public var matrixDigest: String
  /// Which shard, from 1.
  public var shard: Int
  /// How many shards.
  public var of: Int
  /// All cells of the matrix.
  public var cells: [Cell]

  /// The manifest of a plan's part.
  public init(_ plan: MatrixPlan, shard: MatrixShard) {
    matrix = plan.matrix.name
    self.shard = shard.number
    of = shard.count
    cells = plan.items.map { Cell(id: $0.id, digest: $0.digest) }
    matrixDigest = Self.digest(matrix, cells)
  }

  /// The manifest in the file at `path`.
  init(path: String) throws(InputError) {
    let bytes = try TextFile.bytes(of: path)
    guard
      let manifest = try? JSONResult.decode(
        Self.self, from: String(decoding: bytes, as: UTF8.self)),
      MatrixShard("\(manifest.shard)/\(manifest.of)") != nil,
      manifest.matrixDigest == Self.digest(manifest.matrix, manifest.cells)
    else { throw InputError(file: path, reason: "is damaged: it is not what was written") }
    self = manifest
  }

  /// The part.
  var part: MatrixShard { MatrixShard(number: shard, count: of) }

  /// The file's name in a shard's folder.
  static func fileName(_ shard: MatrixShard) -> String {
    "shard-\(shard.number)-of-\(shard.count).json"
  }

  /// The part whose manifest a file of that name is; nil for other files.
  static func part(fileName: String) -> MatrixShard? {
    guard fileName.hasPrefix("shard-"), fileName.hasSuffix(".json") else { return nil }
    let middle = fileName.dropFirst("shard-".count).dropLast(".json".count)
    let shard = MatrixShard(middle.replacingOccurrences(of: "-of-", with: "/"))
    return shard.flatMap { Self.fileName($0) == fileName ? $0 : nil }
  }

  private static func digest(_ name: String, _ cells: [Cell]) -> String {
    var hash = SHA256()
    hash.add(field: name.utf8)
    for cell in cells {
      hash.add(field: cell.id.utf8)
      hash.add(field: cell.digest.utf8)
    }
    return hash.finish()
  }
}
