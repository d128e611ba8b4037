/// On which node work is to run.
public enum NodeRequest: Hashable, Sendable {
  /// One piece of work on the node that it is on, several spread over all nodes.
  case auto
  /// Wherever the kernel puts it.
  case off
  /// All of it on one node.
  case node(Int)

  /// The request that `auto`, `off` or a number names.
  public init?(_ text: String) {
    switch text {
    case "auto": self = .auto
    case "off": self = .off
    default:
      guard let number = Int(text), (0..<4096).contains(number) else { return nil }
      self = .node(number)
    }
  }
}

/// Puts threads on nodes: their processors, and where their memory comes from.
public struct NodePlacement: Sendable {
  /// The machine.
  public let topology: NodeTopology
  /// The nodes that work is put on in turn; none when nothing is pinned.
  public let nodes: [NodeTopology.Node]
  /// What is done, in words.
  public let policy: String
  private let library: NUMALibrary
  private var offset = 0

  /// A request for a node that this process cannot use.
  public struct NoSuchNode: Error {
    /// What is wrong and what to do.
    public var reason: String
  }

  /// Decides where work goes.
  ///
  /// Where there is one node, where libnuma is of no use, or where pinning is not allowed, nothing
  /// is pinned, and ``policy`` says why.
  /// - Parameter pieces: independent pieces of work
  public init(_ request: NodeRequest, pieces: Int, library: NUMALibrary = .system)
    throws(NoSuchNode)
  {
    self.library = library
    topology = NodeTopology(library)
    let (chosen, words) = try Self.choose(request, pieces, topology, library)
    guard let first = chosen.first else {
      (nodes, policy) = ([], words)
      return
    }
    let before = library.affinity()
    let isAllowed = library.pinThread(first.cpus)
    if chosen.count > 1, let before { _ = library.pinThread(before) }
    nodes = isAllowed ? chosen : []
    policy = isAllowed ? words : "not pinned: this process may not choose its processors"
  }

  /// Work that is put nowhere in particular.
  public static let anywhere = NodePlacement()

  private init() {
    library = .system
    topology = NodeTopology(library)
    (nodes, policy) = ([], "off")
  }

  /// The same, for work that comes after `count` other pieces.
  public func after(_ count: Int) -> NodePlacement {
    var copy = self
    copy.offset += count
    return copy
  }

  /// Puts the calling thread, and those that it starts, on the node of a piece of work.
  public func enter(_ piece: Int) {
    guard !nodes.isEmpty else { return }
    let node = nodes[(offset + piece) % nodes.count]
    _ = library.pinThread(node.cpus)
    library.prefer(node.number)
  }

  private static func choose(
    _ request: NodeRequest, _ pieces: Int, _ topology: NodeTopology, _ library: NUMALibrary
  ) throws(NoSuchNode) -> ([NodeTopology.Node], String) {
    if request == .off { return ([], "off") }
    guard topology.isAvailable else { return ([], "not pinned: libnuma is not available") }
    guard topology.nodes.count > 1 else { return ([], "not pinned: there is one node") }
    let numbers = topology.nodes.map { String($0.number) }.joined(separator: ", ")
    if case .node(let number) = request {
      guard let node = topology.nodes.first(where: { $0.number == number }) else {
        throw NoSuchNode(
          reason: "--numa-node \(number): no such node; this process may use \(numbers)")
      }
      return ([node], "node \(number)")
    }
    if pieces > 1 { return (topology.nodes, "spread over nodes \(numbers)") }
    let current = library.currentCPU().flatMap(library.nodeOfCPU)
    let node = topology.nodes.first { $0.number == current } ?? topology.nodes[0]
    return ([node], "node \(node.number)")
  }
}
