import GuestModel
import ShadowModel
import TestSupport
import Testing

/// Rules W, O, E, U and I of docs/MODEL.md, an example each.
@Suite("Rules of writes to page tables")
struct WriteRuleTests {
  static let user = GuestBuilder.user
  static let entry = GuestEntry(frame: GFN(3), flags: GuestBuilder.allFlags)

  /// A booted process with `tables` leaf tables in use, each behind `aliases` windows that were
  /// read; window a of table t is at `windows + (a * tables + t) * 4096`.
  struct Leaves {
    var tables: [GFN] = []
    var windows: UInt64 = 0

    func window(_ table: Int, alias: Int = 0) -> UInt64 {
      windows + UInt64(alias * tables.count + table) * 4096
    }
  }

  private func leaves(
    _ maker: PagerMaker, mode: PagingMode = .fourLevel, tables: Int = 1, aliases: Int = 1,
    change: (inout DomainConfiguration) -> Void = { _ in }
  ) -> (Example, Leaves) {
    var guest = GuestBuilder(mode)
    change(&guest.configuration)
    let space = guest.makeProcess()
    var leaves = Leaves()
    leaves.windows = guest.windows
    var reads: [Operation] = []
    for number in 0..<tables {
      let address = Self.user + UInt64(number) << mode.leafShift
      guest.map(address, in: space)
      leaves.tables.append(guest.table(for: address, in: space))
      reads.append(.access(address, .read))
    }
    for alias in 0..<aliases {
      for number in 0..<tables {
        guest.map(
          leaves.window(number, alias: alias), to: leaves.tables[number], in: space)
        reads.append(.access(leaves.window(number, alias: alias), .read))
      }
    }
    let example = guest.start(maker)
    example.boot(space)
    example.run(reads)
    return (example, leaves)
  }

  @Test(
    "W3: a second write to the same directory page is emulated without a walk", arguments: pagers)
  func fastEmulate(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    let window = guest.windows
    guest.map(window, to: space.root, in: space)
    let example = guest.start(maker)
    example.boot(space)
    let first = example.run(.writeEntry(window + 8 * 9, Self.entry))
    #expect(first[.faultEmulateWrite] == 1 && first[.validateGl4e] == 1)
    let second = example.run(.writeEntry(window + 8 * 10, Self.entry))
    #expect(second[.faultFastEmulate] == 1 && second[.fault] == 1)
    #expect(second[.faultEmulateWrite] == 0 && second.kinds == [.emulate])
    example.run(.loadRoot(space.root))
    #expect(example.run(.writeEntry(window + 8 * 11, Self.entry))[.faultFastEmulate] == 0)
  }

  @Test("O1: a fourth table evicts one, and a table in its home slot moves on", arguments: pagers)
  func eviction(maker: PagerMaker) {
    let (example, leaves) = leaves(maker, tables: 4)
    var resynced: [GFN] = []
    for number in 0..<4 {
      let write = example.run(.writeEntry(leaves.window(number) + 80, Self.entry))
      #expect(write[.unsync] == 1)
      resynced += write.events.filter { $0.kind == .resyncFull }.map(\.frame)
    }
    // The same by hand: all lie in the first 2 MiB, so a home is the frame modulo 3.
    var slots: [Int?] = [nil, nil, nil]
    var evicted: [GFN] = []
    for table in leaves.tables.map(\.index) {
      let home = table % 3
      var last = home
      if let old = slots[home], old % 3 == home {
        last = (home + 1) % 3
        if let victim = slots[last] { evicted.append(GFN(victim)) }
        slots[last] = old
      } else if let victim = slots[last] {
        evicted.append(GFN(victim))
      }
      slots[home] = table
    }
    #expect(resynced == evicted && !evicted.isEmpty)
    #expect(example.pager.counters[.unsyncEvict] == evicted.count)
  }

  @Test(
    "O1: with out-of-sync off a write to a leaf table is emulated",
    arguments: pagers)
  func noUnsync(maker: PagerMaker) {
    let (example, leaves) = leaves(maker) { $0.outOfSyncEnabled = false }
    let write = example.run(.writeEntry(leaves.window(0) + 80, Self.entry))
    #expect(write[.unsync] == 0 && write[.faultEmulateWrite] == 1 && write[.validateGl1e] == 1)
  }

