import GuestModel
import ShadowModel
import TestSupport
import Testing

/// Rule O2 of docs/MODEL.md.
@Suite("Rules of where memory lies")
struct PlacementTests {
  @Test("O2: homes by extents of 2 MiB")
  func homes() {
    #expect((0..<4).map { MemoryPlacement.descending.home(ofFrame: $0 * 512) } == [0, 1, 2, 0])
    #expect((0..<4).map { MemoryPlacement.contiguous.home(ofFrame: $0 * 512) } == [0, 2, 1, 0])
    #expect(MemoryPlacement.offsets([0, 2]).home(ofFrame: 513) == 2)
    #expect(MemoryPlacement.descending.home(ofFrame: 513) == 2)
  }

  @Test("O2: a placement has a text, and offsets say where every extent lies and no other")
  func texts() {
    for text in ["descending", "contiguous", "0120"] {
      #expect(MemoryPlacement(text: text)?.text == text)
    }
    for text in ["", "ascending", "0130", "01 2", "-1"] {
      #expect(MemoryPlacement(text: text) == nil, "\(text)")
    }
    #expect(MemoryPlacement.offsets([0, 1]).fits(memoryMiB: 4))
    #expect(MemoryPlacement.offsets([0, 1]).fits(memoryMiB: 3))
    #expect(!MemoryPlacement.offsets([0, 1]).fits(memoryMiB: 6))
    #expect(MemoryPlacement.descending.fits(memoryMiB: 6))
  }

  @Test("O2: tables of one home evict each other, others do not", arguments: pagers)
  func evictions(maker: PagerMaker) {
    // The tables lie in frames 513, 1025 and 1537: homes 0, 2, 1 by frame; 2, 0, 1 descending.
    let expected: [(MemoryPlacement, Int)] = [
      (.contiguous, 0), (.descending, 0), (.offsets([0, 0, 1, 2, 0, 0, 0, 0]), 1),
    ]
    for (placement, evicted) in expected {
      var guest = GuestBuilder(.fourLevel)
      guest.configuration.placement = placement
      let space = guest.makeProcess()
      let window = guest.windows
      // The directories come first, so that each leaf table is the first frame after a data page.
      guest.map(GuestBuilder.user - 1 << 21, in: space)
      guest.map(window + 1 << 20, in: space)
      var reads: [Operation] = []
      for number in 0..<3 as Range<UInt64> {
        let address = GuestBuilder.user + number << 21
        _ = guest.take(1, alignment: 512)
        let table = guest.table(for: address, in: space)
        #expect(table.index == 513 + 512 * Int(number))
        guest.map(address, in: space)
        guest.map(window + number << 12, to: table, in: space)
        reads += [.access(address, .read), .access(window + number << 12, .read)]
      }
      let example = guest.start(maker)
      example.boot(space)
      example.run(reads)
      for number in 0..<3 as Range<UInt64> {
        example.run(.writeEntry(window + number << 12 + 80, .empty))
      }
      #expect(example.pager.counters[.unsync] == 3)
      #expect(example.pager.counters[.unsyncEvict] == evicted, "\(placement.text)")
    }
  }
}
