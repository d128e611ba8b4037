import Glibc

/// Reads whole text files, with an error that says what is wrong with each kind of bad one.
enum TextFile {
  /// The longest file that is read, bytes.
  static let byteLimit = 16 << 20

  /// The text of the file at `path`, which must be UTF-8; a byte order mark is left out.
  static func read(_ path: String) throws(InputError) -> String {
    try text(of: bytes(of: path), file: path)
  }

  /// The bytes of the file at `path`.
  static func bytes(of path: String) throws(InputError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw InputError(file: path, reason: "this is no file name")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "cannot be opened", errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be read", errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw InputError(file: path, reason: "is a directory; name a file in it")
    }
    let limit = byteLimit
    guard Int(status.st_size) <= limit else { throw tooLong(path) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(max(0, Int(status.st_size)))
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, "cannot be read", errno)
      }
      bytes.append(contentsOf: chunk[0..<count])
      guard bytes.count <= limit else { throw tooLong(path) }
    }
  }

  /// `bytes` as text.
  static func text(of bytes: [UInt8], file: String) throws(InputError) -> String {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let text = String(validating: bytes[start...], as: UTF8.self) else {
      let line = firstBadLine(bytes[start...])
      throw InputError(
        file: file, line: line, reason: "bytes that are not UTF-8; save the file as UTF-8")
    }
    return text
  }

  private static func firstBadLine(_ bytes: ArraySlice<UInt8>) -> Int {
    var line = 1
    for content in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      if String(validating: content, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }

  private static func tooLong(_ path: String) -> InputError {
    InputError(
      file: path, reason: "is larger than \(byteLimit >> 20) MiB, the most that is read")
  }

  private static func failure(_ path: String, _ what: String, _ code: Int32) -> InputError {
    let text = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    return InputError(file: path, reason: "\(what): \(text)")
  }
}
