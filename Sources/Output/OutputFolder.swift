import Glibc

/// Folders for outputs.
public enum OutputFolder {
  /// Makes a folder and those above it.
  /// - Throws: ``OutputError`` when one cannot be made, or something else has its name
  public static func make(_ path: String) throws(OutputError) {
    var length = path.startIndex
    while length < path.endIndex {
      length = path[length...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      let folder = String(path[..<length])
      guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
        throw OutputError(folder, "cannot be made", errno)
      }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw OutputError(file: path, reason: "is not a folder")
    }
  }

  /// Makes a folder beside `path`, of a name that nobody can foretell, in which what shall be at
  /// `path` is made; ``put(_:at:)`` puts it there.
  /// - Throws: ``OutputError`` when it cannot be made
  public static func makeBeside(_ path: String) throws(OutputError) -> String {
    let above = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    if above.count > 1 { try make(String(above.dropLast())) }
    var bytes = Array("\(above).shadowbench-XXXXXX".utf8CString)
    guard mkdtemp(&bytes) != nil else {
      throw OutputError(path, "cannot be made", errno)
    }
    let folder = String(
      decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard chmod(folder, 0o755) == 0 else { throw OutputError(path, "cannot be made", errno) }
    return folder
  }

  /// Puts a folder of ``makeBeside(_:)`` in its place, where there must be nothing.
  /// - Throws: ``OutputError`` when there is something, or it cannot be put there
  public static func put(_ folder: String, at path: String) throws(OutputError) {
    // Between the two calls an empty folder could come to be there, and would be replaced; rename
    // replaces nothing else by a folder.
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw OutputError(path, "cannot be put in place", EEXIST)
    }
    if rename(folder, path) == 0 { return }
    throw OutputError(path, "cannot be put in place", errno)
  }
}
