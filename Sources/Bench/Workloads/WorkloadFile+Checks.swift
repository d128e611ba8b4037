import GuestModel

extension WorkloadFile {
  /// The most page tables that a workload may have; they take 2.5 KiB each, 5 KiB when 2-level.
  static let tableLimit = 400_000

  /// Refuses figures that do not fit together, or not into a guest of `shape`.
  func check(_ shape: GuestShape) throws(InputError) {
    guard shape.mode != .unpaged else {
      throw error("guest.mode", "an unpaged guest has no page tables")
    }
    guard (16...65536).contains(shape.memoryMiB) else {
      throw error("guest.memory_mib", "\(shape.memoryMiB) is not from 16 to 65536")
    }
    guard (1...64).contains(shape.vcpus) else {
      throw error("guest.vcpus", "\(shape.vcpus) is not from 1 to 64")
    }
    try checkTables(shape)
    try checkActivity(shape)
    let plan = WorkloadPlan(self, shape: shape)
    guard plan.tableCount <= Self.tableLimit else {
      throw error(
        "processes",
        "\(plan.tableCount) page tables are more than the \(Self.tableLimit) that are accepted")
    }
    let frames = shape.memoryMiB * 256
    guard plan.dataStart <= frames * 3 / 4 else {
      throw error(
        "guest.memory_mib",
        "\(plan.tableCount) page tables need more than three quarters of \(shape.memoryMiB) MiB")
    }
    guard plan.dataStart <= plan.kernel.directMapFrames else {
      throw error(
        "processes",
        "\(plan.tableCount) page tables lie beyond the "
          + "\(plan.kernel.directMapFrames / 256) MiB that a \(shape.mode.name) kernel maps")
    }
  }

  private func checkTables(_ shape: GuestShape) throws(InputError) {
    let entries = shape.mode.entriesPerTable
    guard processes.count <= 20000 else {
      throw error("processes", "\(processes.count) processes are more than 20000")
    }
    guard processes.entriesPerLeaf.rounded <= entries else {
      throw error(
        "processes.entries_per_leaf",
        "\(processes.entriesPerLeaf.rounded) is more than the \(entries) of a table")
    }
    guard !kernel.hasPrivateDirectory || shape.mode == .pae else {
      throw error("kernel.private_directory", "true is for mode pae only, not \(shape.mode.name)")
    }
    let limit = KernelLayout.leafTableLimit(shape.mode)
    guard kernel.leafTables.rounded <= limit else {
      throw error(
        "kernel.leaf_tables",
        "\(kernel.leafTables.rounded) is more than the \(limit) of mode \(shape.mode.name)")
    }
    let upper = processes.upperTables.rounded
    let ownDirectory = kernel.hasPrivateDirectory ? 1 : 0
    let accepted =
      switch shape.mode {
      case .fourLevel: 3...64
      case .pae: 1 + ownDirectory...3 + ownDirectory
      case .twoLevel, .unpaged: 1...1
      }
    guard accepted.contains(upper) else {
      throw error(
        "processes.upper_tables",
        "\(upper) is not from \(accepted.lowerBound) to \(accepted.upperBound), "
          + "as mode \(shape.mode.name) has")
    }
    let room = ProcessClass.regions(self, mode: shape.mode).reduce(0) { $0 + $1.slots }
    for leafShare in processes.leafTables where leafShare.count.rounded > room {
      throw error(
        "processes.leaf_tables",
        "\(leafShare.count.rounded) leaf tables do not fit below \(upper) upper tables, "
          + "which have room for \(room)")
    }
  }

  private func checkActivity(_ shape: GuestShape) throws(InputError) {
    let active = activity.activeProcesses.rounded
    guard active <= processes.count else {
      throw error(
        "activity.active_processes",
        "\(active) is more than the \(processes.count) processes there are")
    }
    guard activity.leavesTouched.value <= processes.meanLeafTables else {
      throw error(
        "activity.leaves_touched",
        "\(YAMLValue.plain(activity.leavesTouched.value)) is more than the "
          + "\(YAMLValue.plain(processes.meanLeafTables)) leaf tables of a process")
    }
    guard activity.entriesTouched.value <= processes.entriesPerLeaf.value else {
      throw error(
        "activity.entries_touched",
        "\(YAMLValue.plain(activity.entriesTouched.value)) is more than the "
          + "\(processes.entriesPerLeaf.rounded) entries of processes.entries_per_leaf")
    }
    let turnsNeeded = activity.schedule == .single ? 2 * active : active
    guard activity.rootLoads.value >= Double(turnsNeeded) else {
      throw error(
        "activity.root_loads",
        "\(YAMLValue.plain(activity.rootLoads.value)) a second cannot run "
          + "\(active) active processes; at least \(turnsNeeded)")
    }
    guard activity.turnover.value <= 1 - activity.overlap.value + 1e-9 else {
      throw error(
        "activity.turnover",
        "\(YAMLValue.plain(activity.turnover.value)) leaves no overlap of "
          + "\(YAMLValue.plain(activity.overlap.value)); at most 1 - overlap")
    }
    guard sharing.sharers.rounded <= processes.count else {
      throw error(
        "sharing.sharers",
        "\(sharing.sharers.rounded) is more than the \(processes.count) processes there are")
    }
    guard activity.churn.value == 0 || processes.count > shape.vcpus else {
      throw error(
        "activity.churn", "needs a process that is not running, so more processes than vCPUs")
    }
  }
}
