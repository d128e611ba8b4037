import Output

/// A folder that keeps a shard's results: its manifest and a file for each finished cell.
public struct CellStore: Sendable {
  /// The folder.
  public let folder: String

  /// The results in `folder`, which need not be there yet.
  public init(folder: String) {
    var folder = folder
    while folder.count > 1 && folder.hasSuffix("/") { folder.removeLast() }
    self.folder = folder
  }

  /// Makes the folder and says in it which part of which matrix it holds.
  func begin(_ plan: MatrixPlan, shard: MatrixShard) throws {
    try OutputFolder.make("\(folder)/cells")
    try OutputFile.write(
      JSONResult.encode(ShardManifest(plan, shard: shard)) + "\n",
      to: "\(folder)/\(ShardManifest.fileName(shard))")
  }

  /// Where the result of a cell is.
  func path(_ id: String) -> String { "\(folder)/cells/\(id).jsonl" }

  /// The result of a cell; nil when it is not there, not whole, or of other inputs.
  func result(_ item: MatrixPlan.Item) -> String? {
    try? CellFile(path: path(item.id), id: item.id, digest: item.digest).result
  }

  /// Keeps a result: from here on a crash cannot lose it.
  func keep(_ file: CellFile) throws {
    try OutputFile.write(try file.text(), to: path(file.stamp.id))
  }
}
