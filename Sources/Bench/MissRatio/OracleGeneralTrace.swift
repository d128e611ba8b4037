import Files

/// A trace of requests in the `oracleGeneral` format, read in blocks.
///
/// Records of 24 bytes without gaps, little endian: `u32` seconds, `u64` object identifier, `u32`
/// object size in bytes, `i64` the index of the object's next request. Compressed ones and pipes
/// are read as well.
struct OracleGeneralTrace: ~Copyable {
  /// Bytes of a record.
  static let recordBytes = 24
  /// Where in a record the object's identifier lies.
  static let identifierOffset = 4
  /// Records of a block: a quarter of a MiB stays in the second-level cache.
  static let blockRecords = 1 << 13

  /// Records of the file; nil where only its end will tell.
  let recordCount: Int?
  private let file: InputFile

  /// Opens the trace at `path`, plain or compressed; `-` is standard input.
  init(path: String) throws(InputError) {
    let file = try Self.open(path)
    if let bytes = file.byteCount, bytes % Self.recordBytes != 0 {
      throw Self.truncated(path, bytes: bytes)
    }
    recordCount = file.byteCount.map { $0 / Self.recordBytes }
    self.file = file
  }

  /// Calls `body` with one block after the other, whole records each.
  func forEachBlock(_ body: (borrowing RawSpan) throws -> Void) throws {
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.blockRecords * Self.recordBytes, alignment: 4096)
    defer { block.deallocate() }
    var offset = 0
    while true {
      let count = try fill(block)
      offset += count
      if count < block.count, let damage = file.damage {
        throw InputError(
          file: file.name, reason: "\(damage), after \(offset) bytes; copy it again")
      }
      if offset == 0 { throw InputError(file: file.name, reason: "is empty") }
      guard count % Self.recordBytes == 0 else { throw Self.truncated(file.name, bytes: offset) }
      if count > 0 { try body(UnsafeRawBufferPointer(rebasing: block[..<count]).bytes) }
      if count < block.count { return }
    }
  }

  private static func open(_ path: String) throws(InputError) -> InputFile {
    do { return try InputFile(path) } catch { throw InputError(error) }
  }

  private func fill(_ block: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    do { return try file.fill(block) } catch { throw InputError(error) }
  }

  private static func truncated(_ path: String, bytes: Int) -> InputError {
    let rest = bytes % recordBytes
    return InputError(
      file: path,
      reason: "the record at byte \(bytes - rest) has \(rest) of \(recordBytes) bytes: "
        + "the file is cut short, or not in the oracleGeneral format")
  }
}
