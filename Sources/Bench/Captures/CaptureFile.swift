import CLZMA
import Glibc

/// Reads files whole; those whose names end in `.xz` are decompressed on the way.
enum CaptureFile {
  /// The most bytes that a file may hold, decompressed.
  static let sizeLimitBytes = 1 << 29
  /// Memory that the decompressor may use: `xz -9` needs 65 MiB.
  static let decoderLimitBytes: UInt64 = 1 << 28
  static let chunkBytes = 1 << 16

  /// Whether something can be found under `path`.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The bytes of the file at `path`, without compression.
  static func contents(of path: String) throws(InputError) -> [UInt8] {
    try path.hasSuffix(".xz") ? decompressed(path) : plain(path)
  }

  private static func plain(_ path: String) throws(InputError) -> [UInt8] {
    let reader = try FileReader(path: path)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    defer { chunk.deallocate() }
    var result: [UInt8] = []
    while true {
      let count = try reader.read(into: chunk)
      guard count > 0 else { return result }
      result.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
      try checkSize(result.count, path)
    }
  }

  /// Decompresses a file, several streams one after the other included.
  ///
  /// The C functions are `lzma_stream_decoder`, `lzma_code` and `lzma_end`.
  private static func decompressed(_ path: String) throws(InputError) -> [UInt8] {
    let concatenated: UInt32 = 0x08  // LZMA_CONCATENATED, a macro that is not imported
    let reader = try FileReader(path: path)
    var stream = lzma_stream()
    guard lzma_stream_decoder(&stream, decoderLimitBytes, concatenated) == LZMA_OK else {
      throw InputError(file: path, reason: "the xz decoder cannot be started: out of memory")
    }
    defer { lzma_end(&stream) }
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    defer { input.deallocate() }
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    defer { output.deallocate() }
    var result: [UInt8] = []
    var action = LZMA_RUN
    while true {
      if stream.avail_in == 0, action == LZMA_RUN {
        let count = try reader.read(into: input)
        stream.next_in = UnsafePointer(input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = count
        if count == 0 { action = LZMA_FINISH }
      }
      stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = chunkBytes
      let status = lzma_code(&stream, action)
      let produced = chunkBytes - stream.avail_out
      result.append(contentsOf: UnsafeRawBufferPointer(rebasing: output[..<produced]))
      try checkSize(result.count, path)
      if status == LZMA_STREAM_END { return result }
      guard status == LZMA_OK else {
        throw InputError(file: path, reason: explanation(of: status))
      }
    }
  }

  private static func checkSize(_ count: Int, _ path: String) throws(InputError) {
    guard count <= sizeLimitBytes else {
      let limit = sizeLimitBytes >> 20
      throw InputError(
        file: path, reason: "holds more than \(limit) MiB of text: not a capture of this format")
    }
  }

  private static func explanation(of status: lzma_ret) -> String {
    switch status {
    case LZMA_BUF_ERROR: "the xz data end too early: the file is cut short; copy it again"
    case LZMA_FORMAT_ERROR: "is not in the xz format although its name ends in .xz"
    case LZMA_DATA_ERROR: "the xz data are corrupt; copy the file again"
    case LZMA_OPTIONS_ERROR: "uses xz options that this liblzma does not know"
    case LZMA_MEMLIMIT_ERROR: "needs more than \(decoderLimitBytes >> 20) MiB to decompress"
    case LZMA_MEM_ERROR: "cannot be decompressed: out of memory"
    default: "cannot be decompressed: liblzma status \(status.rawValue)"
    }
  }
}

/// A file that is open for reading.
private struct FileReader: ~Copyable {
  let descriptor: Int32
  let path: String

  /// Opens the file.
  ///
  /// The C function is `open`.
  init(path: String) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(file: path, reason: "cannot be opened: \(Self.systemReason())")
    }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// Reads at most as much as fits; 0 at the end.
  ///
  /// The C function is `read`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else {
        throw InputError(file: path, reason: "cannot be read: \(Self.systemReason())")
      }
    }
  }

  private static func systemReason() -> String { String(cString: strerror(errno)) }
}
