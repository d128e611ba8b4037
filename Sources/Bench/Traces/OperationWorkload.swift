public import GuestModel

/// Operations of a file as a workload: the guest builds its own tables.
public struct OperationWorkload: Workload {
  /// The guest.
  public let shape: GuestShape
  private let operations: [GuestModel.Operation]

  /// A workload of `operations` for a guest of `shape`.
  public init(_ operations: [GuestModel.Operation], shape: GuestShape) {
    self.operations = operations
    self.shape = shape
  }

  /// Empty memory.
  public func makeMemory() -> GuestMemory {
    GuestMemory(
      frameCount: shape.memoryMiB * 256, entriesPerTable: shape.mode.entriesPerTable)
  }
  /// The operations.
  public func makeSource() -> any OperationSource { OperationList(operations) }
}

extension TraceReconstruction {
  /// The operations with those before them that build the page tables, while the guest does not
  /// page: they need no memory but an empty one.
  public var selfContainedOperations: [GuestModel.Operation] {
    let bytes = UInt64(shape.mode.entryBytes)
    var building: [GuestModel.Operation] = []
    building.reserveCapacity(plan.entries.count + operations.count)
    for entry in plan.entries {
      building.append(
        .writeEntry(
          UInt64(entry.table.rawValue) << 12 + UInt64(entry.index) * bytes, entry.value))
    }
    return building + operations
  }
}
