import Glibc

/// What a name of an output stands for, as it is now.
enum OutputTarget {
  /// An open file of this process: `-`, `/dev/stdout`, `/dev/fd/N`.
  case descriptor(Int32)
  /// Something that is written into and never replaced: a device node, a FIFO, another process's
  /// open file.
  case inPlace(String)
  /// A regular file that is there, or none yet: its folder, its name in it, and what it is.
  case file(folder: String, name: String, status: stat?)

  /// As many links as Linux follows in a row.
  private static let linkLimit = 40

  /// What `path` stands for; a link stands for what it leads to.
  /// - Throws: ``OutputError`` for folders, sockets, rings of links, and links that another user
  ///   planted in a folder that all may write to
  init(_ path: String) throws(OutputError) {
    guard path != OutputFile.standardOutput else {
      self = .descriptor(1)
      return
    }
    guard !path.isEmpty else { throw OutputError(file: "''", reason: "is no file's name") }
    var place = path
    for _ in 0...Self.linkLimit {
      let (folder, name) = Self.split(place)
      guard !name.isEmpty, name != ".", name != ".." else {
        throw OutputError(file: path, reason: "is a folder; name a file in it")
      }
      if let opened = try Self.openFile(folder, name, path) {
        self = opened
        return
      }
      var status = stat()
      guard lstat(place, &status) == 0 else {
        guard errno == ENOENT else { throw OutputError(path, "cannot be written", errno) }
        self = .file(folder: folder, name: name, status: nil)
        return
      }
      switch status.st_mode & S_IFMT {
      case S_IFLNK:
        try Self.checkLink(place, status, in: folder, path)
        let next = try Self.destination(place, path)
        place = next.hasPrefix("/") ? next : "\(folder)\(next)"
      case S_IFREG:
        self = .file(folder: folder, name: name, status: status)
        return
      case S_IFDIR: throw OutputError(file: path, reason: "is a folder; name a file in it")
      case S_IFSOCK: throw OutputError(file: path, reason: "is a socket; name a file")
      default:
        self = .inPlace(place)
        return
      }
    }
    throw OutputError(path, "cannot be written", ELOOP)
  }

  /// A path's folder, with its slash, and the name in it.
  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("./", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }

  /// An open file, where `folder` is one that the kernel makes of a process's open files.
  private static func openFile(_ folder: String, _ name: String, _ path: String)
    throws(OutputError) -> OutputTarget?
  {
    guard let real = realpath(folder, nil) else { return nil }
    defer { free(real) }
    let place = String(cString: real)
    guard place.hasPrefix("/proc/"), place.hasSuffix("/fd") else { return nil }
    let parts = place.split(separator: "/")
    guard parts.count > 1, parts[1] == "\(getpid())" else { return .inPlace("\(place)/\(name)") }
    guard let number = Int32(name), fcntl(number, F_GETFD) >= 0 else {
      throw OutputError(path, "cannot be written", EBADF)
    }
    return .descriptor(number)
  }

  /// What a link says.
  private static func destination(_ link: String, _ path: String) throws(OutputError) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(link, &bytes, bytes.count - 1)
    guard count > 0 else { throw OutputError(path, "cannot be written", errno) }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether a link may be followed: by the rule of Linux's `fs.protected_symlinks`, whether that
  /// is on or not.
  private static func checkLink(
    _ link: String, _ status: stat, in folder: String, _ path: String
  ) throws(OutputError) {
    var around = stat()
    guard stat(folder, &around) == 0 else { throw OutputError(path, "cannot be written", errno) }
    let isShared = around.st_mode & S_ISVTX != 0 && around.st_mode & S_IWOTH != 0
    guard isShared, status.st_uid != geteuid(), status.st_uid != around.st_uid else { return }
    throw OutputError(
      file: path,
      reason: "is reached by the link \(link), which another user (\(status.st_uid)) put into a "
        + "folder that all may write to; name the file that it should be")
  }
}
