public import Foundation

/// Places that an output can be sent to, in a folder of their own, and what may become of them.
public final class WrittenPlaces {
  /// The folder, which holds nothing else.
  public let folder: String
  /// How the file's name ends.
  private let ending: String
  /// The permissions that the command asks for, such as 0o600 for a secret; nil keeps what is
  /// there.
  private let mode: mode_t?
  /// The exit codes of a command that wrote its output.
  private let good: Set<Int32>
  /// Whether a file that is there already is never replaced.
  public var keepsFiles = false
  /// Whether folders that are not there are made.
  public var makesFolders = false
  /// What is wrong, a line each.
  public private(set) var complaints: [String] = []

  /// Makes the folder.
  /// - Parameters:
  ///   - ending: how the file's name ends
  ///   - mode: the permissions that the command asks for; nil keeps what is there
  ///   - good: the exit codes of a command that wrote its output
  public init(ending: String, mode: mode_t? = nil, good: Set<Int32> = [0]) throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("places-\(UUID().uuidString)").path
    (self.ending, self.mode, self.good) = (ending, mode, good)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A run that writes to a path, in the folder.
  public typealias Run = (_ path: String) throws -> ChildOutcome

  private func path(_ name: String) -> String { "\(folder)/\(name)\(ending)" }

  private func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }

  private func text(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

  private func check(_ isTrue: Bool, _ what: String, _ outcome: ChildOutcome? = nil) {
    guard !isTrue else { return }
    complaints.append(outcome.map { "\(what): exit code \($0.code), \($0.errors)" } ?? what)
  }

  /// Whether it ended because of its environment, in plain words.
  private func checkRefusal(_ outcome: ChildOutcome, _ what: String, codes: Set<Int32> = [3]) {
    let isPlain = !outcome.errors.contains("Domain=") && !outcome.errors.contains("couldn’t be")
    check(codes.contains(outcome.code) && isPlain && !outcome.errors.isEmpty, what, outcome)
  }

  /// The files of a command's own in the folder, but those named.
  private func checkLeavings(_ what: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    check(!names.contains { $0.hasPrefix(".shadowbench") }, "\(what): leaves \(names)")
    check(!names.contains("-"), "\(what): makes a file '-'")
  }

  /// A link to a file of mode 0640, a planted name, and a FIFO with a reader.
  public func checkFiles(_ run: Run) throws {
    let (target, link, victim, planted) = (
      path("target"), path("link"), path("victim"), path("planted")
    )
    try Data("old".utf8).write(to: URL(fileURLWithPath: target))
    try Data("dear".utf8).write(to: URL(fileURLWithPath: victim))
    chmod(target, 0o640)
    symlink(target, link)
    symlink(victim, "\(planted).part")
    let linked = try run(link)
    check((status(link)?.st_mode ?? 0) & S_IFMT == S_IFLNK, "the link is replaced")
    check(keepsFiles ? linked.code == 2 : good.contains(linked.code), "a link", linked)
    let wanted = keepsFiles ? 0o640 : mode ?? 0o640
    check((text(target) == Data("old".utf8)) == keepsFiles, "the link's target's content is wrong")
    check((status(target)?.st_mode ?? 0) & 0o7777 == wanted, "the target's mode is changed")
    let wrote = try run(planted)
    check(good.contains(wrote.code) && text(planted) != nil, "a planted .part", wrote)
    check(text(victim) == Data("dear".utf8), "the victim of a planted name is written")
    let fifo = path("fifo")
    mkfifo(fifo, 0o600)
    let reader = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    _ = fcntl(reader, 1031 /* F_SETPIPE_SZ */, 1 << 20)
    let through = try run(fifo)
    var byte: UInt8 = 0
    check(good.contains(through.code) && read(reader, &byte, 1) == 1, "a FIFO", through)
    check((status(fifo)?.st_mode ?? 0) & S_IFMT == S_IFIFO, "the FIFO is replaced")
    checkLeavings("files")
  }

  /// Folders that are not there, or take nothing.
  public func checkFolders(_ run: Run) throws {
    let missing = makesFolders ? [] : ["\(folder)/none/r\(ending)"]
    for place in missing + ["/proc/r\(ending)"] {
      let outcome = try run(place)
      checkRefusal(outcome, "\(place)")
      check(status(place) == nil, "\(place) is made")
    }
    checkLeavings("folders")
  }

  /// Copies of /dev/null and /dev/full; false where none can be made.
  public func checkDevices(_ run: Run) throws -> Bool {
    let (null, full) = (path("null"), path("full"))
    guard geteuid() == 0, mknod(null, S_IFCHR | 0o666, 1 << 8 | 3) == 0,
      mknod(full, S_IFCHR | 0o666, 1 << 8 | 7) == 0
    else { return false }
    let gone = try run(null)
    check(good.contains(gone.code), "a copy of /dev/null", gone)
    let refused = try run(full)
    checkRefusal(refused, "a copy of /dev/full")
    check(refused.errors.contains("No space left on device"), "/dev/full's words", refused)
    for (node, minor) in [(null, 3), (full, 7)] {
      let now = status(node)
      check(
        (now?.st_mode ?? 0) & S_IFMT == S_IFCHR && now?.st_rdev == dev_t(1 << 8 | minor),
        "\(node) is replaced")
    }
    checkLeavings("devices")
    return true
  }

  /// `-`, in the folder as the working folder.
  public func checkStandardOutput(_ run: Run) throws {
    let outcome = try run("-")
    check(good.contains(outcome.code) && !outcome.output.isEmpty, "standard output", outcome)
    checkLeavings("standard output")
  }

  /// What is in the way of a folder that a command makes stays, and so does what is planted.
  public func checkMadeFolder(_ run: Run) throws {
    let (file, fifo, node, victim) = (path("file"), path("fifo"), path("node"), path("victim"))
    try Data("old".utf8).write(to: URL(fileURLWithPath: file))
    mkfifo(fifo, 0o600)
    var inTheWay = [file, fifo]
    if geteuid() == 0, mknod(node, S_IFCHR | 0o666, 1 << 8 | 3) == 0 { inTheWay.append(node) }
    for place in inTheWay + ["/proc/r\(ending)"] {
      let before = status(place)
      let outcome = try run(place)
      checkRefusal(outcome, place, codes: [2, 3])
      let now = status(place)
      check(
        now?.st_ino == before?.st_ino && now?.st_mode == before?.st_mode, "\(place) is replaced")
    }
    check(text(file) == Data("old".utf8), "\(file) is written")
    mkdir(victim, 0o755)
    try Data("dear".utf8).write(to: URL(fileURLWithPath: "\(victim)/mine"))
    let made = path("made")
    symlink(victim, "\(made).part")
    let outcome = try run(made)
    check(good.contains(outcome.code) && status(made) != nil, "a planted .part", outcome)
    let names = try FileManager.default.contentsOfDirectory(atPath: victim)
    check(names == ["mine"], "the folder behind a planted name holds \(names)")
    checkLeavings("a folder")
  }
}
