public import XenTrace

/// Reads xentrace files, plain, gzip or xz, in constant memory.
public enum TraceFile {
  /// Bytes that are parsed at a time.
  static let bufferBytes = 1 << 20

  /// Gives every record of the file at `path` to `sink`.
  ///
  /// A damaged file is read as far as it goes; what was lost is in the result.
  /// - Throws: ``InputError`` when the file cannot be opened or read, or is no trace at all
  public static func read<Sink: TraceSink>(_ path: String, into sink: inout Sink)
    throws(InputError) -> TraceReadout
  {
    let source = try open(path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 16)
    defer { buffer.deallocate() }
    var parser = TraceParser()
    var kept = 0
    while true {
      let count = try source.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[kept...]))
      let filled = UnsafeRawBufferPointer(rebasing: buffer[..<(kept + count)])
      let used = parser.parse(filled, last: count == 0, into: &sink)
      kept = filled.count - used
      if count == 0 { break }
      if kept > 0, used > 0, let base = buffer.baseAddress {
        base.copyMemory(from: base + used, byteCount: kept)
      }
    }
    if source.isDamaged { parser.noteDamage(.compression) }
    guard parser.readout.windows > 0 else {
      throw InputError(
        file: path,
        reason: parser.readout.bytes == 0
          ? "is empty" : "is no xentrace file: no window header was found in it")
    }
    return parser.readout
  }

  /// Opens a file, or the bundled one of that name; its first bytes say how it is compressed.
  static func open(_ name: String) throws(InputError) -> any ByteSource {
    let path = BundledFiles.standard.path(of: name)
    let plain = try PlainSource(path: path)
    let head = try plain.peek(6)
    if head.starts(with: [0x1f, 0x8b]) { return try GzipSource(plain, path: path) }
    if head.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) {
      return try XZSource(plain, path: path)
    }
    return plain
  }

  /// Whether the name is a trace's, or the file begins as one.
  public static func isTrace(_ path: String) -> Bool {
    let endings = [".xentrace", ".xentrace.gz", ".xentrace.xz"]
    if endings.contains(where: path.hasSuffix) { return true }
    guard CaptureFile.exists(path), let source = try? open(path) else { return false }
    var head: UInt32 = 0
    let count = withUnsafeMutableBytes(of: &head) { (try? source.read(into: $0)) ?? 0 }
    return count == 4 && UInt32(littleEndian: head) == 0x2001_f003
  }
}
