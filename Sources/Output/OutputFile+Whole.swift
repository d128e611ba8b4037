import Glibc

/// Outputs that are known as a whole, and looking ahead.
extension OutputFile {
  /// Writes an output at once.
  /// - Parameter mode: as for ``init(_:mode:)``
  /// - Throws: ``OutputError`` when it cannot be written; what was there is there still
  public static func write(_ text: String, to path: String, mode: UInt32? = nil)
    throws(OutputError)
  {
    let file = try OutputFile(path, mode: mode)
    try file.write(text)
    try file.commit()
  }

  /// Writes an output at once.
  /// - Parameter mode: as for ``init(_:mode:)``
  /// - Throws: ``OutputError`` when it cannot be written; what was there is there still
  public static func write(_ bytes: [UInt8], to path: String, mode: UInt32? = nil)
    throws(OutputError)
  {
    let file = try OutputFile(path, mode: mode)
    try file.write(bytes)
    try file.commit()
  }

  /// Whether there is a regular file at `path`, or where its links lead to, of an earlier output.
  public static func holdsContent(_ path: String) -> Bool {
    var status = stat()
    return path != standardOutput && stat(path, &status) == 0
      && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether an output can be put at `path`, as far as that can be told beforehand.
  /// - Throws: ``OutputError`` when it cannot
  public static func check(_ path: String) throws(OutputError) {
    switch try OutputTarget(path) {
    case .descriptor: break
    case .inPlace(let node):
      guard access(node, W_OK) == 0 else { throw OutputError(path, "cannot be written", errno) }
    case .file(let folder, _, let status):
      guard access(folder, W_OK | X_OK) == 0 else {
        throw OutputError(path, "cannot be written: folder \(folder)", errno)
      }
      guard status == nil || access(path, W_OK) == 0 else {
        throw OutputError(path, "cannot be written", errno)
      }
    }
  }
}
