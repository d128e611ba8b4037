public import GuestModel

/// A domain's shadow pager, whatever its policy and listener: what a runner works with.
public protocol ShadowPager: AnyObject {
  /// Does all operations of a block.
  func execute(_ block: borrowing OperationBlock)
  /// What was counted so far.
  var counters: Counters { get }
  /// Accesses so far, hits and faults; restarts are not counted again.
  var accesses: Int { get }
  /// Root loads so far: CR3 writes, and those that a change of the paging mode or a flush makes.
  var rootLoads: Int { get }
  /// Most pages in use at once, P2M pages included.
  var peakPages: Int { get }
  /// The allocation in force, pages.
  var allocationPages: Int { get }
  /// Whether Xen would have crashed the domain for want of shadow memory.
  var isCrashed: Bool { get }
  /// What the last marks said, in order: see ``Phase``.
  var phases: [Phase] { get }
  /// The events so far; empty unless the pager was made to log them.
  var events: [ShadowEvent] { get }
}

/// What a pager had counted when a mark came.
public struct Phase: Hashable, Sendable {
  /// The mark's number.
  public var number: Int
  /// Guest time since the mark before, nanoseconds.
  public var nanoseconds: UInt64
  /// The counters at the mark.
  public var counters: Counters
  /// Accesses at the mark.
  public var accesses: Int
  /// Root loads at the mark.
  public var rootLoads: Int
}
