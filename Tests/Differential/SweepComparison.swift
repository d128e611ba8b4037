import GuestModel
import ShadowModel
import TestSupport

/// Compares many allocations in one pass with a run of the model for each.
enum SweepComparison {
  /// What passes over a stream found.
  struct Outcome {
    /// What differs from single runs; nil if nothing does.
    var difference: String?
    /// The sizes that a pass took to the stream's end.
    var kept = 0
    /// Why each of the other sizes left.
    var refusals: [String: Int] = [:]
    /// Passes until all sizes had left or come to the end.
    var passes = 0
  }

  /// Passes over a stream, each without the sizes that the one before refused, compared with
  /// single runs up to where each stops.
  static func outcome(_ stream: OperationStream, sizes: [Int]) -> Outcome {
    var outcome = Outcome()
    var left = sizes
    while !left.isEmpty {
      outcome.passes += 1
      let stop = stop(stream, sizes: left)
      outcome.difference = difference(stream, sizes: left, upTo: stop?.after)
      if outcome.difference != nil { return outcome }
      guard let stop else {
        outcome.kept = left.count
        break
      }
      if stop.refused == 0 {
        outcome.difference = "refused for no size: \(stop.reason)"
        return outcome
      }
      let going = left.indices.filter { stop.refused >> UInt64($0) & 1 == 0 }.map { left[$0] }
      outcome.refusals[stop.reason, default: 0] += left.count - going.count
      left = going
    }
    return outcome
  }

  /// What differs between a pass over the first `limit` operations and single runs.
  private static func difference(
    _ whole: OperationStream, sizes: [Int], upTo limit: Int?
  ) -> String? {
    var stream = whole
    if let limit { stream.operations = Array(whole.operations.prefix(limit)) }
    let sweep = ShadowSweep(
      configuration: stream.configuration, allocations: sizes, memory: stream.makeMemory())
    execute(stream.operations) { sweep.execute($0) }
    // A pool too small to start with has nothing to compare.
    if sweep.refusal != nil { return limit == 0 ? nil : "refused earlier than before" }
    for (number, size) in sizes.enumerated() {
      var configuration = stream.configuration
      configuration.allocationPages = size
      let pager = makePager(configuration: configuration, memory: stream.makeMemory())
      execute(stream.operations) { pager.execute($0) }
      var lines: [String] = []
      for name in Counters.Name.allCases
      where pager.counters[name] != sweep.counters(at: number)[name] {
        lines.append(
          "\(name.xenName): \(pager.counters[name]), but \(sweep.counters(at: number)[name])")
      }
      if pager.accesses != sweep.accesses { lines.append("accesses differ") }
      if pager.rootLoads != sweep.rootLoads { lines.append("root loads differ") }
      if pager.peakPages != sweep.peakPages(at: number) { lines.append("peak pages differ") }
      if pager.isCrashed { lines.append("the model crashed") }
      if !lines.isEmpty {
        return "at \(size) pages (of \(sizes)):\n" + lines.joined(separator: "\n")
      }
    }
    return nil
  }

  /// After how many operations a pass stops, why, and for which sizes; nil if it does not.
  private static func stop(
    _ stream: OperationStream, sizes: [Int]
  ) -> (after: Int, reason: String, refused: UInt64)? {
    let sweep = ShadowSweep(
      configuration: stream.configuration, allocations: sizes, memory: stream.makeMemory())
    for (number, operation) in stream.operations.enumerated() {
      execute([operation]) { sweep.execute($0) }
      if let reason = sweep.refusal { return (number, reason, sweep.refused) }
    }
    return nil
  }

  /// The shortest part of a stream that still shows a difference.
  static func shrunk(_ stream: OperationStream, sizes: [Int]) -> String {
    var shortest = stream
    func differs(_ candidate: OperationStream) -> Bool {
      outcome(candidate, sizes: sizes).difference != nil
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
    return "\(shortest)\n\(outcome(shortest, sizes: sizes).difference ?? "")"
  }

  private static func execute(
    _ operations: [Operation], _ body: (borrowing OperationBlock) -> Void
  ) {
    var block = OperationBlock(capacity: max(1, operations.count))
    for operation in operations { block.append(operation) }
    body(block)
  }
}
