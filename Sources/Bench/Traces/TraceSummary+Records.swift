public import XenTrace

extension TraceSummary {
  /// Takes a record.
  public mutating func take(_ record: TraceRecord, processor: Int) {
    if processor >= states.count {
      let missing = processor + 1 - states.count
      states += [ProcessorState](repeating: ProcessorState(), count: missing)
    }
    states[processor].records &+= 1
    let event = record.event
    let group = (event >> 16).trailingZeroBitCount
    classes[min(group, 11)] &+= 1
    if record.hasTime { note(record.cycles, processor) }
    if group == 6 {
      takeShadow(record, processor)
    } else if group == 3 {
      takeGuest(record, event, processor)
    } else if group < 2 {
      takeGeneral(TraceEvent(record), processor)
    }
  }

  @inline(__always)
  private mutating func note(_ cycles: UInt64, _ processor: Int) {
    if cycles < firstCycles { firstCycles = cycles }
    if cycles > lastCycles { lastCycles = cycles }
    states[processor].lastCycles = cycles
  }

  private mutating func takeGeneral(_ event: TraceEvent, _ processor: Int) {
    switch event {
    case .lost(let lost):
      lostRecords &+= lost.count
      lostPeriods += 1
      states[processor].isOut = false
      states[processor].unpins = 0
      if !lost.vcpu.isIdle { vcpus.insert(lost.vcpu) }
    case .running(let name):
      states[processor].running = name
      if !name.isIdle, vcpus.count < 1 << 16 { vcpus.insert(name) }
    default: break
    }
  }

  @inline(__always)
  private mutating func takeGuest(_ record: TraceRecord, _ event: UInt32, _ processor: Int) {
    let number = event & 0xfeff
    if number == 0x1001 {
      if states[processor].isOut { closeArc(record.cycles, processor) }
    } else if number == 0x1002 || number == 0x1003 {
      openArc(record, processor)
      if number == 0x1003 {
        isSince419 = true
        isAMD = true
      }
    } else {
      takeRegister(record, number, processor)
    }
  }

  @inline(__always)
  private mutating func openArc(_ record: TraceRecord, _ processor: Int) {
    let reason = record.word(0)
    states[processor].exitCycles = record.cycles
    states[processor].isOut = record.hasTime
    states[processor].kind = .other
    states[processor].reason = reason
    states[processor].unpins = 0
    states[processor].hasBruteForce = false
    exitReasons[min(Int(reason), Self.reasonLimit)] &+= 1
  }

  private mutating func takeRegister(
    _ record: TraceRecord, _ number: UInt32, _ processor: Int
  ) {
    switch number {
    case 0x2009:
      guard case .controlWrite(let register, let value) = TraceEvent(record) else {
        unreadable += 1
        return
      }
      controlWrites += 1
      if register == 3 { loadRoot(value >> 12, processor) }
    case 0x2014:
      invalidations += 1
      states[processor].kind = .invalidatePage
    default: break
    }
  }

  private mutating func loadRoot(_ root: UInt64, _ processor: Int) {
    rootLoads += 1
    let now = states[processor].lastCycles
    spaces.leave(states[processor].space, at: now)
    let number = spaces.number(ofRoot: root)
    states[processor].space = number
    states[processor].kind = .rootLoad
    let isAnew = spaces.load(number, at: now)
    if isAnew { reshadowings += 1 }
    timeline.change(at: now) {
      $0.rootLoads += 1
      if isAnew { $0.reshadowings += 1 }
    }
  }

  private mutating func closeArc(_ cycles: UInt64, _ processor: Int) {
    states[processor].isOut = false
    let state = states[processor]
    var kind = state.kind
    if state.unpins > 0 {
      if kind == .rootLoad { kind = .rootLoadReclaim } else { kind = .fixupReclaim }
    } else if kind == .other {
      if isHalt(state.reason) { kind = .halt }
      if isAMD == true && state.reason == 0x79 { kind = .invalidatePage }
      if isAMD == false && state.reason == 14 { kind = .invalidatePage }
    }
    let length = cycles > state.exitCycles ? cycles - state.exitCycles : 0
    arcs[kind.rawValue].add(length)
    guard kind.isShadowWork else { return }
    spaces.addCycles(length, to: state.space)
    timeline.change(at: state.exitCycles) { $0.shadowCycles &+= length }
  }

  private func isHalt(_ reason: UInt32) -> Bool {
    isAMD == true ? reason == 0x78 : isAMD == false && reason == 12
  }

  private mutating func takeShadow(_ record: TraceRecord, _ processor: Int) {
    guard let event = ShadowTraceEvent(record) else {
      unreadable += 1
      return
    }
    shadowEvents[Int(event.kind.rawValue)] &+= 1
    if let paging = event.paging { pagingEvents[Int(paging.rawValue)] &+= 1 }
    let now = states[processor].lastCycles
    switch event.kind {
    case .fixup:
      takeFixup(event, processor)
    case .preallocUnpin:
      states[processor].unpins += 1
      spaces.unpin(frame: event.frame, at: now)
      timeline.change(at: now) { $0.reclaims += 1 }
    case .wrmapBruteForce: states[processor].hasBruteForce = true
    case .resyncFull, .resyncOnly: break
    case .emulate: states[processor].kind = .emulate
    case .emulateUnshadowUser, .emulateUnshadowEvent, .emulateUnshadowUnhandled:
      states[processor].kind = .unshadow
      let words = event.paging == .twoLevel ? 2 : event.paging == .pae ? 3 : 4
      if record.wordCount > words { isSince419 = true }
    case .notShadow:
      learnMaker(processor)
      states[processor].kind = .notShadow
    default: states[processor].kind = .otherFault
    }
  }

  /// A shadow fault comes with a page fault: exit 0x4e on AMD processors, 0 on Intel's.
  private mutating func learnMaker(_ processor: Int) {
    guard isAMD == nil, states[processor].isOut else { return }
    let reason = states[processor].reason
    if reason == 0x4e { isAMD = true } else if reason == 0 { isAMD = false }
  }

  private mutating func takeFixup(_ event: ShadowTraceEvent, _ processor: Int) {
    learnMaker(processor)
    let flags = event.flags
    let unpinned = states[processor].unpins > 0
    let promotes = flags.contains(.promotes)
    let unsyncs = flags.contains(.unsyncs)
    if promotes { causes[0] &+= 1 }
    if unpinned { causes[1] &+= 1 }
    if flags.contains(.unhooks) { causes[2] &+= 1 }
    if unsyncs { causes[3] &+= 1 }
    if flags.contains(.addsFixup) { causes[4] &+= 1 }
    if flags.contains(.evictsFixup) { causes[5] &+= 1 }
    if flags.contains(.revokesWriteAccess) { causes[6] &+= 1 }
    if states[processor].hasBruteForce { causes[7] &+= 1 }
    if !promotes && !unpinned && !unsyncs { causes[8] &+= 1 }
    states[processor].kind = unsyncs ? .fixupUnsync : promotes ? .fixupPromote : .fixup
    let now = states[processor].lastCycles
    let isAnew = spaces.fix(
      states[processor].space, address: event.address, promotes: promotes,
      isPAE: event.paging == .pae, at: now)
    if isAnew { reshadowings += 1 }
    timeline.change(at: now) {
      $0.fixups += 1
      if isAnew { $0.reshadowings += 1 }
    }
  }
}
