import Glibc
public import NUMA

/// The machine that a result was made on, and how it was used.
///
/// No counter depends on it; times do.
public struct RunEnvironment: Codable, Hashable, Sendable {
  /// A memory node.
  public struct Node: Codable, Hashable, Sendable {
    /// Its number.
    public var node: Int
    /// Its processors that may be used.
    public var cpus: Int
    /// Its memory, MiB.
    public var memoryMib: Int
  }

  /// Memory nodes and what was done about them.
  public struct Topology: Codable, Hashable, Sendable {
    /// Whether libnuma can tell.
    public var available: Bool
    /// The nodes that may be used.
    public var nodes: [Node]
    /// What was done.
    public var policy: String
  }

  /// Memory nodes.
  public var numa: Topology
  /// Size of a page, bytes.
  public var pageSizeBytes: Int
  /// The kernel's setting of transparent huge pages; nil where it has none.
  public var transparentHugePages: String?
  /// What was done about huge pages; nil where nothing was decided.
  public var hugePages: String?
  /// The processor, the system and the program; nil in results of version 1.
  public var machine: MachineFacts?

  /// This machine, used as `placement` and `hugePages` say.
  /// - Parameter commit: the commit that the program was built from
  public init(_ placement: NodePlacement, hugePages: HugePages? = nil, commit: String? = nil) {
    self.init(placement, hugePages: hugePages, hugePageSetting: Self.readHugePageSetting())
    machine = MachineFacts(commit: commit)
  }

  init(_ placement: NodePlacement, hugePages: HugePages? = nil, hugePageSetting: String?) {
    numa = Topology(
      available: placement.topology.isAvailable,
      nodes: placement.topology.nodes.map {
        Node(node: $0.number, cpus: $0.cpus.count, memoryMib: $0.memoryBytes >> 20)
      }, policy: placement.policy)
    pageSizeBytes = Int(getpagesize())
    transparentHugePages = hugePageSetting
    self.hugePages = hugePages?.policy
  }

  /// The kernel's setting of transparent huge pages: `always`, `madvise`, `never`; nil where it has
  /// none.
  public static func readHugePageSetting() -> String? {
    let text = try? TextFile.read("/sys/kernel/mm/transparent_hugepage/enabled")
    return text.flatMap(chosen)
  }

  /// The word in brackets: `always [madvise] never`.
  static func chosen(_ text: String) -> String? {
    text.split(separator: "[").dropFirst().first?.split(separator: "]").first.map(String.init)
  }
}
