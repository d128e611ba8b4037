import GuestModel
import ShadowModel
import TestSupport

/// Compares many allocations in one pass with a run of the model for each.
enum SweepComparison {
  /// What differs, nil if nothing does, up to where the pass stops, and why it stops if it does.
  static func difference(
    _ whole: OperationStream, sizes: [Int]
  ) -> (String?, refusal: String?, operations: Int) {
    let refusal = stop(whole, sizes: sizes)
    var stream = whole
    if let refusal { stream.operations = Array(whole.operations.prefix(refusal.after)) }
    let sweep = ShadowSweep(
      configuration: stream.configuration, allocations: sizes, memory: stream.makeMemory())
    execute(stream.operations) { sweep.execute($0) }
    if sweep.refusal != nil { return (nil, refusal?.reason, 0) }
    let count = stream.operations.count
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
        let text = "at \(size) pages (of \(sizes)):\n" + lines.joined(separator: "\n")
        return (text, refusal?.reason, count)
      }
    }
    return (nil, refusal?.reason, count)
  }

  /// After how many operations a pass stops, and why; nil if it does not.
  private static func stop(
    _ stream: OperationStream, sizes: [Int]
  ) -> (after: Int, reason: String)? {
    let sweep = ShadowSweep(
      configuration: stream.configuration, allocations: sizes, memory: stream.makeMemory())
    for (number, operation) in stream.operations.enumerated() {
      execute([operation]) { sweep.execute($0) }
      if let reason = sweep.refusal { return (number, reason) }
    }
    return nil
  }

  /// The shortest part of a stream that still shows a difference.
  static func shrunk(_ stream: OperationStream, sizes: [Int]) -> String {
    var shortest = stream
    func differs(_ candidate: OperationStream) -> Bool {
      difference(candidate, sizes: sizes).0 != nil
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
    return "\(shortest)\n\(difference(shortest, sizes: sizes).0 ?? "")"
  }

  private static func execute(
    _ operations: [Operation], _ body: (borrowing OperationBlock) -> Void
  ) {
    var block = OperationBlock(capacity: max(1, operations.count))
    for operation in operations { block.append(operation) }
    body(block)
  }
}
