import CZLIB

/// A gzip file, decompressed on the way; several members one after the other are one file.
final class GzipSource: ByteSource {
  private let source: any ByteSource
  private var stream = z_stream()
  private let chunk = UnsafeMutableRawBufferPointer.allocate(
    byteCount: InputFile.chunkBytes, alignment: 16)
  private var isOver = false
  private var isBetweenMembers = false
  private(set) var damage: String?

  /// Starts the decompressor.
  ///
  /// The C function is `inflateInit2_`: 31 is the largest window and the gzip form.
  init(_ source: any ByteSource, name: String) throws(FileError) {
    self.source = source
    guard
      inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw FileError(file: name, reason: "the gzip decoder cannot be started: out of memory")
    }
  }

  deinit {
    inflateEnd(&stream)
    chunk.deallocate()
  }

  /// The C functions are `inflate` and `inflateReset`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let room = UInt32(clamping: buffer.count)
    stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = room
    while !isOver && stream.avail_out > 0 {
      if stream.avail_in == 0 {
        let count = try source.read(into: chunk)
        if count == 0 {
          isOver = true
          if !isBetweenMembers { damage = "the gzip data end too early: the file is cut short" }
          break
        }
        stream.next_in = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(count)
      }
      if isBetweenMembers { inflateReset(&stream) }
      let wasBetween = isBetweenMembers
      isBetweenMembers = false
      switch inflate(&stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: isBetweenMembers = true
      default:
        // Anything but a member after the last one is padding, as gzip itself has it.
        isOver = true
        if !wasBetween { damage = "the gzip data are corrupt" }
      }
    }
    return Int(room - stream.avail_out)
  }
}
