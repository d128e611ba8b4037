import GuestModel
import ShadowModel

/// Accesses that hit, which leave no record.
///
/// An address space whose shadows had to be made showed what it touches in a turn. When it runs
/// again with its shadows in place it is taken to touch that again, as much of it as the turn is
/// long.
extension Lockstep {
  /// For each step, where the turn that begins there ends: the vCPU's next root load.
  static func ends(_ steps: [TraceStep], vcpus: Int) -> [Int32] {
    var next = [Int32](repeating: Int32(steps.count), count: vcpus)
    var ends = [Int32](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() where steps[index].kind == .rootLoad {
      ends[index] = next[Int(steps[index].vcpu)]
      next[Int(steps[index].vcpu)] = Int32(index)
    }
    return ends
  }

  /// Guest time of the turn that begins at a root load, cycles.
  private func time(_ index: Int) -> UInt64 {
    let end = Int(turnEnds[index])
    guard end < steps.count, steps[end].guestCycles > steps[index].guestCycles else { return 0 }
    return steps[end].guestCycles - steps[index].guestCycles
  }

  /// A turn begins, with the root's shadow just made or not.
  mutating func beginTurn(_ number: Int, _ index: Int, isCold: Bool) {
    rootLoads += 1
    if rootLoads.isMultiple(of: stretch) { mark(steps[index]) }
    guard steps[index].kind == .rootLoad else { return }
    if isCold {
      spaces[number].working = []
      spaces[number].workingTime = 0
      spaces[number].coldAt = rootLoads
    }
    spaces[number].isFilling =
      spaces[number].coldAt.map { rootLoads - $0 <= Self.interruption } ?? false
    if spaces[number].isFilling {
      spaces[number].workingTime += time(index)
    } else if spaces[number].coldAt != nil {
      fillHits(number, time(index))
    }
  }

  private mutating func mark(_ step: TraceStep) {
    let cycles = step.guestCycles > markedCycles ? step.guestCycles - markedCycles : 0
    markedCycles = max(markedCycles, step.guestCycles)
    operations.append(
      .mark(
        UInt32(rootLoads / stretch - 1), nanoseconds: UInt64(Double(cycles) / gigahertz)))
  }

  /// Root loads after which a turn that was interrupted is another one.
  private static let interruption = 8

  private mutating func fillHits(_ number: Int, _ time: UInt64) {
    let pages = spaces[number].working
    guard !pages.isEmpty, spaces[number].workingTime > 0 else { return }
    let share = min(1, Double(time) / Double(spaces[number].workingTime))
    let count = Int((Double(pages.count) * share).rounded())
    for page in pages.prefix(count) where pager.isMapped(page << 12, .read) {
      emit(.access(page << 12, .read))
      figures.hits += 1
    }
  }
}
