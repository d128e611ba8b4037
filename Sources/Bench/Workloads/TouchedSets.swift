import GuestModel

/// Which processes are active in a second, and which of their leaf tables they touch.
struct TouchedSets {
  /// Active processes, in no order.
  private(set) var active: [Int]
  private var idle: [Int]
  /// Leaf tables of each process; the touched ones come first.
  private var order: [UInt16] = []
  private var touched: [Int] = []
  private var debts: [Double] = []
  private var turnoverDebt = 0.0
  private let plan: WorkloadPlan
  private let replacedPerSecond: Double
  private let droppedShare: Double

  init(_ file: WorkloadFile, plan: WorkloadPlan, generator: inout SeededGenerator) {
    self.plan = plan
    let count = plan.processCount
    let activeCount = min(count, file.activity.activeProcesses.rounded)
    var processes = Array(0..<count)
    for index in 0..<activeCount {
      processes.swapAt(index, index + generator.below(count - index))
    }
    active = Array(processes[..<activeCount])
    idle = Array(processes[activeCount...])
    let turnover = min(
      file.activity.turnover.value, Double(idle.count) / Double(activeCount))
    replacedPerSecond = turnover * Double(activeCount)
    // What is lost with the processes that give way need not be lost within the others.
    let kept = turnover < 1 ? min(1, file.activity.overlap.value / (1 - turnover)) : 1
    droppedShare = 1 - kept
    let share = file.activity.leavesTouched.value / meanLeaves
    for process in 0..<count {
      let leaves = plan.leafCount(process)
      let start = order.count
      order += (0..<leaves).map { UInt16($0) }
      let exact = share * Double(leaves)
      let whole = Int(exact + generator.unit())
      let wanted = max(1, min(leaves, whole))
      for index in 0..<wanted {
        order.swapAt(start + index, start + index + generator.below(leaves - index))
      }
      touched.append(wanted)
      debts.append(generator.unit())
    }
  }

  private var meanLeaves: Double {
    Double(plan.leavesBefore[plan.processCount]) / Double(plan.processCount)
  }

  /// Leaf tables that `process` touches in a second in which it is active.
  func touchedCount(_ process: Int) -> Int { touched[process] }

  /// The `number`th of them.
  func leaf(_ process: Int, _ number: Int) -> Int {
    Int(order[plan.leavesBefore[process] + number])
  }

  /// Goes on to the next second.
  mutating func advance(_ generator: inout SeededGenerator) {
    turnoverDebt += replacedPerSecond
    while turnoverDebt >= 1, !idle.isEmpty {
      turnoverDebt -= 1
      let place = generator.below(active.count)
      let other = generator.below(idle.count)
      swap(&active[place], &idle[other])
    }
    for process in active { drop(process, &generator) }
  }

  /// Exchanges some of the touched leaf tables of `process` for others.
  private mutating func drop(_ process: Int, _ generator: inout SeededGenerator) {
    debts[process] += droppedShare * Double(touched[process])
    let start = plan.leavesBefore[process]
    let outside = plan.leafCount(process) - touched[process]
    let count = min(Int(debts[process]), min(outside, touched[process]))
    debts[process] -= Double(Int(debts[process]))
    // The first `count` places inside and outside, made random by swaps, change sides.
    for index in 0..<count {
      let inside = start + index + generator.below(touched[process] - index)
      order.swapAt(start + index, inside)
      let base = start + touched[process] + index
      order.swapAt(base, base + generator.below(outside - index))
    }
    for index in 0..<count {
      order.swapAt(start + index, start + touched[process] + index)
    }
  }
}
