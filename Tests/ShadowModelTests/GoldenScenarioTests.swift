import GuestModel
import ShadowModel
import TestSupport
import Testing

/// Sixteen small scenarios with hand-worked results; one vCPU, a roomy pool, and all Accessed and
/// Dirty bits set unless said.
@Suite("Golden scenarios", .serialized)
struct GoldenScenarioTests {
  static let user = GuestBuilder.user

  @Test(
    "1 to 4: a first root, a first access, its prefetched neighbours, the next run",
    arguments: pagers)
  func firstTouch(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let first = guest.makeProcess()
    let second = guest.makeProcess()
    guest.map(Self.user, pages: 512, in: second)
    let example = guest.start(maker)
    example.boot(first)

    let load = example.run(.loadRoot(second.root))
    #expect(load.pages == 1 && load[.hashInserts] == 1 && load[.fault] == 0)
    #expect(load.events.isEmpty)

    let touch = example.run(.access(Self.user, .user))
    #expect(touch.pages == 3 && touch[.fault] == 1 && touch[.faultFixed] == 1)
    #expect(touch.kinds == [.fixup])

    let neighbours = example.run((1...31).map { .access(Self.user + $0 * 4096, .user) })
    #expect(neighbours[.fault] == 0)

    let next = example.run(.access(Self.user + 32 * 4096, .user))
    #expect(next[.fault] == 1 && next.pages == 0)
  }

  @Test("5: the first write to a clean page that was read costs a fault", arguments: pagers)
  func firstWrite(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    guest.map(
      Self.user, in: space, flags: GuestBuilder.allFlags & ~GuestEntry.Flag.dirty)
    let example = guest.start(maker)
    example.boot(space)
    #expect(example.run(.access(Self.user, .user))[.fault] == 1)
    let write = example.run(.access(Self.user, [.user, .write]))
    #expect(write[.fault] == 1 && write[.faultFixed] == 1 && write.pages == 0)
    #expect(example.run(.access(Self.user, [.user, .write]))[.fault] == 0)
  }

  @Test("6 and 8: an absent page, its entry's write, and the next root load", arguments: pagers)
  func demandPage(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    let table = guest.table(for: Self.user, in: space)
    let window = guest.windows
    guest.map(window, to: table, in: space)
    let fresh = guest.take()
    let example = guest.start(maker)
    example.boot(space)
    example.run(.access(Self.user, .user), .access(window, .read))

    let absent = example.run(.access(Self.user + 4096, .user))
    #expect(absent[.fault] == 1 && absent[.faultBailRealFault] == 1 && absent.pages == 0)
    #expect(absent.kinds == [.notShadow])

    let entry = GuestEntry(frame: fresh, flags: GuestBuilder.allFlags)
    let write = example.run(.writeEntry(window + 8, entry))
    #expect(write[.fault] == 1 && write[.faultFixed] == 1 && write[.unsync] == 1)
    #expect(write.pages == 0 && write.kinds == [.fixup])

    let more = example.run(.writeEntry(window + 16, entry), .writeEntry(window + 24, entry))
    #expect(more[.fault] == 0)

    let retry = example.run(.access(Self.user + 4096, .user))
    #expect(retry[.fault] == 1 && retry[.faultFixed] == 1)

    let load = example.run(.loadRoot(space.root))
    #expect(load[.resync] == 1 && load.kinds == [.resyncFull] && load.pages == 0)
    #expect(load[.hashLookupMiss] == 0)
    #expect(example.run(.writeEntry(window + 32, entry))[.unsync] == 1)
  }

  @Test(
    "7 and 8: a second process relinks the shared kernel; the first one is still there",
    arguments: pagers)
  func sharedKernel(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let first = guest.makeProcess()
    let kernel = guest.kernel
    guest.map(kernel, pages: 64, in: first)
    let second = guest.makeProcess(sharingKernelOf: first)
    let example = guest.start(maker)
    example.boot(first)
    #expect(example.run(.access(kernel, .read)).pages == 3)
    #expect(example.run(.loadRoot(second.root)).pages == 1)
    let touch = example.run(.access(kernel, .read), .access(kernel + 4096, .read))
    #expect(touch[.fault] == 1 && touch.pages == 0 && touch[.hashInserts] == 0)
    let back = example.run(.loadRoot(first.root))
    #expect(back.pages == 0 && back[.hashLookups] == 1 && back[.hashLookupMiss] == 0)
    #expect(example.run(.access(kernel, .read))[.fault] == 0)
  }

  @Test(
    "9 and 10: a full pool gives up the root loaded longest ago, and its return costs",
    arguments: pagers)
  func reclaim(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let kernel = guest.kernel
    let first = guest.makeProcess()
    guest.map(kernel, in: first)
    guest.map(Self.user, pages: 64, in: first)
    var spaces = [first]
    for _ in 0..<6 {
      let space = guest.makeProcess(sharingKernelOf: first)
      guest.map(Self.user, pages: 64, in: space)
      spaces.append(space)
    }
    let example = guest.start(maker)
    example.boot(first)
    for space in spaces.dropLast() {
      example.run(
        .loadRoot(space.root), .access(Self.user, .user), .access(kernel, .read))
    }
    // The identity map's root is the oldest; its 4 pages go first.
    #expect(example.shrinkToUse(reclaiming: 4).kinds == [.preallocUnpin])

    let load = example.run(.loadRoot(spaces[6].root))
    #expect(load[.prealloc1] == 1 && load[.prealloc2] == 0)
    #expect(load.events == [ShadowEvent(kind: .preallocUnpin, frame: first.root)])
    #expect(load.pages == 1 - 4 && load[.hashDeletes] == 4)

    // A fault asks for three pages before it knows that it needs none.
    let back = example.run(.loadRoot(first.root), .access(kernel, .read))
    #expect(back[.fault] == 1 && back[.prealloc1] == 1 && back.pages == 1 - 4)
    #expect(back.events.first == ShadowEvent(kind: .preallocUnpin, frame: spaces[1].root))
    let touch = example.run((0..<64).map { .access(Self.user + $0 * 4096, .user) })
    #expect(touch[.fault] == 2 && touch[.hashInserts] == 3 && touch[.prealloc1] == 0)
  }

