import Glibc
import XenServer

/// What a machine's files and processes tell of its toolstack: closures, so that tests can answer.
public struct HostSigns: Sendable {
  /// An answer.
  public enum Answer: Hashable, Sendable {
    /// It is there.
    case yes
    /// It is not there.
    case no
    /// It cannot be told, and why.
    case unknown(String)
  }

  /// Whether there is something at a path.
  public var exists: @Sendable (_ path: String) -> Answer
  /// Whether one of root's processes has this name.
  public var runs: @Sendable (_ name: String) -> Answer
  /// A small file's text; nil where it cannot be read.
  public var read: @Sendable (_ path: String) -> String?

  /// A machine that answers so.
  public init(
    exists: @escaping @Sendable (String) -> Answer, runs: @escaping @Sendable (String) -> Answer,
    read: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.exists = exists
    self.runs = runs
    self.read = read
  }

  /// This machine.
  public static func system() -> HostSigns {
    HostSigns(exists: existence, runs: process, read: text)
  }

  private static func existence(_ path: String) -> Answer {
    var status = stat()
    if lstat(path, &status) == 0 { return .yes }
    return errno == ENOENT || errno == ENOTDIR
      ? .no : .unknown("\(path): \(HostError.text(errno))")
  }

  /// Looks through /proc: a name that a user gave to a process of their own does not count.
  private static func process(_ name: String) -> Answer {
    guard let folder = opendir("/proc") else {
      return .unknown("/proc: \(HostError.text(errno))")
    }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      let number = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard Int(number) != nil else { continue }
      count += 1
      var status = stat()
      guard text("/proc/\(number)/comm")?.split(separator: "\n").first.map(String.init) == name,
        stat("/proc/\(number)", &status) == 0, status.st_uid == 0
      else { continue }
      return .yes
    }
    return count > 0 ? .no : .unknown("/proc shows no processes")
  }

  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }
}

/// Which product a host is, from the files that say so.
enum HostProduct {
  /// The product; nil for one that is not known.
  static func find(_ signs: HostSigns, xen: XenVersion) -> ShadowPagingProduct? {
    let inventory = values(signs.read(HostToolstack.inventory))
    if let brand = inventory["PRODUCT_BRAND"] {
      return .known(brand: brand, release: inventory["PRODUCT_VERSION"], xen: xen)
    }
    let system = values(signs.read("/etc/os-release"))
    return .known(brand: system["ID"] ?? "", release: system["VERSION_ID"], xen: xen)
  }

  /// The values of a file of lines `NAME=value`, with quotes or without.
  private static func values(_ text: String?) -> [String: String] {
    var values: [String: String] = [:]
    for line in (text ?? "").split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = parts[1].filter { $0 != "\"" && $0 != "'" }
      values[String(parts[0])] = value
    }
    return values
  }
}
