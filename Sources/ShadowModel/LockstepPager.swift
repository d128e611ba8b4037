public import GuestModel

/// A domain that runs beside a recording: its pool never fills, what was given up is said to it,
/// and it can be asked what it has.
///
/// The guest's memory may be learned while it runs: ``learn(_:_:_:)`` is as if an entry had been
/// there from the start.
public final class LockstepPager {
  private var domain: ShadowDomain<LeastRecentlyLoaded, NoListener>
  private var block = OperationBlock(capacity: 1)

  /// A domain of `shape` with `memory` and more pages than it can use.
  public init(shape: GuestShape, memory: consuming GuestMemory) {
    let configuration = DomainConfiguration(shape: shape, allocationPages: 1 << 30)
    domain = ShadowDomain(configuration: configuration, memory: memory, listener: NoListener())
  }

  /// Does one operation.
  public func execute(_ operation: Operation) {
    block.removeAll()
    block.append(operation)
    domain.execute(block)
  }

  /// What was counted so far.
  public var counters: Counters { domain.counters }

  /// Pages in use, those of the P2M included.
  public var pagesInUse: Int {
    domain.configuration.p2mPages + domain.totalPages - domain.freePages
  }

  /// Whether an access of the current vCPU would hit.
  public func isMapped(_ address: UInt64, _ kind: AccessKind) -> Bool {
    domain.hits(address, kind)
  }

  /// Whether the current vCPU's loaded root leads to a leaf shadow for `address`.
  public func hasLeaf(_ address: UInt64) -> Bool {
    domain.shadowPath((address >> 12 & domain.pageMask) >> domain.leafBits).slot != 0
  }

  /// Whether the table in `frame` is shadowed.
  public func isShadowed(_ frame: GFN) -> Bool {
    let table = domain.memory.table(in: frame)
    return table != 0 && domain.isPageTable(table)
  }

  /// Whether the table in `frame` is out of sync.
  public func isOutOfSync(_ frame: GFN) -> Bool {
    let table = domain.memory.table(in: frame)
    return table != 0 && domain.isOutOfSync(table)
  }

  /// The entry at `index` of the table in `frame`; an empty one where there is no table.
  public func entry(_ frame: GFN, _ index: Int) -> GuestEntry {
    let table = domain.memory.table(in: frame)
    return table == 0 ? .empty : domain.memory.entry(table, index)
  }

  /// The guest's memory had `entry` there from the start; no shadow changes.
  public func learn(_ frame: GFN, _ index: Int, _ entry: GuestEntry) {
    let table = domain.ensureTable(in: frame)
    domain.memory.setEntry(table, index, entry)
  }

  /// P5: the root that was loaded longest ago is given up; false if none is pinned.
  public func giveUpLast() -> Bool {
    guard domain.pinTail != .none else { return false }
    domain.unpin(domain.pinTail)
    return true
  }

  /// P5: the root, or with PAE the directory, in `frame` is given up; false if it was not pinned.
  @discardableResult
  public func giveUp(_ frame: GFN) -> Bool {
    let table = domain.memory.table(in: frame)
    guard table != 0 else { return false }
    for type in ShadowType.removalOrder where type.isRoot || type == .l3 {
      let slot = Int(domain.field(table, Int(type.rawValue)))
      guard slot != 0, domain.uppers.headers[slot].isPinned else { continue }
      domain.unpin(.upper(slot))
      return true
    }
    return false
  }
}
