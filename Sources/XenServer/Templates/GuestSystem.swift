/// What a template's name and marks say of the system that its guests run.
public struct GuestSystem: Hashable, Sendable {
  /// Kinds of systems.
  public enum Family: String, CaseIterable, Sendable {
    /// Windows with XenApp or its successors: many users' sessions.
    case sessionHost = "session host"
    /// Windows for servers.
    case windowsServer = "Windows server"
    /// Windows for one user.
    case windowsDesktop = "Windows desktop"
    /// Linux.
    case linux = "Linux"
    /// What a name does not tell.
    case unknown
  }

  /// The kind of system.
  public var family: Family
  /// Its word size; 64 bits where nothing says otherwise.
  public var wordSize: BuiltInTemplate.WordSize
  /// Whether its maker no longer mends it; only told for Windows.
  public var isEndOfLife: Bool

  /// The system of a template or a machine.
  public init(_ vm: VMRecord) {
    let label = vm.nameLabel
    let lower = label.lowercased()
    func has(_ words: [String]) -> Bool { words.contains { lower.contains($0) } }
    wordSize =
      Self.isOldest(label) || has(["32-bit", "(x86)", "i386"]) ? .bits32 : .bits64
    let isApplication = vm.isApplicationTemplate || Self.isXenApp(label)
    if isApplication || has(["virtual apps", "session host"]) {
      family = .sessionHost
    } else if has(["windows server", "windows 2000", "windows 2003"]) {
      family = .windowsServer
    } else if lower.contains("windows") {
      family = .windowsDesktop
    } else {
      family = has(Self.distributions) ? .linux : .unknown
    }
    isEndOfLife =
      isApplication && Self.isXenApp(label)
      || lower.contains("windows") && has(Self.oldWindows)
  }

  /// Whether the guest is Windows.
  public var isWindows: Bool {
    switch family {
    case .sessionHost, .windowsServer, .windowsDesktop: true
    case .linux, .unknown: false
    }
  }

  /// Whether a name is one that XenServer gave to its templates for XenApp.
  public static func isXenApp(_ label: String) -> Bool {
    guard label.hasPrefix("Citrix XenApp") else { return false }
    var rest = label.dropFirst("Citrix XenApp".count)
    if rest.hasPrefix(" x64") { rest = rest.dropFirst(4) }
    return rest.isEmpty || rest.hasPrefix(" on Windows Server ")
  }

  /// The template of 5.5 was for 32-bit systems and did not say so.
  private static func isOldest(_ label: String) -> Bool { label == "Citrix XenApp" }

  private static let distributions = [
    "linux", "debian", "ubuntu", "centos", "red hat", "rhel", "suse", "oracle", "rocky", "alma",
    "coreos", "fedora", "kylin", "gooroom", "linx",
  ]

  /// Releases whose extended support is over.
  private static let oldWindows = [
    "2000", "xp", "vista", "windows 7", "windows 8", "2003", "2008", "server 2012",
  ]
}
