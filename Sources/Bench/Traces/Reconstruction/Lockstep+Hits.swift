import GuestModel
import ShadowModel

/// Accesses that hit, which leave no record.
///
/// An address space whose shadows had to be made showed what it touches in a visit. A visit that
/// finds them in place is taken to touch as much: what does not fault of it hits.
extension Lockstep {
  /// A turn begins, with the root's shadow just made or not.
  mutating func beginTurn(_ number: Int, _ index: Int, isCold: Bool) {
    rootLoads += 1
    if rootLoads.isMultiple(of: stretch) { mark(steps[index]) }
    guard steps[index].kind == .rootLoad else { return }
    let visit = visits.numbers[loads]
    loads += 1
    if isCold {
      spaces[number].coldVisits.append(ColdVisit(visit: visit))
      if spaces[number].coldVisits.count > Self.coldVisitsKept {
        spaces[number].coldVisits.removeFirst()
      }
    }
    spaces[number].isFilling = spaces[number].coldVisits.last?.visit == visit
    if !spaces[number].isFilling && spaces[number].visit != visit { fillHits(number, visit) }
    spaces[number].visit = visit
  }

  private mutating func mark(_ step: TraceStep) {
    let cycles = step.guestCycles > markedCycles ? step.guestCycles - markedCycles : 0
    markedCycles = max(markedCycles, step.guestCycles)
    operations.append(
      .mark(
        UInt32(rootLoads / stretch - 1), nanoseconds: UInt64(Double(cycles) / gigahertz)))
  }

  /// Cold visits of an address space to which later ones are compared.
  private static let coldVisitsKept = 4

  /// What the cold visit that is nearest in length touched, less what faults: pages first that
  /// were touched in other cold visits too.
  private mutating func fillHits(_ number: Int, _ visit: Int32) {
    let length = visits.length(visit)
    let known = spaces[number].coldVisits
    guard
      let like = known.min(by: {
        abs(visits.length($0.visit) - length) < abs(visits.length($1.visit) - length)
      })
    else { return }
    let wanted = Int((share(length, of: like) * Double(like.pages.count)).rounded())
    var hits = wanted - visits.faults(visit)
    guard hits > 0 else { return }
    var elsewhere: Set<UInt64> = []
    for other in known where other.visit != like.visit { elsewhere.formUnion(other.pages) }
    for recurs in [true, false] {
      for page in like.pages where hits > 0 && elsewhere.contains(page) == recurs {
        guard pager.isMapped(page << 12, .read) else { continue }
        emit(.access(page << 12, .read))
        figures.hits += 1
        hits -= 1
      }
    }
  }

  /// How much of a cold visit one of `length` is.
  ///
  /// Times are noisy: one half as long is a whole one.
  private func share(_ length: Double, of like: ColdVisit) -> Double {
    let whole = visits.length(like.visit)
    return whole <= 0 || length * 2 >= whole ? 1 : max(0, length / whole)
  }
}
