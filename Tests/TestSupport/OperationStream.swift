public import GuestModel
public import ShadowModel

/// An entry that the guest's memory holds at the start.
public struct InitialEntry: Hashable, Sendable, CustomStringConvertible {
  /// The table's frame.
  public var frame: GFN
  /// Where in the table.
  public var index: Int
  /// What is there.
  public var entry: GuestEntry

  /// An entry at `index` of the table in `frame`.
  public init(_ frame: GFN, _ index: Int, _ entry: GuestEntry) {
    self.frame = frame
    self.index = index
    self.entry = entry
  }

  /// The entry on one line.
  public var description: String {
    "\(hexadecimal(UInt64(frame.rawValue))) [\(index)] = \(entry.words)"
  }
}

/// Everything that a pager is run with, in a form that can be cut down and printed.
public struct OperationStream: Sendable, CustomStringConvertible {
  /// What it was made from.
  public var seed: UInt64
  /// The domain.
  public var configuration: DomainConfiguration
  /// The guest's memory at the start.
  public var initialEntries: [InitialEntry]
  /// What happens.
  public var operations: [Operation]

  /// A stream from its parts.
  public init(
    seed: UInt64 = 0, configuration: DomainConfiguration, initialEntries: [InitialEntry],
    operations: [Operation]
  ) {
    self.seed = seed
    self.configuration = configuration
    self.initialEntries = initialEntries
    self.operations = operations
  }

  /// The guest's memory at the start.
  public func makeMemory() -> GuestMemory {
    let entries = configuration.shape.mode.entriesPerTable
    var memory = GuestMemory(frameCount: configuration.frameCount, entriesPerTable: entries)
    for initial in initialEntries {
      memory.setEntry(memory.ensureTable(in: initial.frame), initial.index, initial.entry)
    }
    return memory
  }

  /// Seed, configuration, memory and operations, a line each.
  public var description: String {
    let shape = configuration.shape
    var lines = [
      "seed \(seed): \(shape.mode.name), \(shape.memoryMiB) MiB, \(shape.vcpus) vCPUs",
      "allocation \(configuration.allocationPages) pages, P2M \(configuration.p2mPages)"
        + ", out of sync \(configuration.outOfSyncEnabled)"
        + ", prefetch \(configuration.prefetchDistance)"
        + ", placement \(configuration.placement.text)"
        + ", raised to minimum \(configuration.raisesToMinimum)",
    ]
    lines += initialEntries.map(\.description)
    lines += operations.enumerated().map { "\($0.offset): \($0.element)" }
    return lines.joined(separator: "\n")
  }
}
