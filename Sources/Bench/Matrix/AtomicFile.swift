import Glibc

/// A file that is there as a whole or not at all: written under another name, then renamed.
public final class AtomicFile {
  private let path: String
  private let partial: String
  private var descriptor: Int32

  /// Begins a file at `path`; what is there stays until ``commit()``.
  init(_ path: String) throws(OutputError) {
    self.path = path
    partial = "\(path).part"
    descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(partial, "cannot be written", errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(partial)
  }

  /// Whether a file can be put at `path`, as far as that can be told beforehand.
  public static func check(_ path: String) throws(OutputError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw OutputError(file: path, reason: "is a folder; name a file in it")
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard access(folder, W_OK | X_OK) == 0 else {
      throw failure(path, "cannot be written: folder \(folder)", errno)
    }
  }

  /// Writes a file at once.
  public static func write(_ text: String, to path: String) throws(OutputError) {
    let file = try AtomicFile(path)
    try file.write(text)
    try file.commit()
  }

  /// Adds text.
  func write(_ text: String) throws(OutputError) {
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let count = bytes[position...].withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(partial, "cannot be written", errno) }
      position += count
    }
  }

  /// Puts the file in its place, on the disk.
  func commit() throws(OutputError) {
    guard fsync(descriptor) == 0 else { throw Self.failure(partial, "cannot be written", errno) }
    close(descriptor)
    descriptor = -1
    guard rename(partial, path) == 0 else {
      throw Self.failure(path, "cannot be put in place", errno)
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(OutputError) {
    var length = path.startIndex
    while length < path.endIndex {
      length = path[length...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      let folder = String(path[..<length])
      guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
        throw failure(folder, "cannot be made", errno)
      }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw OutputError(file: path, reason: "is not a folder")
    }
  }

  private static func failure(_ path: String, _ what: String, _ code: Int32) -> OutputError {
    let text = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    return OutputError(file: path, reason: "\(what): \(text)")
  }
}
