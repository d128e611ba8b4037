import CZSTD

/// A zstd file, decompressed on the way; several frames one after the other are one file.
final class ZstdSource: ByteSource {
  /// The largest window that is followed, as a power of two: 256 MiB, what `zstd --ultra --long=28`
  /// writes; the library's own limit is 128 MiB.
  private static let windowLog: Int32 = 28

  private let source: any ByteSource
  private let stream: OpaquePointer
  private let chunk = UnsafeMutableRawBufferPointer.allocate(
    byteCount: InputFile.chunkBytes, alignment: 16)
  private var input = ZSTD_inBuffer()
  private var isInsideFrame = false
  private var isOver = false
  private(set) var damage: String?

  /// Starts the decompressor.
  ///
  /// The C functions are `ZSTD_createDStream` and `ZSTD_DCtx_setParameter`.
  init(_ source: any ByteSource, name: String) throws(FileError) {
    guard let stream = ZSTD_createDStream() else {
      throw FileError(file: name, reason: "the zstd decoder cannot be started: out of memory")
    }
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Self.windowLog)
    self.source = source
    self.stream = stream
    input.src = UnsafeRawPointer(chunk.baseAddress)
  }

  deinit {
    ZSTD_freeDStream(stream)
    chunk.deallocate()
  }

  /// The C function is `ZSTD_decompressStream`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
    while !isOver && output.pos < output.size {
      if input.pos == input.size {
        input.size = try source.read(into: chunk)
        input.pos = 0
      }
      let before = (input: input.pos, output: output.pos)
      let status = ZSTD_decompressStream(stream, &output, &input)
      if ZSTD_isError(status) != 0 {
        isOver = true
        damage = "the zstd data are corrupt: \(String(cString: ZSTD_getErrorName(status)))"
      } else if input.pos != before.input || output.pos != before.output {
        isInsideFrame = status != 0
      } else if input.size == 0 {
        isOver = true
        if isInsideFrame { damage = "the zstd data end too early: the file is cut short" }
      }
    }
    return output.pos
  }
}
