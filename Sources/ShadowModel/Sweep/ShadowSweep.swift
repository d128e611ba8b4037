public import GuestModel

/// Up to 64 allocations in one pass over a stream of operations: each counts what a run of its own
/// would.
///
/// Where that cannot be done in one pass, ``refusal`` says why, ``refused`` which allocations are
/// to blame, and nothing that was counted is to be used: run those by themselves then, and make
/// another pass for the others.
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

  /// Does all operations of a block, or none any more after a refusal.
  public func execute(_ block: borrowing OperationBlock) { domain.execute(block) }

  /// Why the pass stopped; nil while all is well.
  public var refusal: String? { domain.refusal?.rawValue }

  /// The allocations that the refusal is about, a bit for each by number; 0 while all is well.
  ///
  /// Never empty after a refusal, so passes without them come to an end.
  public var refused: UInt64 { domain.refused }

  /// What was counted so far at the allocation of that number.
  public func counters(at number: Int) -> Counters { domain.counters(number) }

  /// Most pages in use at once at the allocation of that number, P2M pages included.
  public func peakPages(at number: Int) -> Int { domain.peakPages(number) }

  /// The allocation in force, pages.
  public func allocationPages(at number: Int) -> Int {
    domain.totals[number] + domain.configuration.p2mPages
  }

  /// Accesses so far.
  public var accesses: Int { domain.accesses }

  /// Root loads so far.
  public var rootLoads: Int { domain.rootLoads }

  /// What the marks said at the allocation of that number.
  public func phases(at number: Int) -> [Phase] {
    domain.marks.map {
      Phase(
        number: $0.number, nanoseconds: $0.nanoseconds, counters: $0.counters[number],
        accesses: $0.accesses, rootLoads: $0.rootLoads)
    }
  }
}
