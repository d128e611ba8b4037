import GuestModel
import XenTrace

/// Which pages an address space touches in a turn, beyond those that faulted.
///
/// Accesses that hit leave no record. An address space that was seen cold (all its shadows had to
/// be made) showed what it touches; where its turns resemble each other, it touches that again.
struct TraceTouches {
  /// Address spaces that were seen cold so often: index 0 never, 1 once, 2 twice or more.
  private(set) var seenCold = [0, 0, 0]
  /// How alike the cold turns of an address space are, 0 to 1; nil if none was cold twice.
  private(set) var likeness: Double?
  /// How much of a turn with its shadows in place is new, relative to what was known.
  private(set) var novelty = 0.0
  /// Whether hits are filled in.
  private(set) var isRepeating = true
  /// What an address space touches in a turn that did not find it cold, by turn.
  private(set) var hits: [Int: [UInt64]] = [:]

  init(_ turns: TraceTurns, _ layout: TraceLayout, _ writes: TraceWrites) {
    var working = [[UInt64]?](repeating: nil, count: turns.roots.count)
    var cold = [Int](repeating: 0, count: turns.roots.count)
    var known = [Set<UInt64>](repeating: [], count: turns.roots.count)
    var alike = (sum: 0.0, count: 0)
    var fresh = (new: 0, old: 0)
    for (number, turn) in turns.turns.enumerated() where turn.isPaged {
      var faulted: [UInt64] = []
      var isCold = false
      var isAfterInvalidation = false
      for index in turn.steps {
        let step = turns.steps[index]
        // A page that was just invalidated is touched since its entry changed, not as a habit.
        defer { isAfterInvalidation = step.kind == .invalidate }
        guard step.kind == .fixup, writes.burstOfStep[index] == nil, !isAfterInvalidation else {
          continue
        }
        let page = step.address >> 12
        faulted.append(page)
        if step.makesOrLinks, cold[turn.space] == 0 || known[turn.space].contains(page) {
          isCold = true
        }
      }
      known[turn.space].formUnion(faulted)
      if isCold {
        cold[turn.space] += 1
        if let before = working[turn.space] {
          let (old, new) = (Set(before), Set(faulted))
          alike.sum +=
            Double(old.intersection(new).count) / Double(max(1, old.union(new).count))
          alike.count += 1
        }
        working[turn.space] = faulted
        continue
      }
      let old = working[turn.space] ?? []
      let seen = Set(old)
      let new = faulted.filter { !seen.contains($0) }
      fresh.new += new.count
      fresh.old += old.count
      let again = Set(faulted)
      hits[number] = old.filter { !again.contains($0) }
      working[turn.space] = old + new
    }
    for space in Set(turns.turns.filter(\.isPaged).map(\.space)) {
      seenCold[min(cold[space], 2)] += 1
    }
    if alike.count > 0 { likeness = alike.sum / Double(alike.count) }
    novelty = Double(fresh.new) / Double(max(1, fresh.old))
    isRepeating = (likeness ?? 1) >= 0.5 && novelty <= 0.1
  }
}
