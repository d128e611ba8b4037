public import GuestModel
public import ShadowModel

/// A way to make a pager, with a name for reports of tests.
public struct PagerMaker: Sendable, CustomStringConvertible {
  /// What tests call it.
  public let name: String
  /// Makes one.
  public let make:
    @Sendable (DomainConfiguration, consuming GuestMemory, ReclaimPolicyChoice) -> any ShadowPager

  /// A maker of that name.
  public init(
    _ name: String,
    make:
      @escaping @Sendable (
        DomainConfiguration, consuming GuestMemory, ReclaimPolicyChoice
      ) -> any ShadowPager
  ) {
    self.name = name
    self.make = make
  }

  /// The plain model.
  public static let plain = PagerMaker("plain") { PlainDomain($0, memory: $1, policy: $2) }

  /// The name.
  public var description: String { name }
}

/// Builds a small guest for an example: processes, pages, and windows onto its tables.
public struct GuestBuilder: ~Copyable {
  /// The domain; a roomy pool that may become smaller than Xen's minimum, unless changed.
  public var configuration: DomainConfiguration
  /// The guest's memory.
  public var memory: GuestMemory
  private var frames: FrameAllocator

  /// Where user pages of examples begin.
  public static let user: UInt64 = 0x40_0000

  /// All flags of an entry that maps a page.
  public static let allFlags = GuestEntry.Flag.all & ~GuestEntry.Flag.superpage

  /// An empty guest.
  public init(_ mode: PagingMode, vcpus: Int = 1) {
    let shape = GuestShape(mode: mode, memoryMiB: 16, vcpus: vcpus)
    configuration = DomainConfiguration(shape: shape, allocationPages: 1000)
    configuration.raisesToMinimum = false
    memory = GuestMemory(
      frameCount: configuration.frameCount, entriesPerTable: mode.entriesPerTable)
    // The first frames are left for code of an unpaged guest.
    frames = FrameAllocator(from: GFN(16), to: GFN(configuration.frameCount))
  }

  /// Where kernel pages of examples begin.
  public var kernel: UInt64 {
    configuration.shape.mode == .fourLevel ? 0xFFFF_8000_0000_0000 : 0xC000_0000
  }

  /// Where windows onto tables of examples begin: another leaf table, in the same top-level slot.
  public var windows: UInt64 {
    kernel + (configuration.shape.mode == .twoLevel ? 0 : 0x60_0000)
  }

  /// A process that shares the kernel's top-level slot with `other`.
  public mutating func makeProcess(sharingKernelOf other: AddressSpace? = nil) -> AddressSpace {
    let space = AddressSpace(
      mode: configuration.shape.mode, memory: &memory, frames: &frames)
    guard let space else { preconditionFailure("the example guest is too small") }
    if let other { space.shareTopLevel(of: other, at: kernel, memory: &memory) }
    return space
  }

  /// Frames for data.
  public mutating func take(_ count: Int = 1, alignment: Int = 1) -> GFN {
    guard let frame = frames.take(count, alignment: alignment) else {
      preconditionFailure("the example guest is too small")
    }
    return frame
  }

  /// Maps `pages` fresh frames from `address` up; returns the first one.
  @discardableResult
  public mutating func map(
    _ address: UInt64, pages: Int = 1, in space: AddressSpace, flags: UInt32 = allFlags
  ) -> GFN {
    let first = take(pages)
    for page in 0..<pages {
      map(address + UInt64(page) * 4096, to: first + page, in: space, flags: flags)
    }
    return first
  }

  /// Maps one frame, of a table if a window onto it is wanted.
  public mutating func map(
    _ address: UInt64, to frame: GFN, in space: AddressSpace, flags: UInt32 = allFlags
  ) {
    let entry = GuestEntry(frame: frame, flags: flags)
    let isMapped = space.map(address, entry, memory: &memory, frames: &frames)
    precondition(isMapped, "the example guest is too small")
  }

  /// The table that translates `address` at `depth` below the root; nil for the leaf table.
  public mutating func table(
    for address: UInt64, in space: AddressSpace, depth: Int? = nil
  ) -> GFN {
    let depth = depth ?? AddressSpace.upperShifts(space.mode).count
    let frame = space.table(for: address, depth: depth, memory: &memory, frames: &frames)
    guard let frame else { preconditionFailure("the example guest is too small") }
    return frame
  }

  /// The domain at work.
  public consuming func start(
    _ maker: PagerMaker, policy: ReclaimPolicyChoice = .xen
  ) -> Example {
    Example(maker.make(configuration, memory, policy))
  }
}

/// A pager at work on an example.
public final class Example {
  /// The pager.
  public let pager: any ShadowPager

  init(_ pager: any ShadowPager) { self.pager = pager }

  /// What some operations changed.
  public struct Change {
    /// What was counted.
    public var counters: Counters
    /// Pages in use, more than before.
    public var pages: Int
    /// What happened.
    public var events: [ShadowEvent]

    /// The kinds of the events.
    public var kinds: [ShadowEvent.Kind] { events.map(\.kind) }

    /// One counter.
    public subscript(name: Counters.Name) -> Int { counters[name] }
  }

  /// Does the operations and says what they changed.
  @discardableResult
  public func run(_ operations: Operation...) -> Change { run(operations) }

  /// Does the operations and says what they changed.
  @discardableResult
  public func run(_ operations: [Operation]) -> Change {
    let before = pager.counters
    let events = pager.events.count
    Differential.execute(operations, on: pager)
    return Change(
      counters: pager.counters - before,
      pages: pager.counters[.allocCount] - before[.allocCount],
      events: Array(pager.events.dropFirst(events)))
  }

  /// Loads a root while unpaged and turns paging on.
  @discardableResult
  public func boot(_ space: AddressSpace) -> Change {
    run(.loadRoot(space.root), .setMode(space.mode))
  }

  /// Takes all free pages from the domain, and `more` that must be reclaimed.
  @discardableResult
  public func shrinkToUse(reclaiming more: Int = 0) -> Change {
    run(.setAllocation(pages: pager.counters[.allocCount] - more))
  }
}
