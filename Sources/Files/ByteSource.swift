import Glibc

/// Bytes, a piece at a time.
protocol ByteSource: AnyObject {
  /// Fills as much of `buffer`, which is not empty, as it can; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
  /// Why the bytes ended before their format says that they do; nil where they did not.
  var damage: String? { get }
}

/// A file that is open for reading.
final class PlainSource: ByteSource {
  private let descriptor: Int32
  private let name: String
  private var head: [UInt8] = []
  let damage: String? = nil

  /// Opens the file at `path`, which errors call `name`.
  ///
  /// The C functions are `open` and `fstat`.
  init(path: String, name: String) throws(FileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileError(file: name, reason: "this is no file name")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(file: name, reason: "cannot be opened: \(Self.systemReason())")
    }
    self.descriptor = descriptor
    self.name = name
    guard status?.isFolder != true else {
      throw FileError(file: name, reason: "is a directory; name a file in it")
    }
  }

  /// Takes a descriptor that is open, and closes it in the end.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  deinit { close(descriptor) }

  /// Whether it is a folder, and its length where it is a regular file.
  var status: (isFolder: Bool, bytes: Int?)? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    let kind = status.st_mode & S_IFMT
    return (kind == S_IFDIR, kind == S_IFREG ? Int(status.st_size) : nil)
  }

  /// The first bytes, at most `count`; they will be read again.
  func peek(_ count: Int) throws(FileError) -> [UInt8] {
    let bytes = try filling(count)
    head = bytes + head
    return bytes
  }

  /// Reads at most as much as fits.
  ///
  /// The C function is `read`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
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
        throw FileError(file: name, reason: "cannot be read: \(Self.systemReason())")
      }
    }
  }

  private static func systemReason() -> String { String(cString: strerror(errno)) }
}

extension ByteSource {
  /// Up to `count` bytes, fewer only where the file ends.
  func filling(_ count: Int) throws(FileError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { buffer.deallocate() }
    return Array(buffer[..<(try fill(buffer))])
  }

  /// Fills `buffer`; less of it only where the file ends.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}
