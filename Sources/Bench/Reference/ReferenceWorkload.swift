public import GuestModel

/// The reference guest as a workload: exactly what it does under a real Xen, start-up included.
public struct ReferenceWorkload: Workload {
  /// The parameters.
  public let parameters: ReferenceParameters
  /// The guest.
  public let shape: GuestShape
  let layout: ReferenceLayout

  /// The guest with the parameters of `text`.
  /// - Throws: ``InputError`` for a bad parameter, or when the guest does not fit its memory
  public init(text: String, shape: GuestShape) throws(InputError) {
    try self.init(parameters: ReferenceParameters(text: text), shape: shape)
  }

  /// The guest with `parameters`.
  /// - Throws: ``InputError`` when the guest does not fit its memory
  public init(parameters: ReferenceParameters, shape: GuestShape) throws(InputError) {
    self.parameters = parameters
    self.shape = shape
    layout = ReferenceLayout(parameters, shape.mode)
    for (name, value) in [("touch", parameters.touch), ("ktouch", parameters.ktouch)]
    where value > shape.mode.entriesPerTable {
      throw ReferenceParameters.error(
        "\(name)=\(value): a leaf table has \(shape.mode.entriesPerTable) entries")
    }
    if shape.mode != .fourLevel && max(parameters.leaves, parameters.kleaves) > 255 {
      throw ReferenceParameters.error("at most 255 leaves and kleaves in \(shape.mode.name) mode")
    }
    let needed = (layout.end.index + 255) / 256
    if needed > shape.memoryMiB {
      throw ReferenceParameters.error(
        "the guest needs \(needed) MiB of memory for its tables, and has \(shape.memoryMiB)")
    }
  }

  /// Empty: the guest builds its tables itself.
  public func makeMemory() -> GuestMemory {
    GuestMemory(
      frameCount: shape.memoryMiB * 256, entriesPerTable: shape.mode.entriesPerTable,
      expectedTables: layout.tableCount + 64)
  }

  /// The operations, from power-on.
  public func makeSource() -> any OperationSource { ReferenceSource(parameters, shape, layout) }
}

/// Where the reference guest's tables lie: it hands out pages one after the other.
struct ReferenceLayout: Hashable, Sendable {
  /// The root that its start-up code loads.
  let bootRoot = GFN(0x101)
  let bootL3 = GFN(0x102)
  let bootDirectory = GFN(0x103)
  /// The frames that the processes' leaf tables map, and the kernel's.
  let frames: GFN
  let kernelFrames: GFN
  /// The kernel's tables: L3 (64-bit), directory (not in 2-level mode), leaf tables.
  let kernelTables: GFN
  let kernelUppers: Int
  /// The first process's first table.
  let processes: GFN
  /// Tables of a process: the root, others above the leaves, leaf tables.
  let tablesPerProcess: Int
  let uppersPerProcess: Int
  let end: GFN
  let tableCount: Int

  init(_ parameters: ReferenceParameters, _ mode: PagingMode) {
    let entries = mode.entriesPerTable
    let start = (8192 + entries - 1) / entries * entries
    frames = GFN(start)
    kernelFrames = GFN(start + parameters.leaves * entries)
    kernelTables = GFN(start + (parameters.leaves + parameters.kleaves) * entries)
    switch mode {
    case .fourLevel:
      kernelUppers = parameters.kleaves > 0 ? 2 : 0
      uppersPerProcess = 3
    case .pae:
      kernelUppers = parameters.kleaves > 0 ? 1 : 0
      uppersPerProcess = 2 + (parameters.kleaves > 0 && parameters.kpriv != 0 ? 1 : 0)
    case .twoLevel, .unpaged:
      kernelUppers = 0
      uppersPerProcess = 1
    }
    let kernel = kernelUppers + parameters.kleaves
    processes = GFN(kernelTables.index + kernel)
    tablesPerProcess = uppersPerProcess + (parameters.superpages != 0 ? 0 : parameters.leaves)
    tableCount = kernel + parameters.procs * tablesPerProcess
    end = GFN(kernelTables.index + tableCount)
  }

  func process(_ number: Int) -> GFN { GFN(processes.index + number * tablesPerProcess) }
  func leaf(_ process: Int, _ number: Int) -> GFN {
    self.process(process) + uppersPerProcess + number
  }
  func kernelLeaf(_ number: Int) -> GFN { kernelTables + kernelUppers + number }
}
