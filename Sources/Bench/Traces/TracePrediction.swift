import GuestModel
public import ShadowModel

/// A trace's counters at other sizes, and how well the model explains the trace itself.
public struct TracePrediction: Sendable {
  /// The counters at the sizes asked for.
  public var sweep: SweepResult
  /// What the prediction rests on.
  public var origin: TraceOrigin
  /// The size at which the model gives up as many roots as the trace shows; nil when the trace
  /// shows none, or there are too many operations to look for it.
  public var traced: TracedSize?

  /// A prediction.
  public init(sweep: SweepResult, origin: TraceOrigin, traced: TracedSize?) {
    self.sweep = sweep
    self.origin = origin
    self.traced = traced
  }
}

/// The model at the size that a trace was probably taken at.
public struct TracedSize: Sendable {
  /// The size.
  public var allocation: Allocation
  /// Roots given up in the model.
  public var unpins: Int
  /// What the model counted.
  public var counters: Counters

  /// The most operations that are run over and over to find the size.
  static let operationLimit = 20_000_000

  /// Looks for the size at which the model gives up as many roots as the trace shows.
  ///
  /// - Complexity: O(operations · log(pages))
  public static func find(_ trace: TraceReconstruction, sizing: Sizing) throws -> TracedSize? {
    guard trace.origin.unpins > 0, trace.operations.count <= operationLimit else { return nil }
    if let pages = trace.origin.tracedPages { return try run(trace, sizing, pages) }
    var low = sizing.minimumPages
    var high = low
    while high < SizeChoice.mostPages, try run(trace, sizing, high).unpins > 0 { high *= 2 }
    while low < high {
      let middle = (low + high) / 2
      if try run(trace, sizing, middle).unpins > trace.origin.unpins {
        low = middle + 1
      } else {
        high = middle
      }
    }
    let found = try run(trace, sizing, low)
    guard low > sizing.minimumPages else { return found }
    let smaller = try run(trace, sizing, low - 1)
    func distance(_ size: TracedSize) -> Int { abs(size.unpins - trace.origin.unpins) }
    return distance(smaller) < distance(found) ? smaller : found
  }

  private static func run(_ trace: TraceReconstruction, _ sizing: Sizing, _ pages: Int) throws
    -> TracedSize
  {
    try Task.checkCancellation()
    let configuration = DomainConfiguration(
      shape: trace.shape, allocationPages: pages, p2m: sizing.p2m)
    let pager = makePager(
      configuration: configuration, memory: trace.plan.makeMemory(), logsEvents: true)
    let begin =
      trace.operations.firstIndex {
        $0.code == .mark && Int($0.long) == RunPoint.beginMark
      } ?? 0
    var before = 0
    var start = Counters()
    for part in [trace.operations[..<begin], trace.operations[begin...]] {
      before = pager.events.count
      start = begin > 0 ? pager.counters : Counters()
      var source = OperationList(Array(part))
      var block = OperationBlock()
      while !pager.isCrashed {
        block.removeAll()
        source.fill(&block)
        if block.count == 0 { break }
        pager.execute(block)
      }
    }
    return TracedSize(
      allocation: sizing.allocation(pages: pages),
      unpins: pager.isCrashed
        ? .max / 2 : pager.events.dropFirst(before).count { $0.kind == .preallocUnpin },
      counters: pager.counters - start)
  }
}
