import Files
import Foundation

/// Results that are compared as one side: files, all of a folder, those of a baseline.
public struct ResultSet: Sendable {
  /// The results, in the order of the paths.
  public let files: [ResultFile]

  /// The results at `paths`: a file with one, a baseline, or a folder whose `.json` files are read.
  /// - Throws: ``InputError`` for what cannot be read, and for a folder without results
  public init(paths: [String]) throws(InputError) {
    var files: [ResultFile] = []
    for path in paths {
      for file in try Self.files(at: path) { files += try ResultFile.all(path: file) }
    }
    self.files = files
  }

  /// A folder's `.json` files by name; a file itself.
  private static func files(at path: String) throws(InputError) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { return [path] }
    let names: [String]
    do {
      names = try InputFolder.names(in: path)
    } catch { throw InputError(error) }
    let results = names.filter { $0.hasSuffix(".json") }
    guard !results.isEmpty else {
      throw InputError(file: path, reason: "is a folder without any .json file")
    }
    let separator = path.hasSuffix("/") ? "" : "/"
    return results.map { path + separator + $0 }
  }
}
