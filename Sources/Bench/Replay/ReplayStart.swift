import GuestModel

/// A workload's operations one by one.
struct OperationReader: ~Copyable {
  private var source: any OperationSource
  private var block = OperationBlock()
  private var position = 0
  private let limit: Int
  private var count = 0
  private var isCut = false

  /// The operations of `workload` from the first one on, to the first mark after `limit` of them.
  init(_ workload: any Workload, limit: Int?) {
    source = workload.makeSource()
    self.limit = limit ?? .max
  }

  /// The next one; nil at the end.
  mutating func next() -> Operation? {
    guard !isCut, let operation = take() else { return nil }
    count += 1
    isCut = count > limit && operation.code == .mark
    return operation
  }

  private mutating func take() -> Operation? {
    if position == block.count {
      block.removeAll()
      source.fill(&block)
      position = 0
      if block.count == 0 { return nil }
    }
    defer { position += 1 }
    return block.operations[position]
  }
}

/// The start of a workload's guest, and what it does that the replay guest cannot.
///
/// The replay guest pages from its first operation on, with a root of its own that maps all memory
/// where it is. What the workload does while unpaged happens there; its first root is loaded
/// where the workload turns paging on.
struct ReplayStart {
  let name: String
  let mode: PagingMode
  /// Whether the workload's guest pages.
  private(set) var isPaged = false
  private var pending: Operation?
  private var number = 0

  init(name: String, mode: PagingMode) {
    self.name = name
    self.mode = mode
  }

  private func error(_ what: String) -> InputError {
    InputError(file: name, reason: "operation \(number): \(what)")
  }

  /// The operation that the replay guest does for one of the workload's; nil if none.
  mutating func take(_ operation: Operation) throws(InputError) -> Operation? {
    defer { number += 1 }
    guard let code = operation.code else { throw error("the code \(operation.rawCode) is none") }
    switch code {
    case .onVCPU:
      guard operation.short == 0 else {
        throw error("another vCPU than the first runs; the replay guest has one: give --vcpus 1")
      }
      return nil
    case .setAllocation:
      throw error("the host changes the allocation, which the replay guest cannot do")
    case .pagetableDying:
      throw error("a process is announced to end, which the replay guest cannot do")
    case .changeEntry, .unshadow:
      throw error("a table changes by writes that were not seen, which the replay guest cannot do")
    case .flushTLBs:
      throw error("a hypercall flushes TLBs, which the replay guest cannot do")
    case .setMode:
      return try setMode(PagingMode(rawValue: UInt8(truncatingIfNeeded: operation.short)))
    case .loadRoot where !isPaged:
      pending = operation
      return nil
    case .access, .accessMask:
      let kind = AccessKind(rawValue: operation.kind.rawValue & 3)
      return Operation(code, kind: kind, long: operation.long, operand: operation.operand)
    default: return operation
    }
  }

  private mutating func setMode(_ wanted: PagingMode?) throws(InputError) -> Operation? {
    if wanted == .unpaged && !isPaged { return nil }
    guard wanted == mode, !isPaged else {
      throw error("the paging mode changes once paging is on, which the replay guest cannot do")
    }
    guard let root = pending else { throw error("paging is turned on without a root") }
    isPaged = true
    pending = nil
    return root
  }
}
