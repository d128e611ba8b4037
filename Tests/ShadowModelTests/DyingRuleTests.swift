import GuestModel
import ShadowModel
import TestSupport
import Testing

/// Rules U1 and U3 to U5 of docs/MODEL.md, for a guest that tells which process ends.
@Suite("Rules of processes that end")
struct DyingRuleTests {
  static let user = GuestBuilder.user
  static let modes: [PagingMode] = [.twoLevel, .pae, .fourLevel]

  /// Two processes that share the kernel, where a window onto the second one's root lies (PAE: its
  /// first directory); the second one has run, the first one does.
  private func twoProcesses(
    _ maker: PagerMaker, _ mode: PagingMode
  ) -> (Example, first: AddressSpace, second: AddressSpace) {
    var guest = GuestBuilder(mode)
    let first = guest.makeProcess()
    guest.map(GuestBuilder.user, in: first)
    guest.map(guest.windows, in: first)
    let second = guest.makeProcess(sharingKernelOf: first)
    guest.map(GuestBuilder.user, in: second)
    let root = mode == .pae ? guest.table(for: Self.user, in: second, depth: 1) : second.root
    let window = guest.windows
    guest.map(window, to: root, in: first)
    let example = guest.start(maker)
    example.boot(second)
    example.run(.access(Self.user, .user), .loadRoot(first.root), .access(window, .read))
    return (example, first, second)
  }

  private func window(_ mode: PagingMode) -> UInt64 { GuestBuilder(mode).windows }

  @Test("U3: the shadow of a root that ends forgets what user mode had", arguments: pagers)
  func unhooked(maker: PagerMaker) {
    for mode in Self.modes {
      let (example, _, second) = twoProcesses(maker, mode)
      let change = example.run(.pagetableDying(second.root))
      // The root stays. 2-level: an L1 of two pages; PAE: an L1, and the window's, since the
      // kernel's directory is one of its roots; 64-bit: none, since the L3 is pinned (R5).
      #expect(change.pages == (mode == .fourLevel ? 0 : -2))
      #expect(change[.hashLookups] == (mode == .pae ? 4 : 1) && change[.getShadowStatus] == 0)
      #expect(change[.unshadow] == 0 && change.events.isEmpty)
    }
  }

  @Test("U3: PAE takes the loaded slots when the root that ends is loaded", arguments: pagers)
  func loadedSlots(maker: PagerMaker) {
    let (example, first, _) = twoProcesses(maker, .pae)
    let change = example.run(.pagetableDying(first.root))
    #expect(change[.hashLookups] == 0 && change.pages == -1)
  }

  @Test("U5: a write to a root that ends and is not loaded unshadows it", arguments: pagers)
  func written(maker: PagerMaker) {
    for mode in Self.modes {
      let (example, first, second) = twoProcesses(maker, mode)
      example.run(.pagetableDying(second.root))
      let change = example.run(.writeEntry(window(mode) + 8, .empty))
      #expect(change[.faultEmulateWrite] == 1 && change[.unshadow] == 1)
      #expect(change[.earlyUnshadow] == 0 && change[.validateGl4e] == 0)
      // PAE: the directory goes, and the window's L1 is made again.
      #expect(change.pages == (mode == .twoLevel ? -4 : mode == .pae ? 0 : -1))
      // The mark went with the promotion: the root, loaded and left again, is written as any other.
      example.run(.loadRoot(second.root), .loadRoot(first.root))
      example.run(.access(window(mode), .read))
      #expect(example.run(.writeEntry(window(mode) + 8, .empty))[.unshadow] == 0)
    }
  }

  @Test("U5: a root that ends and is loaded keeps its shadow", arguments: pagers)
  func loaded(maker: PagerMaker) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    let window = guest.windows
    guest.map(window, to: space.root, in: space)
    let example = guest.start(maker)
    example.boot(space)
    example.run(.access(window, .read), .pagetableDying(space.root))
    let change = example.run(.writeEntry(window + 8, .empty))
    #expect(change[.unshadow] == 0 && change[.faultEmulateWrite] == 1)
  }

  /// A running process with `count` directories, one of which can be written at the window.
  private func directories(_ maker: PagerMaker) -> (Example, window: UInt64, leaf: UInt64) {
    var guest = GuestBuilder(.fourLevel)
    let space = guest.makeProcess()
    guest.map(Self.user, in: space)
    guest.map(Self.user + 1 << 21, in: space)
    let window = guest.windows
    guest.map(window, to: guest.table(for: Self.user, in: space, depth: 2), in: space)
    guest.map(window + 4096, to: guest.table(for: Self.user, in: space), in: space)
    let example = guest.start(maker)
    example.boot(space)
    // Address 0 is asked by kernels to find out whether the hypercall is there.
    example.run(
      .pagetableDying(GFN(0)), .access(Self.user, .user), .access(Self.user + 1 << 21, .user),
      .access(window, .read), .access(window + 4096, .read))
    return (example, window, window + 4096)
  }

  @Test("U1: while a process is torn down the first zero write unshadows", arguments: pagers)
  func firstZeroWrite(maker: PagerMaker) {
    let (example, window, _) = directories(maker)
    let write = example.run(.writeEntry(window + Self.user >> 21 * 8, .empty))
    #expect(write[.earlyUnshadow] == 1 && write[.unshadow] == 1 && write[.validateGl2e] == 0)
  }

  @Test(
    "U4: a noted mapping taken away ends that, and two in a row no longer count", arguments: pagers)
  func afterResync(maker: PagerMaker) {
    let (example, window, leaf) = directories(maker)
    let space = example.run(.writeEntry(leaf + 80, .empty))
    #expect(space[.unsync] == 1 && space[.oosFixupAdd] == 1)
    #expect(example.run(.setMode(.fourLevel))[.resync] == 1)
    example.run(.access(Self.user, .user), .access(Self.user + 1 << 21, .user))
    for number in 0..<2 as Range<UInt64> {
      let write = example.run(.writeEntry(window + (Self.user >> 21 + number) * 8, .empty))
      #expect(write[.earlyUnshadow] == 0 && write[.validateGl2e] == 1)
    }
  }
}
