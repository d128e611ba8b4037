import Glibc
import Synchronization

/// What a replay has changed on the host and has to put back: written before each change, so that
/// after a kill the next replay does it.
///
/// One replay at a time: the kernel holds the lock for the process, and lets go of it when that
/// dies. The folder is gone after a boot, as are the changes.
public final class HostJournal: Sendable {
  /// A change.
  enum Entry: Hashable, Sendable {
    /// Xen's `guest_loglvl` was this.
    case level(String)
    /// A domain of this name was made; the name holds a token that no other has.
    case domain(String)
    /// Xen traces.
    case tracing
    /// This process writes the trace.
    case tracer(ProcessMark)

    var line: String {
      switch self {
      case .level(let level): "level \(level)"
      case .domain(let name): "domain \(name)"
      case .tracing: "tracing"
      case .tracer(let mark): "tracer \(mark.text)"
      }
    }

    init?(line: Substring) {
      let words = line.split(separator: " ", maxSplits: 1)
      switch (words.first, words.dropFirst().first) {
      case ("level", let level?) where HostJournal.isLevel(level): self = .level(String(level))
      case ("domain", let name?) where name.hasPrefix(GuestPlan.namePrefix):
        self = .domain(String(name))
      case ("tracing", nil): self = .tracing
      case ("tracer", let text?):
        guard let mark = ProcessMark(text: text) else { return nil }
        self = .tracer(mark)
      default: return nil
      }
    }
  }

  /// What a replay that was killed has left, in the order in which it was changed.
  let leftover: [Entry]
  private let path: String
  private let lock: Int32
  private let entries = Mutex<[Entry]>([])

  /// Begins a journal in `folder`, which is made if it is not there.
  /// - Throws: ``HostError`` when another replay is at work on this host, or the folder is not
  ///   this user's own
  public init(folder: String) throws(HostError) {
    try Self.make(folder)
    path = "\(folder)/replay.journal"
    lock = open("\(folder)/replay.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard lock >= 0 else {
      throw .changeFailed("\(folder)/replay.lock: \(HostError.text(errno)); nothing was changed")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw .changeFailed(
        "another 'host replay' is at work on this host: counters and the log level are the whole "
          + "host's; wait for its end")
    }
    let text = HostSigns.system().read(path) ?? ""
    let lines = text.split(separator: "\n")
    leftover =
      lines.first == "boot \(ProcessMark.boot)" ? lines.compactMap { Entry(line: $0) } : []
  }

  deinit { close(lock) }

  /// Where journals are: `SHADOWBENCH_RUN`, else a folder that a boot empties.
  public static func standardFolder() -> String {
    if let folder = getenv("SHADOWBENCH_RUN") { return String(cString: folder) }
    let bases: [String] = ["/run", "/var/run"]
    let base = bases.first { access($0, W_OK) == 0 } ?? "/run"
    return "\(base)/shadowbench"
  }

  /// Says that a change is about to be made.
  /// - Throws: ``HostError`` when that cannot be written: then the change must not be made
  func note(_ entry: Entry) throws(HostError) {
    try write(entries.withLock { $0 + [entry] })
    entries.withLock { $0.append(entry) }
  }

  /// Says that a change has been taken back.
  func settle(_ entry: Entry) {
    let left = entries.withLock { entries in
      entries.removeAll { $0 == entry }
      return entries
    }
    if left.isEmpty { unlink(path) } else { try? write(left) }
  }

  private func write(_ entries: [Entry]) throws(HostError) {
    let text = (["boot \(ProcessMark.boot)"] + entries.map(\.line)).map { $0 + "\n" }.joined()
    try HostFile.write(text, to: path + ".new")
    guard rename(path + ".new", path) == 0 else {
      throw .changeFailed("\(path) cannot be put in place: \(HostError.text(errno))")
    }
  }

  /// A folder that is this user's alone: another could have the host changed.
  private static func make(_ folder: String) throws(HostError) {
    var status = stat()
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST, lstat(folder, &status) == 0 else {
      throw .changeFailed("\(folder): cannot be made: \(HostError.text(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else {
      throw .changeFailed(
        "\(folder): is not a folder that this user alone may write to; remove it")
    }
  }

  /// Whether a text can be a log level: it becomes a parameter of xl's.
  static func isLevel(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (97...122).contains($0) || $0 == 47 || $0 == 95 }
  }
}
