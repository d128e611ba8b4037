import GuestModel
import ShadowModel
import TestSupport
import Testing

/// Rules P, R and F of docs/MODEL.md, an example each.
@Suite("Rules of the pool, roots and faults")
struct FaultRuleTests {
  static let user = GuestBuilder.user
  static let modes: [PagingMode] = [.twoLevel, .pae, .fourLevel]

  @Test("P2: a pool too small for the first vCPU crashes the domain", arguments: pagers)
  func tooSmall(maker: PagerMaker) {
    for missing in 1...11 {
      var guest = GuestBuilder(.fourLevel)
      guest.configuration.allocationPages = guest.configuration.p2mPages + 10 - missing
      let example = guest.start(maker)
      #expect(example.pager.isCrashed)
      let change = example.run(.access(0, .read), .setAllocation(pages: 500))
      #expect(change[.fault] == 0 && change.pages == 0 && example.pager.accesses == 0)
    }
  }

  @Test("P5: a fault that finds no room crashes the domain for good", arguments: pagers)
  func crash(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    let example = guest.start(maker)
    example.boot(space)
    example.shrinkToUse(reclaiming: 4)
    let touch = example.run(.access(Self.user, .user))
    #expect(example.pager.isCrashed && touch[.prealloc2] == 1 && touch[.fault] == 1)
    #expect(example.run(.access(Self.user, .user), .loadRoot(space.root))[.fault] == 0)
    #expect(example.pager.accesses == 1)
  }

  @Test(
    "P6: a shrink that fails stops without a crash; growing gives nothing back", arguments: pagers)
  func shrink(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let p2mPages = guest.configuration.p2mPages
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    let example = guest.start(maker)
    example.boot(space)
    example.run(.access(Self.user, .user))
    let shrink = example.run(.setAllocation(pages: 0))
    // Snapshots, the monitor table and the loaded root stay.
    #expect(example.pager.allocationPages == p2mPages + 3 + 1 + 1)
    #expect(!example.pager.isCrashed && shrink[.prealloc2] > 0)
    example.run(.setAllocation(pages: 100))
    #expect(example.pager.allocationPages == 100)
    #expect(example.run(.access(Self.user, .user)).pages == 3)
  }

  @Test("R5: the fourth root ends the L3-toplevel mode on one vCPU", arguments: pagers)
  func toplevelMode(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    var spaces: [AddressSpace] = []
    for _ in 0..<5 {
      let space = guest.makeProcess()
      guest.map(Self.user, in: space)
      spaces.append(space)
    }
    let example = guest.start(maker)
    example.boot(spaces[0])
    for space in spaces { example.run(.loadRoot(space.root), .access(Self.user, .user)) }
    // An L3 that were still pinned would be named among the victims.
    let victims = example.run(.setAllocation(pages: 0)).events.map(\.frame)
    #expect(victims.count == 6 && victims.dropFirst() == spaces.map(\.root)[...])
  }

  @Test("R6: a change of the shadow levels changes the monitor table", arguments: modes)
  func monitor(mode: PagingMode) {
    for maker in pagers {
      var guest = GuestBuilder(mode)
      let space = guest.makeProcess()
      let example = guest.start(maker)
      let boot = example.boot(space)
      // The L4, or the L2; with PAE no slot has an L2.
      let root = mode == .twoLevel ? 4 : mode == .pae ? 0 : 1
      #expect(boot.pages == root + (mode == .fourLevel ? 1 - 3 : 0))
      #expect(boot[.free] == (mode == .fourLevel ? 3 : 0))
      #expect(example.pager.rootLoads == 4)
    }
  }

  @Test("R7: every vCPU has its pages from creation on", arguments: pagers)
  func secondVCPU(maker: PagerMaker) {
    let single = GuestBuilder(.fourLevel).start(maker).pager
    let example = GuestBuilder(.fourLevel, vcpus: 2).start(maker)
    let created = example.pager
    #expect(created.counters[.alloc] == single.counters[.alloc] + 6)
    #expect(created.counters[.hashLookups] == single.counters[.hashLookups] + 1)
    #expect(created.rootLoads == 3)
    let start = example.run(.onVCPU(1))
    #expect(start.pages == 0 && start[.alloc] == 0 && start[.hashLookups] == 1)
    #expect(example.pager.rootLoads == 4)
    #expect(example.run(.onVCPU(0), .onVCPU(1), .onVCPU(2)).pages == 0)
  }

