import Glibc

/// Output that was asked for by a name: the one way in which the program writes files.
///
/// A regular file is there as a whole or not at all: it is written without a name where the file
/// system can do that, so that not even a kill leaves anything, else under another name in the same
/// folder, which nobody can foretell, and renamed by ``commit()``. What was there stays until then,
/// and keeps its owner and mode after it. A link's target is written, never the link. Whatever is
/// no regular file (a device node, a FIFO, `/dev/stdout`, `/dev/fd/3`) is written into as it is,
/// never replaced; `-` is standard output. Other hard links to a file keep the old content.
public final class OutputFile {
  private let path: String
  private var descriptor: Int32
  /// Where the file will be; nil when it is written into as it is.
  private var place: Place?

  /// A file that is being made.
  private struct Place {
    var folder: Int32
    var partial: String
    var name: String
    /// Whether it has the name `partial` by now.
    var isNamed: Bool
  }

  /// The name that stands for standard output.
  public static let standardOutput = "-"

  /// Begins the output at `path`; what is there stays until ``commit()``.
  /// - Parameter mode: the permissions, such as 0o600 for a secret, and this user its owner, even
  ///   where there is a file already; nil keeps those of what is there, and else takes those of
  ///   any new file
  /// - Throws: ``OutputError`` when it cannot be written
  public init(_ path: String, mode: UInt32? = nil) throws(OutputError) {
    self.path = path
    switch try OutputTarget(path) {
    case .descriptor(let number):
      place = nil
      descriptor = fcntl(number, F_DUPFD_CLOEXEC, 3)
    case .inPlace(let node):
      place = nil
      descriptor = open(node, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    case .file(let folder, let name, let status):
      let around = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard around >= 0 else { throw Self.folderFailure(path, folder, errno) }
      var new = Place(folder: around, partial: Self.partialName(), name: name, isNamed: false)
      descriptor = Self.unnamedFile(around)
      if descriptor < 0 {
        new.isNamed = true
        descriptor = openat(
          around, new.partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      }
      guard descriptor >= 0 else {
        let code = errno
        close(around)
        throw Self.folderFailure(path, folder, code)
      }
      place = new
      try setPermissions(status, mode)
    }
    guard descriptor >= 0 else { throw OutputError(path, "cannot be written", errno) }
  }

  deinit {
    if let place {
      // Still open: not put in place.
      if descriptor >= 0 && place.isNamed { unlinkat(place.folder, place.partial, 0) }
      close(place.folder)
    }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Adds text.
  /// - Throws: ``OutputError`` when it cannot be written
  public func write(_ text: String) throws(OutputError) {
    var text = text
    let written = text.withUTF8 { bytes in Self.write(UnsafeRawBufferPointer(bytes), descriptor) }
    guard written == 0 else { throw OutputError(path, "cannot be written", written) }
  }

  /// Adds bytes.
  /// - Throws: ``OutputError`` when they cannot be written
  public func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    let code = Self.write(bytes, descriptor)
    guard code == 0 else { throw OutputError(path, "cannot be written", code) }
  }

  /// Adds bytes.
  /// - Throws: ``OutputError`` when they cannot be written
  public func write(_ bytes: [UInt8]) throws(OutputError) {
    let code = bytes.withUnsafeBytes { Self.write($0, descriptor) }
    guard code == 0 else { throw OutputError(path, "cannot be written", code) }
  }

  /// Puts the file in its place, on the disk.
  /// - Throws: ``OutputError`` when it cannot be; what was there is there still
  public func commit() throws(OutputError) {
    precondition(descriptor >= 0, "an output is put in place once")
    guard let place else {
      guard close(descriptor) == 0 else {
        descriptor = -1
        throw OutputError(path, "cannot be written", errno)
      }
      descriptor = -1
      return
    }
    guard fsync(descriptor) == 0 else { throw OutputError(path, "cannot be written", errno) }
    if !place.isNamed {
      // It replaces nothing: what is there is replaced by the rename alone.
      let file = "\(Self.ownFiles)/\(descriptor)"
      guard linkat(AT_FDCWD, file, place.folder, place.partial, AT_SYMLINK_FOLLOW) == 0 else {
        throw OutputError(path, "cannot be put in place", errno)
      }
      self.place?.isNamed = true
    }
    guard renameat(place.folder, place.partial, place.folder, place.name) == 0 else {
      throw OutputError(path, "cannot be put in place", errno)
    }
    // Some file systems cannot do this; the file itself is on the disk.
    _ = fsync(place.folder)
    close(descriptor)
    descriptor = -1
  }

  /// Writes all bytes; the error's number, or 0.
  private static func write(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
        continue
      }
      guard count > 0 else { return count == 0 ? EIO : errno }
      rest = rest.dropFirst(count)
    }
    return 0
  }

  /// Gives the new file the permissions of what is there, those asked for, or those of a new file.
  private func setPermissions(_ status: stat?, _ mode: UInt32?) throws(OutputError) {
    var wanted = mode.map { mode_t($0) } ?? (0o666 & ~Self.creationMask)
    if let status, mode == nil {
      wanted = status.st_mode & 0o7777
      guard access(path, W_OK) == 0 else { throw OutputError(path, "cannot be written", errno) }
      var own = stat()
      guard fstat(descriptor, &own) == 0 else {
        throw OutputError(path, "cannot be written", errno)
      }
      let isSame = own.st_uid == status.st_uid && own.st_gid == status.st_gid
      guard isSame || fchown(descriptor, status.st_uid, status.st_gid) == 0 else {
        throw OutputError(
          file: path,
          reason: "belongs to user \(status.st_uid), group \(status.st_gid), which it could not "
            + "keep; remove it or name another file")
      }
    }
    guard fchmod(descriptor, wanted) == 0 else {
      throw OutputError(path, "cannot be given its mode", errno)
    }
  }

  private static func folderFailure(_ path: String, _ folder: String, _ code: Int32) -> OutputError
  {
    OutputError(path, "cannot be written: folder \(folder)", code)
  }

  /// Where the kernel shows this process's open files, through which one without a name gets one.
  private static let ownFiles = "/proc/self/fd"

  /// A file without a name in a folder; less than 0 where there is no such thing.
  ///
  /// C: open(2), `O_TMPFILE`, which is this bit together with that of `O_DIRECTORY`.
  private static func unnamedFile(_ folder: Int32) -> Int32 {
    guard access(ownFiles, X_OK) == 0 else { return -1 }
    return openat(folder, ".", O_WRONLY | 0o20_000_000 | O_DIRECTORY | O_CLOEXEC, 0o600)
  }

  /// A name that nobody can foretell.
  private static func partialName() -> String {
    var generator = SystemRandomNumberGenerator()
    let number = String(generator.next(), radix: 16)
    return ".shadowbench-\(String(repeating: "0", count: 16 - number.count))\(number).part"
  }

  /// The permissions that new files do not get.
  static let creationMask: mode_t = {
    let mask = umask(0o077)
    umask(mask)
    return mask
  }()
}
