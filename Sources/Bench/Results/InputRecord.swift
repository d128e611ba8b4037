import Digests
import Files

/// The input in a result, with the digest of its files.
struct InputRecord: Codable, Hashable {
  /// A file of the input.
  struct File: Codable, Hashable {
    /// The path, as it was given.
    var path: String
    /// SHA-256 of the bytes on the disk.
    var sha256: String
  }

  /// The input as it was given.
  var name: String
  /// What it is.
  var kind: String
  /// SHA-256 of the digests of all files, in order; nil for an input without files.
  var sha256: String?
  /// Its files.
  var files: [File]
  /// What the input lacks or contradicts itself in, a sentence each; nil where nothing is known.
  var losses: [String]?

  /// SHA-256 of the file at `path`, however long it is.
  static func digest(_ path: String) throws(InputError) -> String {
    var hash = SHA256()
    do { try InputFile.forEachPiece(of: path) { hash.add($0) } } catch { throw InputError(error) }
    return hash.finish()
  }

  /// The record of `input`; reads its files.
  /// - Complexity: O(bytes of the files)
  init(_ input: WorkloadInput) throws(InputError) {
    name = input.name
    kind = input.kind
    losses = input.losses.isEmpty ? nil : input.losses
    files = []
    for path in input.files {
      files.append(File(path: path, sha256: try Self.digest(path)))
    }
    sha256 = files.isEmpty ? nil : SHA256.hex(files.map(\.sha256).joined().utf8)
  }
}
