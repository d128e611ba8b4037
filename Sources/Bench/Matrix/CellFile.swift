import Digests
import Foundation

/// A cell's file: two lines of JSON.
///
/// The first says what the result is of and how it was made; the second is the result, the same
/// bytes on every machine.
struct CellFile {
  /// The first line.
  struct Stamp: Codable {
    var schemaVersion = JSONResult.schemaVersion
    /// The cell.
    var id: String
    /// The digest of everything that decides the result.
    var digest: String
    /// SHA-256 of the result's line.
    var sha256: String
    /// The program's version.
    var version = Product.version
    /// Elapsed time of the sweep.
    var seconds: Double
    /// The machine.
    var environment: RunEnvironment?
  }

  /// Why there is no result.
  enum Fault: Error, Hashable {
    /// No file.
    case missing
    /// A file, but not what was written.
    case damaged(String)
    /// A whole file of other inputs, settings or another version.
    case otherInputs
  }

  /// The first line.
  var stamp: Stamp
  /// The second line.
  var result: String

  /// A result as it is about to be written.
  init(
    result: String, id: String, digest: String, seconds: Double,
    environment: RunEnvironment? = nil
  ) {
    self.result = result
    stamp = Stamp(
      id: id, digest: digest, sha256: SHA256.hex(result.utf8), seconds: seconds,
      environment: environment)
  }

  /// The file's text.
  func text() throws -> String { "\(try JSONResult.line(stamp))\n\(result)\n" }

  /// The file at `path`, which must be the result of `id` with `digest`.
  init(path: String, id: String, digest: String) throws(Fault) {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing }
    let text: String
    do throws(InputError) {
      text = try TextFile.read(path)
    } catch {
      throw .damaged(error.reason)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 3, lines[2].isEmpty else {
      throw .damaged("expected two lines and their ends, found \(lines.count - 1)")
    }
    do {
      stamp = try JSONResult.decode(Stamp.self, from: lines[0])
    } catch {
      throw .damaged("the first line is not what was written")
    }
    result = String(lines[1])
    guard stamp.sha256 == SHA256.hex(result.utf8) else {
      throw .damaged("the result does not agree with its checksum")
    }
    guard stamp.id == id else { throw .damaged("it is the result of \(stamp.id)") }
    guard stamp.digest == digest else { throw .otherInputs }
  }
}