  @Test("F2: the page where the vCPU executes is fetched first", arguments: pagers)
  func fetch(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let first = guest.makeProcess()
    let second = guest.makeProcess()
    let code = Self.user + 1 << 39
    for space in [first, second] {
      guest.map(code, in: space)
      guest.map(Self.user, in: space)
    }
    let example = guest.start(maker)
    example.boot(first)
    #expect(example.run(.access(code, .fetch))[.fault] == 1)
    #expect(example.run(.loadRoot(second.root))[.fault] == 0)
    let touch = example.run(.access(Self.user, .read))
    #expect(touch.events.map(\.address) == [code, Self.user])
    #expect(example.run(.invalidatePage(Self.user))[.fault] == 0)
  }

  @Test("F5: an entry that names no memory is a bad gfn", arguments: pagers)
  func badFrame(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    guest.map(Self.user, to: GFN(4096), in: space)
    let example = guest.start(maker)
    example.boot(space)
    let touch = example.run(.access(Self.user, .user))
    #expect(touch[.faultBailBadGfn] == 1 && touch.events.isEmpty && touch.pages == 0)
  }

  @Test("F8: a superpage is read-only until it was written", arguments: modes)
  func cleanSuperpage(mode: PagingMode) {
    for maker in pagers {
      var guest = GuestBuilder(mode)
      let space = guest.makeProcess()
      let size = mode.entriesPerTable
      let frame = guest.take(size, alignment: size)
      let flags = GuestEntry.Flag.all & ~GuestEntry.Flag.dirty
      guest.map(Self.user, to: frame, in: space, flags: flags)
      let example = guest.start(maker)
      example.boot(space)
      #expect(example.run(.access(Self.user, .user))[.fault] == 1)
      let write = example.run(.access(Self.user, [.user, .write]))
      #expect(write[.fault] == 1 && write[.hashInserts] == 0 && write[.hashLookups] == 1)
      #expect(example.run(.access(Self.user + 4096, [.user, .write]))[.fault] == 0)
    }
  }

  @Test("F11: prefetching stops at a page that was not used, or not written", arguments: pagers)
  func prefetchStops(maker: PagerMaker) {
    for flag in [GuestEntry.Flag.accessed, GuestEntry.Flag.dirty] {
      var guest = GuestBuilder(.fourLevel)
      let space = guest.makeProcess()
      guest.map(Self.user, pages: 32, in: space)
      guest.map(Self.user + 8 * 4096, in: space, flags: GuestBuilder.allFlags & ~flag)
      let example = guest.start(maker)
      example.boot(space)
      example.run(.access(Self.user, .user))
      let before = example.run((1...7).map { .access(Self.user + $0 * 4096, .user) })
      #expect(before[.fault] == 0)
      #expect(example.run(.access(Self.user + 8 * 4096, .user))[.fault] == 1)
      // That fault fetched the rest.
      #expect(example.run(.access(Self.user + 31 * 4096, .user))[.fault] == 0)
    }
  }

  @Test("F11: the distance is a setting, and the shadow page's end is the end", arguments: pagers)
  func prefetchDistance(maker: PagerMaker) {
    for (distance, first, faults) in [(1, 0, 32), (4, 0, 8), (32, 0, 1), (32, 500, 2)] {
      var guest = GuestBuilder(.twoLevel)
      guest.configuration.prefetchDistance = distance
      let space = guest.makeProcess()
      guest.map(Self.user, pages: 1024, in: space)
      let example = guest.start(maker)
      example.boot(space)
      let touch = example.run(
        (0..<32).map { .access(Self.user + UInt64(first + $0) * 4096, .user) })
      #expect(touch[.fault] == faults)
    }
  }
}
