public import GuestModel

/// A workload made of figures: processes of given sizes that take turns, second by second.
///
/// The guest's page tables exist from the start, as those of programs that have run for a while.
/// The stream is decided by the file, the guest's shape and the seed alone.
public struct SyntheticWorkload: Workload {
  /// The file that describes it.
  public let file: WorkloadFile
  /// The guest that runs it.
  public let shape: GuestShape
  /// What the order of turns and the choice of leaf tables follow from.
  public let seed: UInt64
  let plan: WorkloadPlan

  /// The workload that `file` describes.
  ///
  /// - Parameters:
  ///   - file: The description.
  ///   - shape: The guest; the file's own if nil. An error if the workload does not fit into it.
  ///   - seed: What the order of turns and the choice of leaf tables follow from.
  public init(
    file: WorkloadFile, shape: GuestShape? = nil, seed: UInt64 = 1
  ) throws(InputError) {
    self.file = file
    self.shape = shape ?? file.shape
    self.seed = seed
    if let shape { try file.check(shape) }
    plan = WorkloadPlan(file, shape: self.shape)
  }

  /// Seconds at the start that are not meant to count: the marks 1 to this.
  public var warmUpSeconds: Int { file.run.warmUpSeconds }

  /// Seconds that count, after those.
  public var seconds: Int { file.run.seconds }

  /// Page tables of the guest, the kernel's included (rounded up by a few).
  public var tableCount: Int { plan.tableCount }

  /// The guest's page tables before the first operation.
  /// - Complexity: O(present entries), some 20 ns each
  public func makeMemory() -> GuestMemory {
    var memory = GuestMemory(
      frameCount: shape.memoryMiB * 256, entriesPerTable: shape.mode.entriesPerTable,
      expectedTables: plan.tableCount)
    // The direct map names frames of tables, and a frame is dear to make a table of once it is
    // named: so the kernel comes last.
    let spaces = (0..<plan.processCount).map { addProcess($0, &memory) }
    let kernel = plan.kernel.build(
      memory: &memory, dataStart: plan.dataStart, dataFrames: plan.dataFrames)
    guard let kernel else { preconditionFailure("the kernel's frames suffice") }
    for space in spaces {
      if plan.hasPrivateDirectory {
        plan.kernel.installCopy(kernel, in: space, memory: &memory)
      } else {
        plan.kernel.install(kernel, in: space, memory: &memory)
      }
    }
    return memory
  }

  private func addProcess(_ process: Int, _ memory: inout GuestMemory) -> AddressSpace {
    let member = plan.processClass(process)
    let first = plan.firstFrames[process]
    var frames = FrameAllocator(from: GFN(first), to: GFN(first + member.tableCount))
    let space = AddressSpace(mode: shape.mode, memory: &memory, frames: &frames)
    guard let space else { preconditionFailure("a process has frames") }
    if plan.hasPrivateDirectory {
      _ = space.table(
        for: plan.kernel.directMap, depth: 1, memory: &memory, frames: &frames)
    }
    let depth = AddressSpace.upperShifts(shape.mode).count
    for (leaf, address) in member.addresses.enumerated() {
      let frame = space.table(for: address, depth: depth, memory: &memory, frames: &frames)
      guard let frame else { preconditionFailure("a process has frames for its tables") }
      assert(frame == plan.leafFrame(process, leaf), "tables lie where the plan says")
      let table = memory.table(in: frame)
      plan.forEachRun(process, leaf) { index, count, entry in
        for number in 0..<count {
          let next = GuestEntry(frame: entry.frame + number, flags: entry.flags)
          memory.setEntry(table, index + number, next)
        }
      }
    }
    return space
  }

  /// The operations, from the first on.
  public func makeSource() -> any OperationSource {
    SyntheticSource(file: file, plan: plan, seed: seed)
  }
}
