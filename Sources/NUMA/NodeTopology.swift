import Glibc

/// The machine's memory nodes, as this process may use them.
public struct NodeTopology: Hashable, Sendable {
  /// Processors and the memory next to them.
  public struct Node: Hashable, Sendable {
    /// Its number.
    public var number: Int
    /// Its processors that this process may run on.
    public var cpus: Set<Int>
    /// Its memory, bytes.
    public var memoryBytes: Int
  }

  /// Whether libnuma can tell.
  public var isAvailable: Bool
  /// The nodes with processors and memory that this process may use, by number.
  public var nodes: [Node]

  /// What `library` says about the machine.
  public init(_ library: NUMALibrary = .system) {
    isAvailable = library.isAvailable()
    nodes = []
    guard isAvailable else { return }
    let affinity = library.affinity()
    for number in 0...max(0, library.highestNode()) {
      guard let all = library.cpus(number), let bytes = library.memoryBytes(number),
        library.allowsMemory(number)
      else { continue }
      let cpus = affinity.map { all.intersection($0) } ?? all
      if !cpus.isEmpty { nodes.append(Node(number: number, cpus: cpus, memoryBytes: bytes)) }
    }
  }
}

extension NUMALibrary {
  /// Processors that the calling thread may run on, at least one.
  public var usableProcessors: Int {
    let cpus = isAvailable() ? affinity()?.count : nil
    return max(1, cpus ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }
}
