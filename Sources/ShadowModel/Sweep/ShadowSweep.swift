public import GuestModel

/// Up to 64 allocations in one pass over a stream of operations: each counts what a run of its own
/// would.
///
/// An allocation for which that cannot be done is dropped and the others go on: ``dropped`` names
/// them and ``refusal(at:)`` says why. Nothing that was counted there is to be used; it takes a run
/// of its own.
public final class ShadowSweep {
  private var domain: SweepDomain

  /// The most allocations of one pass.
  public static let limit = 64

  /// A domain with the guest's `memory`, at each of `allocations` (pages, 1 to 64 of them).
  public init(
    configuration: DomainConfiguration, allocations: [Int], memory: consuming GuestMemory
  ) {
    domain = SweepDomain(
      configuration: configuration, allocations: allocations, memory: memory)
  }

  /// Does all operations of a block, at the allocations that are neither dropped nor crashed.
  public func execute(_ block: borrowing OperationBlock) { domain.execute(block) }

  /// Whether more operations change anything: false when all allocations are dropped or crashed.
  public var goesOn: Bool { domain.full != 0 }

  /// A bit for each allocation that has left the pass.
  public var dropped: UInt64 { domain.dropped }

  /// Why the allocation of that number has left the pass; nil if it has not.
  public func refusal(at number: Int) -> String? { domain.reasons[number]?.rawValue }

  /// Whether the domain crashed at the allocation of that number.
  public func isCrashed(at number: Int) -> Bool { domain.ends[number] != nil }

  /// What was counted so far at the allocation of that number.
  public func counters(at number: Int) -> Counters { domain.counters(number) }

  /// Most pages in use at once at the allocation of that number, P2M pages included.
  public func peakPages(at number: Int) -> Int { domain.peakPages(number) }

  /// The allocation in force, pages.
  public func allocationPages(at number: Int) -> Int {
    domain.totals[number] + domain.configuration.p2mPages
  }

  /// Accesses so far.
  public func accesses(at number: Int) -> Int {
    domain.ends[number]?.accesses ?? domain.accesses
  }

  /// Root loads so far.
  public func rootLoads(at number: Int) -> Int {
    domain.ends[number]?.rootLoads ?? domain.rootLoads
  }

  /// What the marks said at the allocation of that number.
  public func phases(at number: Int) -> [Phase] {
    domain.marks.prefix(domain.ends[number]?.marks ?? domain.marks.count).map {
      Phase(
        number: $0.number, nanoseconds: $0.nanoseconds, counters: $0.counters[number],
        accesses: $0.accesses, rootLoads: $0.rootLoads)
    }
  }
}
