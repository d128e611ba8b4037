import Files
public import XenTrace

/// Reads xentrace files, plain or compressed, in constant memory.
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
      let count = try fill(UnsafeMutableRawBufferPointer(rebasing: buffer[kept...]), from: source)
      let filled = UnsafeRawBufferPointer(rebasing: buffer[..<(kept + count)])
      let used = parser.parse(filled, last: count == 0, into: &sink)
      kept = filled.count - used
      if count == 0 { break }
      if kept > 0, used > 0, let base = buffer.baseAddress {
        base.copyMemory(from: base + used, byteCount: kept)
      }
    }
    if source.damage != nil { parser.noteDamage(.compression) }
    guard parser.readout.windows > 0 else {
      throw InputError(
        file: path,
        reason: parser.readout.bytes == 0
          ? "is empty" : "is no xentrace file: no window header was found in it")
    }
    return parser.readout
  }

  /// Opens a file, or the bundled one of that name.
  private static func open(_ name: String) throws(InputError) -> InputFile {
    do { return try InputFile(name) } catch { throw InputError(error) }
  }

  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from file: InputFile
  ) throws(InputError) -> Int {
    do { return try file.fill(buffer) } catch { throw InputError(error) }
  }

  /// Whether the name is a trace's, or the file begins as one.
  public static func isTrace(_ name: String) -> Bool {
    if Compression.plainName(name).hasSuffix(ending) { return true }
    guard InputFile.exists(name), let head = try? InputFile.head(of: name, 4) else { return false }
    return isTrace(head: head)
  }

  /// The ending of a trace's name, but for that of a compression.
  static let ending = ".xentrace"

  /// Whether a file that begins with `head`, decompressed, is a trace: its first record is a
  /// window's.
  static func isTrace(head: [UInt8]) -> Bool { head.starts(with: [0x03, 0xF0, 0x01, 0x20]) }
}