  @Test("O3: the third writable mapping of a table takes the first one's place", arguments: pagers)
  func fixups(maker: PagerMaker) {
    let (example, leaves) = leaves(maker, aliases: 3)
    var adds: [Int] = []
    var evictions: [Int] = []
    for alias in [0, 1, 2, 0] {
      let write = example.run(.writeEntry(leaves.window(0, alias: alias) + 80, Self.entry))
      adds.append(write[.oosFixupAdd])
      evictions.append(write[.oosFixupEvict])
    }
    #expect(adds == [1, 1, 1, 1] && evictions == [0, 0, 1, 1])
    #expect(example.run(.writeEntry(leaves.window(0, alias: 2) + 80, Self.entry))[.fault] == 0)
  }

  @Test(
    "O6: another vCPU's root load brings a table up to date and leaves it writable",
    arguments: pagers)
  func resyncOnly(maker: PagerMaker) {
    var guest = GuestBuilder(.twoLevel, vcpus: 2)
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    let window = guest.windows
    guest.map(window, to: guest.table(for: Self.user, in: space), in: space)
    let example = guest.start(maker)
    example.boot(space)
    example.run(.onVCPU(1))
    example.boot(space)
    example.run(.access(Self.user, .read), .access(window, .read))
    #expect(example.run(.writeEntry(window + 80, Self.entry))[.unsync] == 1)
    let load = example.run(.onVCPU(0), .loadRoot(space.root))
    #expect(load.kinds == [.resyncOnly] && load[.resync] == 0)
    // The root's look-up, and the table's: once to see whether it matters, once to update it.
    #expect(load[.hashLookups] == 3 && load[.getShadowStatus] == 3)
    #expect(example.run(.onVCPU(1), .writeEntry(window + 88, Self.entry))[.fault] == 0)
  }

  @Test("E1: PAE writes an entry in two halves and looks at it twice", arguments: pagers)
  func halves(maker: PagerMaker) {
    let off: (inout DomainConfiguration) -> Void = { $0.outOfSyncEnabled = false }
    for (mode, calls) in [(PagingMode.twoLevel, 1), (.pae, 2), (.fourLevel, 1)] {
      let (example, leaves) = leaves(maker, mode: mode, change: off)
      let place = leaves.window(0) + 80
      #expect(example.run(.writeEntry(place, Self.entry))[.validateGl1e] == calls)
      // A plain write looks at the low half alone.
      #expect(example.run(.access(place, .write))[.validateGl1e] == 1)
      // Absent before and after.
      let absent = example.run(.writeEntry(place + 8, .empty))
      #expect(absent[.validateGl1e] == (mode == .pae ? 1 : 0))
    }
  }

  @Test("U2: a user write unshadows the table and is done again", arguments: pagers)
  func userWrite(maker: PagerMaker) {
    let (example, leaves) = leaves(maker)
    let write = example.run(.access(leaves.window(0), [.user, .write]))
    #expect(write[.faultEmulateFailed] == 1 && write[.unshadow] == 1 && write.pages == -1)
    // It had gone out of sync first, so the restart finds a writable entry.
    #expect(write[.unsync] == 1 && write[.fault] == 1 && write[.faultFixed] == 0)
    #expect(write.kinds == [.emulateUnshadowUser])
  }

  @Test("I1: INVLPG clears one entry of a table out of sync, and nothing else", arguments: pagers)
  func invalidate(maker: PagerMaker) {
    let (example, leaves) = leaves(maker)
    example.run(.invalidatePage(Self.user))
    #expect(example.run(.access(Self.user, .user))[.fault] == 0)
    example.run(.writeEntry(leaves.window(0) + 80, Self.entry))
    #expect(example.run(.invalidatePage(Self.user))[.invlpg] == 1)
    #expect(example.run(.access(Self.user, .user))[.fault] == 1)
  }

  @Test("First in, first out: the oldest shadow goes, loaded roots are skipped", arguments: pagers)
  func oldestFirst(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    let tables = (1...3).map { guest.table(for: Self.user, in: space, depth: $0) }
    let example = guest.start(maker, policy: .fifo)
    example.boot(space)
    example.run(.access(Self.user, .user), .loadRoot(space.root))
    example.shrinkToUse(reclaiming: 4)
    let shrink = example.shrinkToUse(reclaiming: 2)
    #expect(shrink.events.map(\.frame) == Array(tables.prefix(2)) && shrink.pages == -2)
    // The L1 is still there.
    #expect(example.run(.setAllocation(pages: 500), .access(Self.user, .user)).pages == 2)
  }
}
