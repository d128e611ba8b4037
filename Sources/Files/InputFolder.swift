import Glibc

/// A folder that is read.
package enum InputFolder {
  /// The names in the folder at `path`, sorted, without `.` and `..`.
  ///
  /// The C functions are `opendir`, `readdir` and `closedir`.
  /// - Throws: ``FileError`` when it cannot be read
  package static func names(in path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw failure(path, errno) }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw failure(path, errno) }
    return names.sorted()
  }

  private static func failure(_ path: String, _ code: Int32) -> FileError {
    FileError(
      file: path, reason: "the folder cannot be read: \(String(cString: strerror(code)))")
  }
}
