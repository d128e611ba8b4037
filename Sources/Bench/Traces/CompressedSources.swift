import CLZMA
import CZLIB

/// What both decompressors need: a piece of the compressed file.
private let chunkBytes = 1 << 18

/// A gzip file, decompressed on the way; several members one after the other are one file.
final class GzipSource: ByteSource {
  private let source: any ByteSource
  private var stream = z_stream()
  private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
  private var isOver = false
  private var isBetweenMembers = false
  private(set) var isDamaged = false

  /// Starts the decompressor.
  ///
  /// The C function is `inflateInit2_`: 31 is the largest window and the gzip form.
  init(_ source: any ByteSource, path: String) throws(InputError) {
    self.source = source
    guard
      inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw InputError(file: path, reason: "the gzip decoder cannot be started: out of memory")
    }
  }

  deinit {
    inflateEnd(&stream)
    chunk.deallocate()
  }

  /// The C functions are `inflate` and `inflateReset`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(buffer.count)
    while !isOver && stream.avail_out > 0 {
      if stream.avail_in == 0 {
        let count = try source.read(into: chunk)
        if count == 0 {
          isOver = true
          isDamaged = !isBetweenMembers
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
        isDamaged = !wasBetween
      }
    }
    return buffer.count - Int(stream.avail_out)
  }
}

/// An xz file, decompressed on the way.
final class XZSource: ByteSource {
  private let source: any ByteSource
  private var stream = lzma_stream()
  private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
  private var action = LZMA_RUN
  private var isOver = false
  private(set) var isDamaged = false

  /// Starts the decompressor.
  ///
  /// The C function is `lzma_stream_decoder`.
  init(_ source: any ByteSource, path: String) throws(InputError) {
    self.source = source
    let concatenated: UInt32 = 0x08  // LZMA_CONCATENATED, a macro that is not imported
    let limit = CaptureFile.decoderLimitBytes
    guard lzma_stream_decoder(&stream, limit, concatenated) == LZMA_OK else {
      throw InputError(file: path, reason: "the xz decoder cannot be started: out of memory")
    }
  }

  deinit {
    lzma_end(&stream)
    chunk.deallocate()
  }

  /// The C function is `lzma_code`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = buffer.count
    while !isOver && stream.avail_out > 0 {
      if stream.avail_in == 0, action == LZMA_RUN {
        let count = try source.read(into: chunk)
        stream.next_in = UnsafePointer(chunk.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = count
        if count == 0 { action = LZMA_FINISH }
      }
      let status = lzma_code(&stream, action)
      if status != LZMA_OK {
        isOver = true
        isDamaged = status != LZMA_STREAM_END
      }
    }
    return buffer.count - stream.avail_out
  }
}
