import GuestModel
import ShadowModel

/// The model of a trace at the size that it was taken at.
public struct TracedReplay: Sendable {
  /// What the model counted.
  public var point: RunPoint
  /// Faults on whose way the model made shadows.
  public var promotions: Int
  /// Roots that it gave up to make room.
  public var unpins: Int

  /// A replay that was counted.
  public init(point: RunPoint, promotions: Int, unpins: Int) {
    self.point = point
    self.promotions = promotions
    self.unpins = unpins
  }

  /// Replays `workload` in a domain that asks for `pages`.
  /// - Complexity: O(operations)
  init(_ workload: any Workload, sizing: Sizing, policy: ReclaimPolicyChoice, pages: Int) throws {
    let configuration = sizing.domain(workload.shape, pages: pages)
    let pager = makePager(
      configuration: configuration, memory: workload.makeMemory(), policy: policy,
      logsEvents: true)
    promotions = 0
    var source = workload.makeSource()
    // One operation at a time: what each of them did is what is looked at.
    var block = OperationBlock(capacity: 1)
    var before = pager.counters
    var marks = 0
    var made = 0
    var isPaged = false
    while !pager.isCrashed {
      try Task.checkCancellation()
      block.removeAll()
      source.fill(&block)
      if block.count == 0 { break }
      let operation = block.operations[0]
      if operation.code == .setMode { isPaged = operation.short != PagingMode.unpaged.rawValue }
      pager.execute(block)
      let after = pager.counters
      // An operation over many pages can fault more than once. Shadows of no guest table, as
      // before the guest pages, are none that a record tells of.
      if isPaged {
        promotions += min(
          after[.alloc] - before[.alloc], after[.faultFixed] - before[.faultFixed])
      }
      before = after
      guard pager.phases.count > marks else { continue }
      marks = pager.phases.count
      // What comes before the trace only brings the domain into the state in which it began.
      if pager.phases.last?.number == RunPoint.beginMark {
        promotions = 0
        made = pager.events.count
      }
    }
    point = RunPoint(allocation: sizing.allocation(pages: pages), seed: 1)
    point.counters = pager.counters
    point.accesses = pager.accesses
    point.rootLoads = pager.rootLoads
    point.peakPages = pager.peakPages
    point.isCrashed = pager.isCrashed
    point.phases = pager.phases
    point.forgetPrologue()
    unpins = pager.events.dropFirst(made).count { $0.kind == .preallocUnpin }
  }
}