  @Test("11: with one loaded root alone its entries are cleared", arguments: pagers)
  func lastRoot(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    let other = guest.makeProcess()
    guest.map(Self.user, in: space)
    let far = Self.user + 1 << 39
    guest.map(far, in: space)
    let example = guest.start(maker)
    example.boot(space)
    example.run(.access(Self.user, .user))
    example.shrinkToUse(reclaiming: 4)

    let touch = example.run(.access(far, .user))
    #expect(touch[.prealloc1] == 1 && touch[.prealloc2] == 1)
    #expect(touch[.hashDeletes] == 3 && touch[.hashInserts] == 3 && touch.pages == 0)
    #expect(touch.events.first == ShadowEvent(kind: .preallocUnpin, frame: space.root))

    // The root dies with the next load of another one.
    let load = example.run(.loadRoot(other.root))
    #expect(load[.hashDeletes] == 4 && load.pages == 1 - 4)
    #expect(!example.pager.isCrashed)
  }

  @Test("12: PAE loads up to four roots, and a touch adds a leaf", arguments: pagers)
  func pae(maker: PagerMaker) {
    var guest = GuestBuilder(.pae)
    let first = guest.makeProcess()
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    for slot in 1..<4 as Range<UInt64> { guest.map(slot << 30, in: space) }
    let roots = (0..<4 as Range<UInt64>).map { slot in
      guest.table(for: slot << 30, in: space, depth: 1)
    }
    let example = guest.start(maker)
    example.boot(first)
    let load = example.run(.loadRoot(space.root))
    #expect(load.pages == 4 && load[.hashInserts] == 4 && load[.hashLookups] == 4)
    let touch = example.run(.access(Self.user, .user))
    #expect(touch.pages == 1 && touch[.fault] == 1)
    // Pinned in slot order, so slot 0's is the oldest, after the identity map's.
    example.run(.loadRoot(first.root))
    let victims = example.shrinkToUse(reclaiming: 9).events.map(\.frame)
    #expect(victims.suffix(4) == roots)
  }

  @Test("13: 2-level shadows take four pages for a root and two for a leaf", arguments: pagers)
  func twoLevel(maker: PagerMaker) {
    var guest = GuestBuilder(.twoLevel)
    let first = guest.makeProcess()
    let space = guest.makeProcess()
    guest.map(Self.user, pages: 1024, in: space)
    let example = guest.start(maker)
    example.boot(first)
    #expect(example.run(.loadRoot(space.root)).pages == 4)
    let touch = example.run((0..<1024).map { .access(Self.user + $0 * 4096, .user) })
    #expect(touch.pages == 2 && touch[.fault] == 32)
  }

  @Test("14: a superpage's shadow is shared by all that map it", arguments: pagers)
  func superpage(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let frame = guest.take(512, alignment: 512)
    let spaces = [guest.makeProcess(), guest.makeProcess()]
    for space in spaces {
      guest.map(Self.user, to: frame, in: space, flags: GuestEntry.Flag.all)
    }
    let example = guest.start(maker)
    example.boot(spaces[0])
    #expect(example.run(.access(Self.user, .user)).pages == 3)
    example.run(.loadRoot(spaces[1].root))
    let touch = example.run(.access(Self.user, .user))
    // L3 and L2 are the process's own.
    #expect(touch.pages == 2 && touch[.fault] == 1)
    #expect(example.run(.access(Self.user + 4096, .user))[.fault] == 0)
  }

  @Test("15: an allocation below the minimum is raised to it", arguments: pagers)
  func minimum(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    guest.configuration.raisesToMinimum = true
    let least = guest.configuration.minimumAllocation
    let example = guest.start(maker)
    example.run(.setAllocation(pages: 1))
    #expect(example.pager.allocationPages == least)
  }

  @Test("16: two zero writes in a row unshadow a directory", arguments: pagers)
  func earlyUnshadow(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    guest.map(Self.user + 1 << 21, in: space)
    let directory = guest.table(for: Self.user, in: space, depth: 2)
    let window = guest.windows
    guest.map(window, to: directory, in: space)
    let example = guest.start(maker)
    example.boot(space)
    example.run(
      .access(Self.user, .user), .access(Self.user + 1 << 21, .user), .access(window, .read))

    let index = Self.user >> 21
    let first = example.run(.writeEntry(window + index * 8, .empty))
    #expect(first[.faultEmulateWrite] == 1 && first[.earlyUnshadow] == 0)
    #expect(first[.validateGl2e] == 1 && first.pages == -1 && first.kinds == [.emulate])

    let second = example.run(.writeEntry(window + (index + 1) * 8, .empty))
    #expect(second[.earlyUnshadow] == 1 && second[.unshadow] == 1 && second[.upPointer] == 1)
    #expect(second.pages == -2 && second.kinds == [.emulate])
  }
}
