import Glibc

/// Bytes of a file, a piece at a time.
protocol ByteSource: AnyObject {
  /// Fills as much of `buffer` as it can; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  /// Whether the bytes ended before their format says that they do.
  var isDamaged: Bool { get }
}

/// A file that is open for reading.
final class PlainSource: ByteSource {
  private let descriptor: Int32
  private let path: String
  private var head: [UInt8] = []
  let isDamaged = false

  /// Opens the file.
  ///
  /// The C function is `open`.
  init(path: String) throws(InputError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw InputError(file: path, reason: "this is no file name")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(file: path, reason: "cannot be opened: \(Self.systemReason())")
    }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// The first bytes, at most `count`; they will be read again.
  func peek(_ count: Int) throws(InputError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { buffer.deallocate() }
    var filled = 0
    while filled < count {
      let got = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if got == 0 { break }
      filled += got
    }
    let bytes = Array(buffer[..<filled])
    head = bytes + head
    return bytes
  }

  /// Reads at most as much as fits.
  ///
  /// The C function is `read`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if !head.isEmpty {
      let count = min(head.count, buffer.count)
      buffer.copyBytes(from: head[..<count])
      head.removeFirst(count)
      return count
    }
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
