import GuestModel

/// What the replay guest does, its own doings included.
struct ReplayWorkload: Workload {
  let stream: ReplayStream
  /// Where the stream lies in the guest's memory.
  let module: UInt64

  var shape: GuestShape { stream.shape }

  /// The guest's own tables: it writes them while all its pages are mapped, which nobody counts.
  func makeMemory() -> GuestMemory { stream.layout.makeMemory(building: stream.operations) }

  func makeSource() -> any OperationSource { ReplaySource(stream, module) }
}

/// Before each operation, the guest reads it from the stream.
private struct ReplaySource: OperationSource {
  let operations: [Operation]
  let layout: ReplayLayout
  let module: UInt64
  private var pending: [Operation]
  private var taken = 0
  private var number = 0

  init(_ stream: ReplayStream, _ module: UInt64) {
    operations = stream.operations
    layout = stream.layout
    self.module = module
    pending = []
    startUp()
  }

  /// From power-on until the guest runs where every root has it.
  private mutating func startUp() {
    let code = UInt64(ReplayLayout.code.rawValue) << 12
    let end = module + UInt64(ReplayRules.headerBytes + operations.count * 16)
    let startInfo = (end + 4095) & ~4095
    pending = [
      .access(code, .fetch), .setMode(.unpaged), .loadRoot(ReplayLayout.ownRoot),
      .setMode(layout.mode), .access(layout.base + code, .fetch), .access(startInfo, .read),
      .access(layout.base + module, .read),
    ]
  }

  mutating func fill(_ block: inout OperationBlock) {
    while block.room > 0 {
      if taken < pending.count {
        block.append(pending[taken])
        taken += 1
        continue
      }
      guard number < operations.count else { return }
      pending.removeAll(keepingCapacity: true)
      taken = 0
      let place = module + UInt64(ReplayRules.headerBytes + number * 16)
      pending.append(.access(layout.base + place & ~4095, .read))
      perform(operations[number])
      number += 1
    }
  }

  private mutating func perform(_ operation: Operation) {
    switch operation.rawCode {
    case ReplayRules.source: pending.append(.access(operation.operand, .read))
    case ReplayRules.paint:
      for page in 0...UInt64(operation.short) {
        pending.append(.access(operation.operand + page << 12, .write))
      }
    default:
      let head = operation.head & ~(UInt64(ReplayRules.keep) << 8)
      pending.append(Operation(head: head, operand: operation.operand))
    }
  }
}
