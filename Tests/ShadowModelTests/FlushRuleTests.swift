import GuestModel
import ShadowModel
import TestSupport
import Testing

/// Rule R8 of docs/MODEL.md.
@Suite("Rules of flushes by hypercall")
struct FlushRuleTests {
  @Test("R8: a flush loads the roots of the vCPUs named again, and resyncs", arguments: pagers)
  func flush(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel, vcpus: 2)
    let space = guest.makeProcess()
    let other = guest.makeProcess(sharingKernelOf: space)
    let address = GuestBuilder.user
    guest.map(address, in: space)
    let window = guest.windows
    guest.map(window, to: guest.table(for: address, in: space), in: space)
    let example = guest.start(maker)
    example.boot(other)
    example.run(.onVCPU(1))
    example.boot(space)
    example.run(.access(address, .read), .access(window, .read))
    #expect(example.run(.writeEntry(window + 80, .empty))[.unsync] == 1)

    // Of no vCPU, and of one that is not there.
    let none = example.run(.flushTLBs(0), .flushTLBs(4))
    #expect(none[.hashLookups] == 0 && none[.resync] == 0 && none.events.isEmpty)
    let loads = example.pager.rootLoads
    // vCPU 0's root does not lead to the table, vCPU 1's own table is resynced.
    let first = example.run(.flushTLBs(1))
    #expect(first[.resync] == 0 && example.pager.rootLoads == loads + 1)
    let both = example.run(.flushTLBs(3))
    #expect(both[.resync] == 1 && both.kinds.contains(.resyncFull))
    #expect(example.pager.rootLoads == loads + 3)
    // Of the two roots vCPU 0's is given up first, since vCPU 1's was loaded last.
    let unpinned = example.shrinkToUse(reclaiming: 8).events.filter { $0.kind == .preallocUnpin }
    let roots = unpinned.map(\.frame).filter { $0 == space.root || $0 == other.root }
    #expect(roots.first == other.root)
    // And the other way round.
    example.run(.setAllocation(pages: 500), .flushTLBs(2), .flushTLBs(1))
    let again = example.shrinkToUse(reclaiming: 8).events.filter { $0.kind == .preallocUnpin }
    #expect(again.map(\.frame).first { $0 == space.root || $0 == other.root } == space.root)
  }
}
