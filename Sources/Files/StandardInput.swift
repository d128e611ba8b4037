import Glibc
import Synchronization

/// Standard input as a file that can be read more than once.
///
/// A regular file is opened again; what comes through a pipe is kept in a file without a name,
/// which goes when the program ends.
enum StandardInput {
  /// What was read from a pipe: the descriptor of the file without a name, -1 before.
  private static let kept = Mutex<Int32>(-1)
  private static let name = InputFile.standardInput

  /// Opens it, from the start.
  ///
  /// The C functions are `fstat`, `isatty` and `open`.
  static func open() throws(FileError) -> PlainSource {
    var status = stat()
    guard fstat(STDIN_FILENO, &status) == 0 else {
      throw FileError(file: name, reason: "standard input is closed; give a file")
    }
    if isatty(STDIN_FILENO) == 1 {
      throw FileError(
        file: name, reason: "standard input is a terminal; pipe a file into the command")
    }
    if status.st_mode & S_IFMT == S_IFREG { return try again(STDIN_FILENO) }
    return try again(
      kept.withLock { kept throws(FileError) in
        if kept < 0 { kept = try keep() }
        return kept
      })
  }

  /// A new description of an open file, at its start.
  private static func again(_ descriptor: Int32) throws(FileError) -> PlainSource {
    try PlainSource(path: "/proc/self/fd/\(descriptor)", name: name)
  }

  /// Copies standard input into a file without a name.
  ///
  /// The C functions are `open` with `O_TMPFILE`, else `mkstemp`, and `write`.
  private static func keep() throws(FileError) -> Int32 {
    let temporary = 0o20200000 as Int32  // O_TMPFILE of x86-64, a macro that is not imported
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var descriptor = Glibc.open(folder, temporary | O_RDWR | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      var path = Array("\(folder)/shadowbench-XXXXXX".utf8CString)
      descriptor = mkstemp(&path)
      if descriptor >= 0 { unlink(path) }
    }
    guard descriptor >= 0 else {
      throw FileError(
        file: name, reason: "standard input cannot be kept in \(folder): \(systemReason())")
    }
    let chunk = UnsafeMutableRawBufferPointer.allocate(
      byteCount: InputFile.chunkBytes, alignment: 16)
    defer { chunk.deallocate() }
    let source = PlainSource(descriptor: dup(STDIN_FILENO), name: name)
    while true {
      let count = try source.read(into: chunk)
      if count == 0 { return descriptor }
      var written = 0
      while written < count {
        let part = write(descriptor, chunk.baseAddress.map { $0 + written }, count - written)
        if part < 0 && errno == EINTR { continue }
        guard part > 0 else {
          let reason = systemReason()
          close(descriptor)
          throw FileError(
            file: name, reason: "standard input cannot be kept in \(folder): \(reason)")
        }
        written += part
      }
    }
  }

  private static func systemReason() -> String { String(cString: strerror(errno)) }
}
