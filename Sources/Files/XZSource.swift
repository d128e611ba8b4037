import CLZMA

/// An xz file, decompressed on the way; several streams one after the other are one file.
final class XZSource: ByteSource {
  /// Memory that the decompressor may use, bytes: `xz -9` needs 65 MiB.
  private static let memoryLimit: UInt64 = 1 << 28

  private let source: any ByteSource
  private var stream = lzma_stream()
  private let chunk = UnsafeMutableRawBufferPointer.allocate(
    byteCount: InputFile.chunkBytes, alignment: 16)
  private var action = LZMA_RUN
  private var isOver = false
  private(set) var damage: String?

  /// Starts the decompressor.
  ///
  /// The C function is `lzma_stream_decoder`.
  init(_ source: any ByteSource, name: String) throws(FileError) {
    self.source = source
    let concatenated: UInt32 = 0x08  // LZMA_CONCATENATED, a macro that is not imported
    guard lzma_stream_decoder(&stream, Self.memoryLimit, concatenated) == LZMA_OK else {
      throw FileError(file: name, reason: "the xz decoder cannot be started: out of memory")
    }
  }

  deinit {
    lzma_end(&stream)
    chunk.deallocate()
  }

  /// The C function is `lzma_code`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
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
        if status != LZMA_STREAM_END { damage = Self.explanation(of: status) }
      }
    }
    return buffer.count - stream.avail_out
  }

  private static func explanation(of status: lzma_ret) -> String {
    switch status {
    case LZMA_BUF_ERROR: "the xz data end too early: the file is cut short"
    case LZMA_DATA_ERROR, LZMA_FORMAT_ERROR: "the xz data are corrupt"
    case LZMA_OPTIONS_ERROR: "uses xz options that this liblzma does not know"
    case LZMA_MEMLIMIT_ERROR: "needs more than \(memoryLimit >> 20) MiB to decompress"
    case LZMA_MEM_ERROR: "cannot be decompressed: out of memory"
    default: "cannot be decompressed: liblzma status \(status.rawValue)"
    }
  }
}
