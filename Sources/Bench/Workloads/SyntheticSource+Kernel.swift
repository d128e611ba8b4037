import GuestModel

/// What the guest's kernel does in a turn.
extension SyntheticSource {
  /// Touches `pages` pages of the kernel.
  ///
  /// Half of them are always the same ones and written, the others anywhere in its leaf tables
  /// and read. A kernel without leaf tables touches the direct map of 2 MiB of data.
  mutating func touchKernel(pages: Int) {
    let kernel = plan.kernel
    let groups: Int
    let base: UInt64
    if kernel.leafTables > 0 {
      groups = kernel.leafTables * plan.patterns.groups
      base = kernel.leafBase
    } else {
      let first = (plan.dataStart + 63) & ~63
      groups = 8
      base = kernel.directMap + UInt64(first) << 12
      let end = first + groups * 64
      guard end <= min(kernel.directMapFrames, plan.shape.memoryMiB * 256) else { return }
    }
    var hot = min((pages + 1) / 2, groups * 64)
    var group = 0
    while hot > 0 {
      pending.append(.accessMask(base + UInt64(group) << 18, Self.mask(hot), .write))
      hot -= 64
      group += 1
    }
    var others = pages / 2
    while others > 0 {
      let address = base + UInt64(generator.below(groups)) << 18
      pending.append(.accessMask(address, Self.mask(others), .read))
      others -= 64
    }
  }

  /// The lowest `count` bits, at most 64.
  private static func mask(_ count: Int) -> UInt64 {
    count >= 64 ? .max : 1 << UInt64(count) - 1
  }

  /// A program's first access to a page, and what a kernel does about it: the access faults, the
  /// kernel writes the entry, the access is done again.
  ///
  /// When all entries of the leaf table are present one is taken away before, with INVLPG.
  mutating func demandFault(_ process: Int, _ leaf: Int) {
    let place = plan.leavesBefore[process] + leaf
    let table = plan.leafFrame(process, leaf)
    let filled = Int(demanded[place])
    let isFull = filled == plan.patterns.absentCount(leaf)
    let index =
      isFull
      ? demandCount % plan.shape.mode.entriesPerTable
      : plan.patterns.absentEntry(leaf, number: filled)
    let page = plan.processClass(process).addresses[leaf] + UInt64(index) << 12
    let entry = plan.kernel.address(ofEntry: index, in: table)
    if isFull {
      pending.append(.writeEntry(entry, .empty))
      pending.append(.invalidatePage(page))
    } else {
      demanded[place] += 1
    }
    let mapped = GuestEntry(
      frame: plan.demandFrame(demandCount), flags: WorkloadPlan.flags(isWritable: true))
    pending.append(.access(page, [.user, .write]))
    pending.append(.writeEntry(entry, mapped))
    pending.append(.access(page, [.user, .write]))
    demandCount += 1
  }

  /// A process that does not run ends and another one begins in its page tables.
  ///
  /// Its leaf tables are zeroed and filled again. False when every process is running.
  mutating func replaceProcess() -> Bool {
    var victim = generator.below(plan.processCount)
    var tries = 0
    while loaded.contains(victim) {
      guard tries < plan.processCount else { return false }
      victim = (victim + 1) % plan.processCount
      tries += 1
    }
    let entries = plan.shape.mode.entriesPerTable
    for leaf in 0..<plan.leafCount(victim) {
      let table = plan.leafFrame(victim, leaf)
      let first = plan.kernel.address(ofEntry: 0, in: table)
      pending.append(.fillEntries(first, count: entries, first: .empty, ascending: false))
    }
    for leaf in 0..<plan.leafCount(victim) {
      let table = plan.leafFrame(victim, leaf)
      plan.forEachRun(victim, leaf) { index, count, entry in
        let address = plan.kernel.address(ofEntry: index, in: table)
        pending.append(.fillEntries(address, count: count, first: entry, ascending: true))
      }
      demanded[plan.leavesBefore[victim] + leaf] = 0
    }
    return true
  }
}
