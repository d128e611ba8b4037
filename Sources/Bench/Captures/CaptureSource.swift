import GuestModel

/// Makes a capture's operations, a step of the schedule at a time.
struct CaptureSource: OperationSource {
  private let workload: CaptureWorkload
  private var touches: CaptureTouches
  private var random: SeededGenerator
  /// Operations made, the first ``taken`` of which were handed out.
  private var pending: [Operation] = []
  private var taken = 0
  /// The round that is under way, -1 before the first.
  private var round = -1
  private var steps: [CaptureSchedule.Step] = []
  private var nextStep = 0

  /// The vCPU that operations belong to.
  private var vcpu = 0
  /// The process whose root each vCPU has loaded, -1 for none of a turn.
  private var loaded: [Int]
  /// Whether each process has ended and not begun again.
  private var hasEnded: [Bool]

  init(_ workload: CaptureWorkload) {
    self.workload = workload
    touches = CaptureTouches(workload.capture, masks: workload.masks, layout: workload.layout)
    random = SeededGenerator(seed: workload.seed)
    loaded = Array(repeating: -1, count: workload.shape.vcpus)
    hasEnded = Array(repeating: false, count: workload.capture.processCount)
    bringUp()
  }

  mutating func fill(_ block: inout OperationBlock) {
    while block.room > 0 {
      if taken < pending.count {
        block.append(pending[taken])
        taken += 1
      } else {
        pending.removeAll(keepingCapacity: true)
        taken = 0
        guard advance() else { return }
      }
    }
  }

  /// Every vCPU loads a root while unpaged and turns paging on.
  private mutating func bringUp() {
    for number in 0..<workload.shape.vcpus {
      pending.append(.onVCPU(number))
      pending.append(.loadRoot(workload.layout.roots[0]))
      pending.append(.setMode(workload.shape.mode))
      loaded[number] = 0
      vcpu = number
    }
    pending.append(.mark(0, nanoseconds: 0))
  }

  /// Makes the operations of the next step; false at the end of the last round.
  private mutating func advance() -> Bool {
    if nextStep < steps.count {
      nextStep += 1
      perform(steps[nextStep - 1])
      return true
    }
    guard round < workload.rounds else { return false }
    if round >= 0 {
      let duration = interval.nanoseconds
      pending.append(.mark(UInt32(round + 1), nanoseconds: duration))
    }
    round += 1
    if round < workload.rounds { planRound() }
    return true
  }

  private var interval: Capture.Interval {
    let intervals = workload.capture.intervals
    return intervals[round % intervals.count]
  }

  private mutating func planRound() {
    let interval = interval
    let plan = workload.schedule.round(round, interval: interval, random: &random)
    steps = plan.steps
    nextStep = 0
    touches.prepare(interval: interval, turns: plan.turns, random: &random)
  }

  private mutating func perform(_ step: CaptureSchedule.Step) {
    if vcpu != step.vcpu {
      vcpu = step.vcpu
      pending.append(.onVCPU(vcpu))
    }
    switch step.kind {
    case .turn(let number):
      switchTo(step.process)
      touchKernel()
      if hasEnded[step.process] { fillTables(of: step.process) }
      touches.append(turn: number, of: step.process, to: &pending)
    case .fault(let index):
      let fault = workload.schedule.faults[index]
      switchTo(step.process)
      touchKernel()
      if hasEnded[step.process] { fillTables(of: step.process) }
      pending.append(.writeEntry(fault.entryAddress, fault.entry))
      pending.append(.access(fault.address, fault.isWrite ? [.user, .write] : .user))
    case .begin:
      touchKernel()
      if !hasEnded[step.process] { clearTables(of: step.process) }
      fillTables(of: step.process)
    case .end:
      touchKernel()
      if !hasEnded[step.process] { clearTables(of: step.process) }
    }
  }

  /// Loads a process's root unless the vCPU has it: a kernel does not load the same one again.
  private mutating func switchTo(_ process: Int) {
    guard loaded[vcpu] != process else { return }
    loaded[vcpu] = process
    pending.append(.loadRoot(workload.layout.roots[process]))
  }

  private mutating func touchKernel() {
    let layout = workload.layout
    pending.append(.access(layout.directMap.address(of: layout.kernelFrame), .read))
  }

  /// The kernel clears every leaf table of a process, as at its end.
  private mutating func clearTables(of process: Int) {
    let layout = workload.layout
    for place in layout.places[layout.placesOfProcess[process]] {
      pending.append(
        .fillEntries(
          layout.entryAddress(place, 0), count: 512, first: .empty, ascending: false))
    }
    hasEnded[process] = true
  }

  /// The kernel fills a process's leaf tables with what the map has.
  private mutating func fillTables(of process: Int) {
    let layout = workload.layout
    let capture = workload.capture
    for place in layout.places[layout.placesOfProcess[process]] where place.leaf >= 0 {
      for run in capture.runs[capture.leaves[Int(place.leaf)].runs] {
        let flags = CaptureLayout.pageFlags(isWritable: run.isWritable)
        var entry = run.entries.lowerBound
        for part in layout.adjacentFrames(from: Int(run.frame), count: run.entries.count) {
          pending.append(
            .fillEntries(
              layout.entryAddress(place, entry), count: part.count,
              first: GuestEntry(frame: GFN(part.lowerBound), flags: flags), ascending: true))
          entry += part.count
        }
      }
    }
    hasEnded[process] = false
  }
}
