import GuestModel
import ShadowModel
import TestSupport

/// Compares many allocations in one pass with a run of the model for each.
enum SweepComparison {
  /// What came of one stream.
  struct Outcome {
    /// What differs, nil if nothing does.
    var difference: String?
    /// Why sizes were dropped, one reason for each of them.
    var dropped: [String] = []
    var crashed = 0
    var sizes = 0
  }

  /// Compares every size that is in the pass at its end.
  static func compare(_ stream: OperationStream, sizes: [Int]) -> Outcome {
    let sweep = ShadowSweep(
      configuration: stream.configuration, allocations: sizes, memory: stream.makeMemory())
    execute(stream.operations) { sweep.execute($0) }
    var outcome = Outcome(sizes: sizes.count)
    for (number, size) in sizes.enumerated() {
      if let reason = sweep.refusal(at: number) {
        outcome.dropped.append(reason)
        continue
      }
      if sweep.isCrashed(at: number) { outcome.crashed += 1 }
      var configuration = stream.configuration
      configuration.allocationPages = size
      let pager = makePager(configuration: configuration, memory: stream.makeMemory())
      execute(stream.operations) { pager.execute($0) }
      let lines = differences(pager, sweep, number)
      if !lines.isEmpty {
        outcome.difference =
          "at \(size) pages (of \(sizes)):\n" + lines.joined(separator: "\n")
        return outcome
      }
    }
    return outcome
  }

  private static func differences(
    _ pager: any ShadowPager, _ sweep: ShadowSweep, _ number: Int
  ) -> [String] {
    var lines: [String] = []
    let counters = sweep.counters(at: number)
    for name in Counters.Name.allCases where pager.counters[name] != counters[name] {
      lines.append("\(name.xenName): \(pager.counters[name]), but \(counters[name])")
    }
    if pager.accesses != sweep.accesses(at: number) { lines.append("accesses differ") }
    if pager.rootLoads != sweep.rootLoads(at: number) { lines.append("root loads differ") }
    if pager.peakPages != sweep.peakPages(at: number) { lines.append("peak pages differ") }
    if pager.phases != sweep.phases(at: number) { lines.append("phases differ") }
    if pager.isCrashed != sweep.isCrashed(at: number) { lines.append("crashes differ") }
    if pager.allocationPages != sweep.allocationPages(at: number) {
      lines.append("allocations differ")
    }
    return lines
  }

  /// The shortest part of a stream that still shows a difference.
  static func shrunk(_ stream: OperationStream, sizes: [Int]) -> String {
    var shortest = stream
    func differs(_ candidate: OperationStream) -> Bool {
      compare(candidate, sizes: sizes).difference != nil
    }
    shortest.operations = shrink(shortest.operations) { operations in
      var candidate = shortest
      candidate.operations = operations
      return differs(candidate)
    }
    shortest.initialEntries = shrink(shortest.initialEntries) { entries in
      var candidate = shortest
      candidate.initialEntries = entries
      return differs(candidate)
    }
    return "\(shortest)\n\(compare(shortest, sizes: sizes).difference ?? "")"
  }

  private static func execute(
    _ operations: [Operation], _ body: (borrowing OperationBlock) -> Void
  ) {
    var block = OperationBlock(capacity: max(1, operations.count))
    for operation in operations { block.append(operation) }
    body(block)
  }
}
