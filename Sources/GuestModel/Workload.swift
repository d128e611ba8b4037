/// A run of operations that is filled, consumed and filled again.
public struct OperationBlock: ~Copyable {
  /// Room for operations; the first ``count`` are meant.
  public let operations: Buffer<Operation>
  /// How many there are.
  public private(set) var count = 0

  /// A block with room for `capacity` operations.
  public init(capacity: Int = 4096) {
    operations = Buffer(repeating: Operation(head: 0, operand: 0), count: capacity)
  }

  /// Operations that still fit.
  public var room: Int { operations.count - count }

  /// Adds an operation, for which there must be room.
  @inlinable
  public mutating func append(_ operation: Operation) {
    operations[count] = operation
    advance()
  }

  @usableFromInline
  mutating func advance() { count &+= 1 }

  /// Empties the block.
  public mutating func removeAll() { count = 0 }
}

/// What a workload needs of its domain: the settings that are the guest's, not the pool's.
public struct GuestShape: Hashable, Sendable {
  /// The paging mode that the guest ends up in.
  public var mode: PagingMode
  /// Memory, MiB.
  public var memoryMiB: Int
  /// Virtual CPUs.
  public var vcpus: Int

  /// A guest of that shape.
  public init(mode: PagingMode, memoryMiB: Int, vcpus: Int) {
    self.mode = mode
    self.memoryMiB = memoryMiB
    self.vcpus = vcpus
  }
}

/// Something that makes a stream of guest operations, the same one every time it is started.
public protocol Workload: Sendable {
  /// The guest that runs it.
  var shape: GuestShape { get }
  /// The guest's page tables before the first operation.
  func makeMemory() -> GuestMemory
  /// A source of the operations, from the first on.
  func makeSource() -> any OperationSource
}

/// Produces operations a block at a time.
public protocol OperationSource {
  /// Adds operations to `block` while there is room; leaves it empty when there are no more.
  mutating func fill(_ block: inout OperationBlock)
}
