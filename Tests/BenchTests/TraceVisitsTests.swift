import GuestModel
import Testing

@testable import Bench

/// Root loads of an address space that are one visit, and how long it is without its faults.
@Suite struct TraceVisitsTests {
  private func load(_ root: UInt64, at cycles: UInt64) -> TraceStep {
    var step = TraceStep(kind: .rootLoad, vcpu: 0)
    step.register = 3
    step.address = root << 12
    step.guestCycles = cycles
    return step
  }

  private func visits(_ steps: [TraceStep]) -> TraceVisits {
    TraceVisits(steps, vcpus: 1) { $0 & ~0xfff }
  }

  @Test func anInterruptedVisitGoesOn() {
    let fault = TraceStep(kind: .fixup, vcpu: 0)
    let visits = visits([
      load(5, at: 0), fault, fault, load(6, at: 100), load(5, at: 130), fault, load(7, at: 200),
    ])
    #expect(visits.numbers == [0, 1, 0, 2])
    #expect(visits.faults(0) == 3)
    #expect(visits.visits[0].time == 170)
  }

  @Test func whoComesBackLateIsAnotherVisit() {
    var steps = [load(5, at: 0)]
    for other in UInt64(10)..<19 { steps.append(load(other, at: other)) }
    steps.append(load(5, at: 100))
    #expect(visits(steps).numbers.last == 10)
  }

  @Test func whatAFaultTakesIsNoLength() {
    // Visits do the same work of 1,000 cycles, with a fault of 50 each for 0 to 90 pages.
    var steps: [TraceStep] = []
    var cycles: UInt64 = 0
    for visit in 0..<40 {
      steps.append(load(UInt64(100 + visit), at: cycles))
      let faults = visit * 37 % 91
      steps += [TraceStep](repeating: TraceStep(kind: .fixup, vcpu: 0), count: faults)
      cycles += UInt64(1_000 + 50 * faults)
    }
    steps.append(load(1, at: cycles))
    let visits = visits(steps)
    #expect(visits.faultTime == 50)
    #expect((0..<40).allSatisfy { visits.length(Int32($0)) == 1_000 })
  }

  @Test func prefetchingEndsWhereAnEntryIsFilledOrStops() {
    var table = LockstepTable(frame: GFN(5), owner: 0, leaf: 0)
    table.fill(100, entries: 512) { $0 == 110 }
    #expect((100...109).allSatisfy(table.isFilled))
    #expect(!table.isFilled(110))
    table.fill(90, entries: 512) { _ in false }
    #expect((90...109).allSatisfy(table.isFilled))
    #expect(!table.isFilled(110))
    table.fill(500, entries: 512) { _ in false }
    table.fill(200, entries: 512) { _ in false }
    #expect(table.isFilled(231) && !table.isFilled(232) && table.isFilled(511))
    table.emptyShadow()
    #expect(!table.isFilled(100))
  }
}
