import GuestModel
import XenTrace

/// From one root load of a vCPU to its next.
struct TraceTurn {
  /// The address space, an index of the spaces.
  var space: Int
  /// The vCPU.
  var vcpu: Int
  /// Whether the guest pages.
  var isPaged: Bool
  /// The steps, as indices, in order.
  var steps: [Int] = []
}

/// The trace cut into turns of address spaces.
struct TraceTurns {
  let steps: [TraceStep]
  let mode: PagingMode
  /// CR3 of each address space, without the bits that are no address; nil for the one before
  /// the first root load of a trace that begins in the middle.
  private(set) var roots: [UInt64?] = []
  private(set) var turns: [TraceTurn] = []
  /// The turn of each step.
  private(set) var turnOfStep: [Int32]
  /// Whether the trace begins before the guest pages.
  private(set) var startsUnpaged = false
  private var numbers: [UInt64: Int] = [:]

  init(_ steps: [TraceStep], mode: PagingMode, vcpus: Int) {
    self.steps = steps
    self.mode = mode
    turnOfStep = [Int32](repeating: 0, count: steps.count)
    startsUnpaged = Self.startsUnpaged(steps, mode)
    var current = [Int?](repeating: nil, count: vcpus)
    var paged = [Bool](repeating: !startsUnpaged, count: vcpus)
    for (index, step) in steps.enumerated() {
      let vcpu = Int(step.vcpu)
      var turn = current[vcpu] ?? begin(nil, vcpu, paged[vcpu])
      if step.kind == .rootLoad {
        turn = begin(rootAddress(step.address), vcpu, paged[vcpu])
      } else if step.kind == .controlWrite, step.register == 0 {
        let isPaged = step.address >> 31 & 1 == 1
        if isPaged != paged[vcpu] {
          paged[vcpu] = isPaged
          let space = turns[turn].space
          turns.append(TraceTurn(space: space, vcpu: vcpu, isPaged: isPaged))
          turn = turns.count - 1
        }
      }
      current[vcpu] = turn
      turns[turn].steps.append(index)
      turnOfStep[index] = Int32(turn)
    }
  }

  /// A guest that does not page faults with two levels, and each address is its own frame's.
  private static func startsUnpaged(_ steps: [TraceStep], _ mode: PagingMode) -> Bool {
    for step in steps.prefix(100_000) {
      switch step.kind {
      case .controlWrite where step.register == 0:
        if step.address >> 31 & 1 == 1 { return true }
      case .fixup:
        if step.levels != 2 || step.entry >> 12 != step.address >> 12 { return false }
      default: break
      }
    }
    return false
  }

  /// PAE roots are multiples of 32 bytes, others of 4 KiB.
  private func rootAddress(_ value: UInt64) -> UInt64 {
    mode == .pae ? value & 0xffff_ffe0 : value & 0xf_ffff_ffff_f000
  }

  private mutating func begin(_ root: UInt64?, _ vcpu: Int, _ isPaged: Bool) -> Int {
    let key = root ?? .max
    let space: Int
    if let known = numbers[key] {
      space = known
    } else {
      space = roots.count
      numbers[key] = space
      roots.append(root)
    }
    turns.append(TraceTurn(space: space, vcpu: vcpu, isPaged: isPaged))
    return turns.count - 1
  }
}
