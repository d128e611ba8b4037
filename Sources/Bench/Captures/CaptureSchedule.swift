import GuestModel

/// What happens in each round, in order: turns of processes, their faults, beginnings and ends.
struct CaptureSchedule: Sendable {
  /// One thing that happens.
  struct Step: Sendable {
    /// What.
    enum Kind: Sendable {
      /// The process runs; its turns are counted from 0.
      case turn(Int)
      /// A page fault, as an index of ``CaptureSchedule/faults``.
      case fault(Int)
      /// The process begins with fresh pages.
      case begin
      /// The process ends.
      case end
    }
    let kind: Kind
    let process: Int
    let vcpu: Int
  }

  /// A page fault, and what the kernel does about it.
  struct Fault: Sendable {
    /// Where the kernel writes the entry.
    let entryAddress: UInt64
    /// What it writes.
    let entry: GuestEntry
    /// The page.
    let address: UInt64
    /// Whether it was a write.
    let isWrite: Bool
  }

  /// The faults of the capture, in order.
  private(set) var faults: [Fault] = []
  /// What the events say, slice by slice.
  private(set) var slices: [[Step]] = []
  private let vcpus: Int
  private let processCount: Int

  /// The most slices that events are cut into.
  static let sliceLimit = 4096

  init(_ capture: Capture, layout: CaptureLayout, vcpus: Int) {
    self.vcpus = vcpus
    processCount = capture.processCount
    let span = capture.eventSpanMicroseconds + 1
    let mean = max(1, Int(capture.meanIntervalNanoseconds / 1000))
    let count = max(1, min((span + mean / 2) / mean, Self.sliceLimit))
    slices = Array(repeating: [], count: count)
    var pages = FaultPages(capture, layout)
    for event in capture.events {
      let kind: Step.Kind
      switch event.kind {
      case .run: kind = .turn(0)
      case .fault:
        kind = .fault(faults.count)
        faults.append(pages.fault(event))
      case .fork, .exec: kind = .begin
      case .exit: kind = .end
      }
      let slice = event.microseconds * count / span
      slices[slice].append(
        Step(kind: kind, process: event.process, vcpu: event.cpu % vcpus))
    }
  }

  /// The steps of a round, and the turns that each process has in it.
  ///
  /// Processes that touched something in the interval though no event lets them run get one turn
  /// at a random place.
  func round(
    _ number: Int, interval: Capture.Interval, random: inout SeededGenerator
  ) -> (steps: [Step], turns: [Int]) {
    let slice = slices[number % slices.count]
    var turns = Array(repeating: 0, count: processCount)
    for step in slice {
      if case .turn = step.kind { turns[step.process] += 1 }
    }
    var extra: [(place: Int, step: Step)] = []
    for visit in interval.visits where turns[visit.process] == 0 {
      let vcpu = random.below(vcpus)
      extra.append(
        (
          random.below(slice.count + 1),
          Step(kind: .turn(0), process: visit.process, vcpu: vcpu)
        ))
    }
    // With an order key of its own for each, the sort has one result only.
    let order = extra.map { _ in random.next() }
    let sorted = extra.indices.sorted {
      (extra[$0].place, order[$0], $0) < (extra[$1].place, order[$1], $1)
    }
    var steps: [Step] = []
    steps.reserveCapacity(slice.count + extra.count)
    turns = Array(repeating: 0, count: processCount)
    var next = sorted.startIndex
    for place in 0...slice.count {
      while next < sorted.endIndex, extra[sorted[next]].place == place {
        steps.append(Self.count(extra[sorted[next]].step, &turns))
        next += 1
      }
      if place < slice.count { steps.append(Self.count(slice[place], &turns)) }
    }
    return (steps, turns)
  }

  /// Gives a turn its number among the process's turns.
  private static func count(_ step: Step, _ turns: inout [Int]) -> Step {
    guard case .turn = step.kind else { return step }
    defer { turns[step.process] += 1 }
    return Step(kind: .turn(turns[step.process]), process: step.process, vcpu: step.vcpu)
  }
}

/// Finds the page of each fault: the one that the map has there, or a fresh one.
private struct FaultPages {
  let capture: Capture
  let layout: CaptureLayout
  private var fresh: [Key: Int] = [:]
  private var nextFrame: Int

  private struct Key: Hashable {
    let place: Int
    let entry: UInt16
  }

  init(_ capture: Capture, _ layout: CaptureLayout) {
    self.capture = capture
    self.layout = layout
    nextFrame = capture.runs.reduce(0) { max($0, Int($1.frame) + Int($1.count)) }
  }

  /// The kernel writes the entry anew, used, and writable and dirty for a write.
  mutating func fault(_ event: Capture.Event) -> CaptureSchedule.Fault {
    let index = layout.place(event.leafNumber, of: event.process)
    let place = layout.places[index]
    let mapped = page(place, Int(event.entry))
    let frame = mapped?.frame ?? freshFrame(Key(place: index, entry: event.entry))
    let isWritable = event.isWrite || mapped?.isWritable == true
    return CaptureSchedule.Fault(
      entryAddress: layout.entryAddress(place, Int(event.entry)),
      entry: GuestEntry(
        frame: layout.guestFrame(frame), flags: CaptureLayout.pageFlags(isWritable: isWritable)),
      address: place.address + UInt64(event.entry) << 12,
      isWrite: event.isWrite)
  }

  private func page(_ place: CaptureLayout.Place, _ entry: Int) -> (frame: Int, isWritable: Bool)? {
    guard place.leaf >= 0 else { return nil }
    for run in capture.runs[capture.leaves[Int(place.leaf)].runs] where run.entries.contains(entry)
    {
      return (Int(run.frame) + entry - run.entries.lowerBound, run.isWritable)
    }
    return nil
  }

  private mutating func freshFrame(_ key: Key) -> Int {
    if let frame = fresh[key] { return frame }
    defer { nextFrame += 1 }
    fresh[key] = nextFrame
    return nextFrame
  }
}
