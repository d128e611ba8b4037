import GuestModel

/// The stream of a synthetic workload: the vCPUs' start, then second after second of turns.
struct SyntheticSource: OperationSource {
  let plan: WorkloadPlan
  private let file: WorkloadFile
  var generator: SeededGenerator
  var sets: TouchedSets
  private var order: TurnOrder
  /// Operations made and not handed out yet, from `position` on.
  var pending: [Operation] = []
  private var position = 0
  private var isStarted = false
  private var second = 0
  private var turns: [Int] = []
  private var turn = 0
  private var turnsTaken: [Int]
  private var turnsTotal: [Int]
  private var turnDebt = 0.0
  private var faultDebt = 0.0
  private var churnDebt = 0.5
  /// The process whose root each vCPU has loaded.
  var loaded: [Int]
  /// Absent entries of each leaf table that demand faults have filled.
  var demanded: [UInt16]
  /// Demand faults so far.
  var demandCount = 0

  private static let secondNanoseconds: UInt64 = 1_000_000_000

  init(file: WorkloadFile, plan: WorkloadPlan, seed: UInt64) {
    self.file = file
    self.plan = plan
    generator = SeededGenerator(seed: seed)
    sets = TouchedSets(file, plan: plan, generator: &generator)
    order = TurnOrder(file)
    turnsTaken = [Int](repeating: 0, count: plan.processCount)
    turnsTotal = turnsTaken
    loaded = (0..<plan.shape.vcpus).map { $0 % plan.processCount }
    demanded = [UInt16](repeating: 0, count: plan.leavesBefore[plan.processCount])
  }

  mutating func fill(_ block: inout OperationBlock) {
    while block.room > 0 {
      if position == pending.count {
        pending.removeAll(keepingCapacity: true)
        position = 0
        guard makeMore() else { return }
      }
      let count = min(block.room, pending.count - position)
      for index in position..<position + count { block.append(pending[index]) }
      position += count
    }
  }

  /// Makes some operations; false at the end.
  private mutating func makeMore() -> Bool {
    if !isStarted {
      isStarted = true
      start()
      beginSecond()
    } else if turn < turns.count {
      makeTurn()
    } else if second <= file.run.warmUpSeconds + file.run.seconds {
      pending.append(.mark(UInt32(second), nanoseconds: Self.secondNanoseconds))
      beginSecond()
    } else {
      return false
    }
    return true
  }

  /// Each vCPU loads a root while it is unpaged and turns paging on.
  private mutating func start() {
    for vcpu in 0..<plan.shape.vcpus {
      pending.append(.onVCPU(vcpu))
      pending.append(.loadRoot(plan.root(loaded[vcpu])))
      pending.append(.setMode(plan.shape.mode))
    }
    pending.append(.mark(0, nanoseconds: 0))
  }

  private mutating func beginSecond() {
    second += 1
    turn = 0
    guard second <= file.run.warmUpSeconds + file.run.seconds else {
      turns = []
      return
    }
    if second > 1 { sets.advance(&generator) }
    turnDebt += file.activity.rootLoads.value
    let count = Int(turnDebt)
    turnDebt -= Double(count)
    turns = order.turns(count, of: sets.active, generator: &generator)
    for process in turnsTotal.indices {
      turnsTotal[process] = 0
      turnsTaken[process] = 0
    }
    for process in turns { turnsTotal[process] += 1 }
  }

  private mutating func makeTurn() {
    let process = turns[turn]
    let vcpu = turn % plan.shape.vcpus
    if plan.shape.vcpus > 1 { pending.append(.onVCPU(vcpu)) }
    pending.append(.loadRoot(plan.root(process)))
    loaded[vcpu] = process
    touchKernel(pages: file.kernel.pagesPerTurn.rounded)
    let leaves = window(process)
    for number in leaves { touch(process, sets.leaf(process, number)) }
    if leaves.lowerBound > 0 { touch(process, sets.leaf(process, 0)) }

    faultDebt += file.activity.guestFaults.value / file.activity.rootLoads.value
    while faultDebt >= 1 {
      faultDebt -= 1
      let number = leaves.lowerBound + demandCount % leaves.count
      demandFault(process, sets.leaf(process, number))
    }
    churnDebt += file.activity.churn.value / file.activity.rootLoads.value
    if churnDebt >= 1, replaceProcess() { churnDebt -= 1 }
    turn += 1
  }

  /// Which of its touched leaf tables `process` touches in this turn.
  ///
  /// Its turns of the second cover all of them. The first one, as the top of its stack, is
  /// touched in every turn besides.
  private mutating func window(_ process: Int) -> Range<Int> {
    let taken = turnsTaken[process]
    let total = turnsTotal[process]
    turnsTaken[process] = taken + 1
    let leaves = sets.touchedCount(process)
    let first = taken * leaves / total
    let end = ((taken + 1) * leaves + total - 1) / total
    return first..<max(first + 1, end)
  }

  /// Reads and writes the pages that a touch of leaf table `leaf` accesses.
  private mutating func touch(_ process: Int, _ leaf: Int) {
    let base = plan.processClass(process).addresses[leaf]
    let groups = plan.patterns.groups
    for group in 0..<groups {
      let address = base + UInt64(group) << 18
      let reads = plan.patterns.reads[leaf * groups + group]
      if reads != 0 { pending.append(.accessMask(address, reads, .user)) }
      let writes = plan.patterns.writes[leaf * groups + group]
      if writes != 0 { pending.append(.accessMask(address, writes, [.user, .write])) }
    }
  }
}
