public import GuestModel

/// A reconstructed trace as a workload.
public struct TraceWorkload: Workload {
  /// The reconstruction.
  public let trace: TraceReconstruction
  /// Whether it begins as it would at sizes larger than the traced one.
  public let isLarger: Bool

  /// A workload of it.
  public init(_ trace: TraceReconstruction, isLarger: Bool = false) {
    self.trace = trace
    self.isLarger = isLarger
  }

  /// The guest.
  public var shape: GuestShape { trace.shape }
  /// The page tables as they are inferred.
  public func makeMemory() -> GuestMemory { trace.plan.makeMemory() }
  /// The operations.
  public func makeSource() -> any OperationSource {
    guard isLarger, !trace.warmUp.isEmpty else { return OperationList(trace.operations) }
    return OperationList(trace.warmUp, then: trace.operations[trace.traceBegin...])
  }
}

/// Operations of an array, or of two.
struct OperationList: OperationSource {
  private let operations: [Operation]
  private let rest: ArraySlice<Operation>
  private var next = 0

  init(_ operations: [Operation], then rest: ArraySlice<Operation> = []) {
    self.operations = operations
    self.rest = rest
  }

  mutating func fill(_ block: inout OperationBlock) {
    let count = operations.count + rest.count
    let end = min(count, next + block.room)
    while next < end {
      block.append(
        next < operations.count
          ? operations[next] : rest[rest.startIndex + next - operations.count])
      next += 1
    }
  }
}
