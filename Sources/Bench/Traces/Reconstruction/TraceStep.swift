import XenTrace

/// One thing of a trace that the reconstruction works with, in the order of time.
struct TraceStep: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    case rootLoad
    case controlWrite
    case fixup
    case guestFault
    case emulate
    case userWrite
    case invalidate
    /// A root was given up to make room: the address is its frame.
    case giveUp
    /// HVMOP_pagetable_dying.
    case dying

    /// Whether ``TraceTurns`` and what works with turns see it.
    var isOfTurns: Bool { self != .giveUp && self != .dying }
  }

  /// What happened.
  var kind: Kind
  /// Levels of the guest's paging; 0 where the record does not say.
  var levels: UInt8 = 0
  /// The register that was written; of an emulated write 1 if it wrote zero.
  var register: UInt8 = 0
  /// The vCPU.
  var vcpu: UInt16
  /// Roots given up on the way.
  var unpins: UInt16 = 0
  /// What the shadow code did on the way.
  var flags: UInt32 = 0
  /// The virtual address, or the value written to a register; 0 when unknown.
  var address: UInt64 = 0
  /// The guest's entry, as the walk left it.
  var entry: UInt64 = 0
  /// Where the guest executed.
  var instruction: UInt64 = 0
  /// When the guest was left, cycles.
  var cycles: UInt64 = 0
  /// Cycles that the guest has run before, on this processor.
  var guestCycles: UInt64 = 0

  func has(_ flag: ShadowTraceFlags) -> Bool { flags & flag.rawValue != 0 }

  /// Whether a fault made a shadow, or only linked one: what an address space does that comes to
  /// something new, or finds its shadows given up.
  var makesOrLinks: Bool {
    kind == .fixup && (has(.promotes) || !has(.getsReference) && !has(.putsReference))
  }
}

/// Collects the steps of a trace.
struct TraceCollector: TraceSink {
  private(set) var allSteps: [TraceStep] = []
  /// The steps of turns.
  var steps: [TraceStep] { allSteps.filter { $0.kind.isOfTurns } }
  /// Steps that there was no room for.
  private(set) var dropped = 0
  /// Faults by levels, 2 to 4.
  private(set) var levels = [0, 0, 0, 0, 0]
  /// Roots given up in all.
  private(set) var unpins = 0
  /// Records lost in Xen's buffers.
  private(set) var lostRecords: UInt64 = 0
  /// The highest frame that a fault's entry named.
  private(set) var highestFrame: UInt64 = 0
  private var states: [State] = []
  private var names: [VCPUName: UInt16] = [:]
  private var processors: [Int: UInt16] = [:]

  /// The most steps that are kept, 64 bytes each.
  static let limit = 1 << 25

  private struct State {
    var exitCycles: UInt64 = 0
    var entryCycles: UInt64 = 0
    var guestCycles: UInt64 = 0
    var instruction: UInt64 = 0
    var reason: UInt32 = 0
    var unpins: UInt16 = 0
    var vcpu: UInt16?
  }

  /// vCPUs seen: named by the scheduler, else one for each processor.
  var vcpuCount: Int { max(1, names.isEmpty ? processors.count : names.count) }

  /// Whether the scheduler's records name the vCPUs.
  var namesVCPUs: Bool { !names.isEmpty }

  mutating func take(_ record: TraceRecord, processor: Int) {
    if processor >= states.count {
      states += [State](repeating: State(), count: processor + 1 - states.count)
    }
    switch TraceEvent(record) {
    case .vmExit(let exit): leave(exit, record.cycles, processor)
    case .vmEntry: states[processor].entryCycles = record.cycles
    case .controlWrite(let number, let value):
      var step = step(number == 3 ? .rootLoad : .controlWrite, processor)
      step.register = UInt8(truncatingIfNeeded: number)
      step.address = value
      append(step, processor)
    case .invalidatePage(let address):
      if let last = allSteps.indices.last, allSteps[last].kind == .invalidate,
        allSteps[last].cycles == states[processor].exitCycles
      {
        allSteps[last].address = address
      } else {
        var step = step(.invalidate, processor)
        step.address = address
        append(step, processor)
      }
    case .shadow(let event): takeShadow(event, processor)
    case .running(let name): run(name, processor)
    case .lost(let lost): lostRecords += lost.count
    case .other(TraceEventNumber.guestCall) where record.word(0) == TraceEventNumber.hvmOperation:
      append(step(.dying, processor), processor)
    case .stopped, .other: break
    }
  }

  private mutating func run(_ name: VCPUName, _ processor: Int) {
    if name.isIdle || names.count >= 4096 && names[name] == nil { return }
    if names[name] == nil { names[name] = UInt16(names.count) }
    states[processor].vcpu = names[name]
  }

  private mutating func leave(_ exit: VMExit, _ cycles: UInt64, _ processor: Int) {
    let since = states[processor].entryCycles
    if since > 0, cycles > since, cycles - since < 1 << 40 {
      states[processor].guestCycles += cycles - since
    }
    states[processor].exitCycles = cycles
    states[processor].instruction = exit.address
    states[processor].reason = exit.reason
    states[processor].unpins = 0
    // INVLPG, as AMD and as Intel number it.
    if exit.reason == 0x79 || exit.reason == 14 {
      append(step(.invalidate, processor), processor)
    }
  }

  private mutating func takeShadow(_ event: ShadowTraceEvent, _ processor: Int) {
    let kind: TraceStep.Kind
    switch event.kind {
    case .preallocUnpin:
      unpins += 1
      var step = step(.giveUp, processor)
      step.address = event.frame
      append(step, processor)
      states[processor].unpins &+= 1
      return
    case .fixup: kind = .fixup
    case .notShadow: kind = .guestFault
    case .emulate: kind = .emulate
    case .emulateUnshadowUser: kind = .userWrite
    default: return
    }
    var step = step(kind, processor)
    step.levels = event.paging?.rawValue ?? 0
    step.flags = event.flags.rawValue
    step.address = event.address
    step.entry = event.guestEntry
    if kind == .emulate && event.writtenValue == 0 { step.register = 1 }
    append(step, processor)
    levels[Int(step.levels)] += 1
    if kind == .fixup {
      highestFrame = max(highestFrame, event.guestEntry >> 12 & 0xff_ffff_ffff)
    }
  }

  private func step(_ kind: TraceStep.Kind, _ processor: Int) -> TraceStep {
    let state = states[processor]
    return TraceStep(
      kind: kind, vcpu: 0, unpins: state.unpins, instruction: state.instruction,
      cycles: state.exitCycles, guestCycles: state.guestCycles)
  }

  private mutating func append(_ step: TraceStep, _ processor: Int) {
    guard allSteps.count < Self.limit else {
      dropped += 1
      return
    }
    if processors[processor] == nil { processors[processor] = UInt16(processors.count) }
    var step = step
    step.vcpu = states[processor].vcpu ?? processors[processor] ?? 0
    allSteps.append(step)
    if step.kind.isOfTurns { states[processor].unpins = 0 }
  }

  /// Puts the steps in order and on `vcpus` vCPUs.
  mutating func finish(vcpus: Int) {
    if processors.count > 1 {
      // Windows of different processors overlap in time; a stable order keeps each one's own.
      let order = allSteps.indices.sorted {
        (allSteps[$0].cycles, $0) < (allSteps[$1].cycles, $1)
      }
      allSteps = order.map { allSteps[$0] }
    }
    for index in allSteps.indices { allSteps[index].vcpu %= UInt16(vcpus) }
  }
}
