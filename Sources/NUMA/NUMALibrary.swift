import CNUMA

/// What is asked of libnuma: a closure for each question, so that tests can answer.
public struct NUMALibrary: Sendable {
  /// Whether the kernel knows of memory nodes at all.
  public var isAvailable: @Sendable () -> Bool
  /// The node with the highest number.
  public var highestNode: @Sendable () -> Int
  /// The processors of a node; nil for a node that is not there.
  public var cpus: @Sendable (_ node: Int) -> Set<Int>?
  /// A node's memory, bytes; nil for a node that has none.
  public var memoryBytes: @Sendable (_ node: Int) -> Int?
  /// Whether this process may have memory of a node.
  public var allowsMemory: @Sendable (_ node: Int) -> Bool
  /// The processor that the calling thread runs on.
  public var currentCPU: @Sendable () -> Int?
  /// The node of a processor.
  public var nodeOfCPU: @Sendable (_ cpu: Int) -> Int?
  /// The processors that the calling thread may run on.
  public var affinity: @Sendable () -> Set<Int>?
  /// Lets the calling thread run on these processors alone; false if that is not allowed.
  public var pinThread: @Sendable (_ cpus: Set<Int>) -> Bool
  /// Has the calling thread's memory come from a node as long as it has any.
  public var prefer: @Sendable (_ node: Int) -> Void

  /// A library that answers so.
  public init(
    isAvailable: @escaping @Sendable () -> Bool,
    highestNode: @escaping @Sendable () -> Int,
    cpus: @escaping @Sendable (Int) -> Set<Int>?,
    memoryBytes: @escaping @Sendable (Int) -> Int?,
    allowsMemory: @escaping @Sendable (Int) -> Bool,
    currentCPU: @escaping @Sendable () -> Int?,
    nodeOfCPU: @escaping @Sendable (Int) -> Int?,
    affinity: @escaping @Sendable () -> Set<Int>?,
    pinThread: @escaping @Sendable (Set<Int>) -> Bool,
    prefer: @escaping @Sendable (Int) -> Void
  ) {
    self.isAvailable = isAvailable
    self.highestNode = highestNode
    self.cpus = cpus
    self.memoryBytes = memoryBytes
    self.allowsMemory = allowsMemory
    self.currentCPU = currentCPU
    self.nodeOfCPU = nodeOfCPU
    self.affinity = affinity
    self.pinThread = pinThread
    self.prefer = prefer
  }
}

extension NUMALibrary {
  /// This machine's libnuma.
  public static let system = NUMALibrary(
    isAvailable: numaAvailable, highestNode: numaMaxNode, cpus: nodeToCPUs,
    memoryBytes: nodeSize, allowsMemory: memoryAllowed, currentCPU: schedGetCPU,
    nodeOfCPU: nodeOfCPU, affinity: schedAffinity, pinThread: setSchedAffinity,
    prefer: setPreferred)

  /// C: `numa_available`; nothing else of libnuma may be called unless it is true.
  @Sendable private static func numaAvailable() -> Bool { numa_available() >= 0 }

  /// C: `numa_max_node`.
  @Sendable private static func numaMaxNode() -> Int { Int(numa_max_node()) }

  @Sendable private static func nodeToCPUs(_ node: Int) -> Set<Int>? {
    guard let mask = CPUMask(), mask.read(node: node) else { return nil }
    return mask.cpus
  }

  /// C: `numa_node_size64`.
  @Sendable private static func nodeSize(_ node: Int) -> Int? {
    let bytes = numa_node_size64(Int32(node), nil)
    return bytes >= 0 ? Int(bytes) : nil
  }

  /// C: `numa_get_mems_allowed`.
  @Sendable private static func memoryAllowed(_ node: Int) -> Bool {
    guard let mask = numa_get_mems_allowed() else { return false }
    defer { numa_bitmask_free(mask) }
    return numa_bitmask_isbitset(mask, UInt32(node)) != 0
  }

  /// C: `sched_getcpu`.
  @Sendable private static func schedGetCPU() -> Int? {
    let cpu = shadowbench_current_cpu()
    return cpu >= 0 ? Int(cpu) : nil
  }

  /// C: `numa_node_of_cpu`.
  @Sendable private static func nodeOfCPU(_ cpu: Int) -> Int? {
    let node = numa_node_of_cpu(Int32(cpu))
    return node >= 0 ? Int(node) : nil
  }

  @Sendable private static func schedAffinity() -> Set<Int>? {
    guard let mask = CPUMask(), mask.readAffinity() else { return nil }
    return mask.cpus
  }

  @Sendable private static func setSchedAffinity(_ cpus: Set<Int>) -> Bool {
    guard let mask = CPUMask() else { return false }
    for cpu in cpus { mask.insert(cpu) }
    return mask.pinThread()
  }

  /// C: `numa_set_preferred`.
  @Sendable private static func setPreferred(_ node: Int) { numa_set_preferred(Int32(node)) }
}
