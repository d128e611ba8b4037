import Glibc

/// What tells a process from a later one that has its number: the number, when it began, and the
/// boot that it belongs to.
public struct ProcessMark: Hashable, Sendable {
  /// Its number.
  public var number: Int32
  /// When it began, ticks of the kernel's since its boot.
  public var start: UInt64
  /// The kernel's boot, as it names it.
  public var boot: String

  /// The mark of a process that lives; nil where it does not, or /proc does not tell.
  public init?(of number: Int32) {
    guard number > 0, let line = Self.text("/proc/\(number)/stat"),
      let name = line.lastIndex(of: ")")
    else { return nil }
    // The name may hold anything; the state is the first word behind it, the start the twentieth.
    let words = line[line.index(after: name)...].split(separator: " ")
    guard words.count >= 20, words[0] != "Z", let start = UInt64(words[19]) else { return nil }
    (self.number, self.start, boot) = (number, start, Self.boot)
  }

  /// The mark that a text is, as ``text`` gives it.
  init?(text: Substring) {
    let words = text.split(separator: " ")
    guard words.count == 3, let number = Int32(words[0]), number > 0, let start = UInt64(words[1])
    else { return nil }
    (self.number, self.start, boot) = (number, start, String(words[2]))
  }

  /// The mark in words.
  var text: String { "\(number) \(start) \(boot)" }

  /// Whether this very process lives.
  public var lives: Bool { ProcessMark(of: number) == self }

  /// Asks this very process to end, and waits for that; whether it has.
  func stop(within seconds: Double) -> Bool {
    guard lives else { return true }
    kill(number, SIGTERM)
    let end = ContinuousClock.now + .seconds(seconds)
    while lives {
      guard ContinuousClock.now < end else { return false }
      usleep(50_000)
    }
    return true
  }

  /// The kernel's boot; a dash where it has no name for it.
  static let boot: String = {
    let identity = text("/proc/sys/kernel/random/boot_id") ?? ""
    return identity.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "-"
  }()

  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return count <= 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }
}
