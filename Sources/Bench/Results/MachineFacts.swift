import Glibc

/// What a machine's times depend on: processor, caches, system, program, load.
public struct MachineFacts: Codable, Hashable, Sendable {
  /// A cache of the first processor.
  public struct Cache: Codable, Hashable, Sendable {
    /// 1 to 4.
    public var level: Int
    /// `Data`, `Instruction` or `Unified`.
    public var type: String
    /// Its size, KiB.
    public var kib: Int
  }

  /// The processor's name; nil where it is not known, as everything below.
  public var cpu: String?
  /// Logical processors that are online.
  public var processors: Int
  /// What decides the processor's clock: `performance`, `powersave`, `schedutil`.
  public var governor: String?
  /// The caches of the first processor, smallest level first.
  public var caches: [Cache]
  /// Memory, MiB.
  public var memoryMib: Int?
  /// The kernel's name and release.
  public var kernel: String?
  /// The distribution.
  public var system: String?
  /// The program's version.
  public var version: String
  /// The commit that it was built from, `-modified` after it if there were changes.
  public var commit: String?
  /// The compiler that built it.
  public var compiler: String
  /// `debug` or `release`.
  public var configuration: String
  /// Runnable processes over the last 1, 5 and 15 minutes when it began.
  public var loadAverage: [Double]

  /// This machine.
  public init(commit: String? = nil) {
    self.init(commit: commit, root: "")
  }

  /// The machine whose files are under `root`.
  init(commit: String?, root: String) {
    cpu = Self.field("model name", of: "\(root)/proc/cpuinfo")
    processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let first = "\(root)/sys/devices/system/cpu/cpu0"
    governor = Self.line("\(first)/cpufreq/scaling_governor")
    caches = (0..<16).compactMap { Self.cache("\(first)/cache/index\($0)") }
    memoryMib = Self.field("MemTotal", of: "\(root)/proc/meminfo")
      .flatMap { $0.split(separator: " ").first }.flatMap { Int($0) }.map { $0 / 1024 }
    kernel = Self.line("\(root)/proc/sys/kernel/osrelease").map { "Linux \($0)" }
    system = (try? TextFile.read("\(root)/etc/os-release")).flatMap(Self.distribution)
    version = Product.version
    self.commit = commit
    compiler = Self.builtBy
    configuration = Self.builtAs
    var loads = [Double](repeating: 0, count: 3)
    loadAverage = getloadavg(&loads, 3) == 3 ? loads : []
  }

  private static func line(_ path: String) -> String? {
    let text = try? TextFile.read(path)
    return text?.split(separator: "\n").first.map { String($0) }
  }

  /// The value of the first `name: value` of a file.
  private static func field(_ name: String, of path: String) -> String? {
    guard let text = try? TextFile.read(path) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
    }
    return nil
  }

  private static func cache(_ folder: String) -> Cache? {
    guard let level = line("\(folder)/level").flatMap({ Int($0) }),
      let type = line("\(folder)/type"), let size = line("\(folder)/size"),
      size.hasSuffix("K"), let kib = Int(size.dropLast())
    else { return nil }
    return Cache(level: level, type: type, kib: kib)
  }

  /// The `PRETTY_NAME` of an os-release file, without its quotes.
  static func distribution(_ text: String) -> String? {
    let key = "PRETTY_NAME="
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else {
      return nil
    }
    return String(line.dropFirst(key.count).filter { $0 != "\"" })
  }

  private static var builtBy: String {
    #if compiler(>=6.5)
    "Swift 6.5 or later"
    #elseif compiler(>=6.4)
    "Swift 6.4"
    #elseif compiler(>=6.3)
    "Swift 6.3"
    #else
    "Swift 6.2"
    #endif
  }

  private static var builtAs: String {
    #if DEBUG
    "debug"
    #else
    "release"
    #endif
  }
}
