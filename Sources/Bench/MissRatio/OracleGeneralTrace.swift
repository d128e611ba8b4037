import Glibc

/// A trace of requests in the `oracleGeneral` format, read in blocks.
///
/// Records of 24 bytes without gaps, little endian: `u32` seconds, `u64` object identifier, `u32`
/// object size in bytes, `i64` the index of the object's next request. Pipes are read as well.
struct OracleGeneralTrace: ~Copyable {
  /// Bytes of a record.
  static let recordBytes = 24
  /// Where in a record the object's identifier lies.
  static let identifierOffset = 4
  /// Records of a block: a quarter of a MiB stays in the second-level cache.
  static let blockRecords = 1 << 13

  /// Records of the file; nil where only its end will tell.
  let recordCount: Int?
  private let path: String
  private let descriptor: Int32

  /// Opens the trace at `path`.
  init(path: String) throws(InputError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw InputError(file: path, reason: "this is no file name")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be opened") }
    let count: Int?
    do throws(InputError) {
      count = try Self.countRecords(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    recordCount = count
  }

  deinit { close(descriptor) }

  /// Calls `body` with one block after the other, whole records each.
  func forEachBlock(_ body: (borrowing RawSpan) throws -> Void) throws {
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.blockRecords * Self.recordBytes, alignment: 4096)
    defer { block.deallocate() }
    var offset = 0
    while true {
      let count = try fill(block, offset: offset)
      let bytes = UnsafeRawBufferPointer(rebasing: block[..<count])
      if offset == 0 {
        guard count > 0 else { throw InputError(file: path, reason: "is empty") }
        try Self.checkCompression(bytes.prefix(8), path)
      }
      offset += count
      guard count % Self.recordBytes == 0 else { throw Self.truncated(path, bytes: offset) }
      if count > 0 { try body(bytes.bytes) }
      if count < block.count { return }
    }
  }

  /// Reads until `block` is full or the file ends; `offset` is where the block lies in the file.
  private func fill(
    _ block: UnsafeMutableRawBufferPointer, offset: Int
  ) throws(InputError) -> Int {
    var filled = 0
    while filled < block.count {
      let room = UnsafeMutableRawBufferPointer(rebasing: block[filled...])
      let count = read(descriptor, room.baseAddress, room.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure(path, "cannot be read at byte \(offset + filled)")
      }
      filled += count
    }
    return filled
  }

  /// Records of a file, so that a bad end is found before the work; nil for what is no plain file.
  private static func countRecords(_ descriptor: Int32, _ path: String) throws(InputError) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be read") }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw InputError(file: path, reason: "is a directory; name a file in it")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    let bytes = Int(status.st_size)
    if bytes % recordBytes != 0 {
      var start = [UInt8](repeating: 0, count: 8)
      let count = pread(descriptor, &start, start.count, 0)
      try checkCompression(start.prefix(max(0, count)), path)
      throw truncated(path, bytes: bytes)
    }
    return bytes / recordBytes
  }

  /// Refuses what is compressed: its records would be noise.
  private static func checkCompression(
    _ start: some Sequence<UInt8>, _ path: String
  ) throws(InputError) {
    let formats: [(name: String, bytes: [UInt8])] = [
      ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
      ("gzip", [0x1F, 0x8B, 8]),
    ]
    for format in formats where start.starts(with: format.bytes) {
      throw InputError(
        file: path,
        reason: "is compressed; run '\(format.name) -dc FILE | shadowbench mrc /dev/stdin'")
    }
  }

  private static func truncated(_ path: String, bytes: Int) -> InputError {
    let rest = bytes % recordBytes
    return InputError(
      file: path,
      reason: "the record at byte \(bytes - rest) has \(rest) of \(recordBytes) bytes: "
        + "the file is cut short, or not in the oracleGeneral format")
  }

  private static func failure(_ path: String, _ what: String) -> InputError {
    InputError(file: path, reason: "\(what): \(String(cString: strerror(errno)))")
  }
}
