import GuestModel

/// Which processes are active in a second, and which of their leaf tables they touch.
struct TouchedSets {
  /// Active processes, in no order.
  private(set) var active: [Int]
  /// The others, by class: a process gives way to one of its own size.
  private var idle: [[Int]]
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
    (active, idle) = Self.choose(activeCount, plan, &generator)
    let turnover = min(
      file.activity.turnover.value, Double(count - activeCount) / Double(activeCount))
    replacedPerSecond = turnover * Double(activeCount)
    // What is lost with the processes that give way need not be lost within the others.
    let kept = turnover < 1 ? min(1, file.activity.overlap.value / (1 - turnover)) : 1
    droppedShare = 1 - kept
    let activeLeaves = active.reduce(0) { $0 + plan.leafCount($1) }
    let share = file.activity.leavesTouched.value * Double(activeCount) / Double(activeLeaves)
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

  /// Processes that are active at the start, of all sizes in proportion, and the idle ones.
  private static func choose(
    _ activeCount: Int, _ plan: WorkloadPlan, _ generator: inout SeededGenerator
  ) -> (active: [Int], idle: [[Int]]) {
    var bySize: [[Int]] = plan.classes.map { _ in [] }
    for process in 0..<plan.processCount {
      bySize[plan.classOfProcess[process]].append(process)
    }
    for size in bySize.indices {
      for index in bySize[size].indices {
        bySize[size].swapAt(index, index + generator.below(bySize[size].count - index))
      }
    }
    var active: [Int] = []
    var idle: [[Int]] = plan.classes.map { _ in [] }
    for (rank, process) in bySize.joined().enumerated() {
      let count = plan.processCount
      if (rank + 1) * activeCount / count > rank * activeCount / count {
        active.append(process)
      } else {
        idle[plan.classOfProcess[process]].append(process)
      }
    }
    return (active, idle)
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
    while turnoverDebt >= 1 {
      turnoverDebt -= 1
      var place = generator.below(active.count)
      var tries = 0
      while idle[plan.classOfProcess[active[place]]].isEmpty, tries < active.count {
        place = (place + 1) % active.count
        tries += 1
      }
      let size = plan.classOfProcess[active[place]]
      guard !idle[size].isEmpty else { return exchangeLeaves(&generator) }
      swap(&active[place], &idle[size][generator.below(idle[size].count)])
    }
    exchangeLeaves(&generator)
  }

  private mutating func exchangeLeaves(_ generator: inout SeededGenerator) {
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
