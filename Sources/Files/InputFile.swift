/// A file that is read: bundled ones by their names, `-` for standard input, and what gzip, xz or
/// zstd has compressed as if it were not.
///
/// Every input of the program is opened here. What is compressed is told by the first bytes;
/// what is compressed in a way that is not read is refused, never read as something else.
package final class InputFile {
  /// Bytes that the decompressors read at a time.
  static let chunkBytes = 1 << 18
  /// The name that stands for standard input.
  package static let standardInput = "-"

  /// The file's name as it was given.
  package let name: String
  /// How the file is compressed; nil where it is not.
  package let compression: Compression?
  /// The length, bytes; nil where only the end will tell.
  package let byteCount: Int?
  private let source: any ByteSource

  /// Opens the file `name`.
  /// - Throws: ``FileError`` when it cannot be opened, is a folder, or is compressed in a way that
  ///   is not read
  package init(_ name: String) throws(FileError) {
    let plain = try Self.plain(name)
    compression = try Compression(head: plain.peek(Compression.headBytes), name: name)
    byteCount = compression == nil ? plain.status?.bytes : nil
    source =
      switch compression {
      case nil: plain
      case .gzip: try GzipSource(plain, name: name)
      case .xz: try XZSource(plain, name: name)
      case .zstd: try ZstdSource(plain, name: name)
      }
    self.name = name
  }

  /// Whether something can be found under `name`.
  package static func exists(_ name: String) -> Bool {
    name == standardInput || BundledFiles.exists(BundledFiles.standard.path(of: name))
  }

  /// Why the bytes ended before their compression says that they do; nil where they did not.
  package var damage: String? { source.damage }

  /// Fills `buffer`; less of it only where the file ends.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    try source.fill(buffer)
  }

  /// The first bytes of the file `name`, at most `count`, decompressed.
  package static func head(of name: String, _ count: Int) throws(FileError) -> [UInt8] {
    try InputFile(name).source.filling(count)
  }

  /// All bytes of the file `name`.
  /// - Parameter limit: the most bytes that are read, decompressed
  /// - Throws: ``FileError`` when it cannot be read, is longer than that, or cut short
  package static func contents(of name: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try InputFile(name)
    if let count = file.byteCount, count > limit { throw tooLong(name, limit) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(file.byteCount ?? 0)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = try file.fill(chunk)
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= limit else { throw tooLong(name, limit) }
      if count < chunk.count { break }
    }
    if let damage = file.damage {
      throw FileError(file: name, reason: "\(damage); copy it again")
    }
    return bytes
  }

  /// Calls `body` with the bytes of the file `name` as they are on the disk, a piece at a time.
  package static func forEachPiece(
    of name: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileError) {
    let file = try plain(name)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = try file.fill(chunk)
      if count == 0 { return }
      body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
    }
  }

  private static func tooLong(_ name: String, _ limit: Int) -> FileError {
    FileError(file: name, reason: "is larger than \(limit >> 20) MiB, the most that is read")
  }

  private static func plain(_ name: String) throws(FileError) -> PlainSource {
    if name == standardInput { return try StandardInput.open() }
    return try PlainSource(path: BundledFiles.standard.path(of: name), name: name)
  }
}
