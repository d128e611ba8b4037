/// A record with its meaning.
public enum TraceEvent: Hashable, Sendable {
  /// An event of shadow paging.
  case shadow(ShadowTraceEvent)
  /// The guest was left.
  case vmExit(VMExit)
  /// The guest goes on.
  case vmEntry
  /// The guest wrote `value` to control register `number`.
  case controlWrite(number: Int, value: UInt64)
  /// The guest invalidated the page at `address`.
  case invalidatePage(address: UInt64)
  /// The buffer was full: records were lost.
  case lost(LostRecords)
  /// From here on the processor runs that vCPU.
  case running(VCPUName)
  /// The processor no longer runs that vCPU.
  case stopped(VCPUName)
  /// An event that says nothing about shadow paging.
  case other(UInt32)

  /// The meaning of a record.
  public init(_ record: TraceRecord) {
    self = Self.decode(record) ?? .other(record.event)
  }

  private static func decode(_ record: TraceRecord) -> TraceEvent? {
    let event = record.event
    let count = record.wordCount
    let isWide = event & TraceEventNumber.wideFlag != 0
    if let shadow = ShadowTraceEvent(record) { return .shadow(shadow) }
    if event & 0x0fff_f00f == TraceEventNumber.runstateChange, event & 0xc00 == 0, count >= 1 {
      let name = VCPUName(word: record.word(0))
      return event >> 4 & 3 == 0 ? .running(name) : event >> 8 & 3 == 0 ? .stopped(name) : nil
    }
    switch event & ~TraceEventNumber.wideFlag {
    case TraceEventNumber.vmEntry: return .vmEntry
    case TraceEventNumber.vmExit, TraceEventNumber.vmExit + 1:
      guard count >= (isWide ? 3 : 2) else { return nil }
      return .vmExit(
        VMExit(
          reason: record.word(0), address: isWide ? record.long(1) : UInt64(record.word(1)),
          isNamedAMD: event & 1 != 0))
    case TraceEventNumber.controlWrite:
      guard count >= (isWide ? 3 : 2) else { return nil }
      return .controlWrite(
        number: Int(record.word(0)), value: isWide ? record.long(1) : UInt64(record.word(1)))
    case TraceEventNumber.invalidatePage:
      return .invalidatePage(address: Self.invalidatedAddress(record, isWide: isWide))
    case TraceEventNumber.continueRunning: return .running(VCPUName(word: record.word(0)))
    case TraceEventNumber.lostRecords:
      guard count >= 4 else { return nil }
      return .lost(
        LostRecords(
          count: UInt64(record.word(0)),
          vcpu: VCPUName(
            domain: UInt16(truncatingIfNeeded: record.word(1)),
            vcpu: UInt16(truncatingIfNeeded: record.word(1) >> 16)),
          firstCycles: record.long(2)))
    default: return nil
    }
  }

  /// The address is the last field; the record begins with whether it was INVLPGA.
  private static func invalidatedAddress(_ record: TraceRecord, isWide: Bool) -> UInt64 {
    let count = record.wordCount
    guard count > 0 else { return 0 }
    return isWide && count >= 2 ? record.long(count - 2) : UInt64(record.word(count - 1))
  }
}

/// Why the guest was left, and where it was.
public struct VMExit: Hashable, Sendable {
  /// The processor's reason code; Intel and AMD number them differently.
  public var reason: UInt32
  /// The guest's instruction pointer.
  public var address: UInt64
  /// Whether the record's number says that the processor is AMD's (since Xen 4.19).
  public var isNamedAMD: Bool

  /// An exit.
  public init(reason: UInt32, address: UInt64, isNamedAMD: Bool) {
    self.reason = reason
    self.address = address
    self.isNamedAMD = isNamedAMD
  }
}

/// Records that did not fit the buffer.
public struct LostRecords: Hashable, Sendable {
  /// How many.
  public var count: UInt64
  /// What the processor ran when there was room again.
  public var vcpu: VCPUName
  /// The time stamp of the first one lost.
  public var firstCycles: UInt64

  /// Lost records.
  public init(count: UInt64, vcpu: VCPUName, firstCycles: UInt64) {
    self.count = count
    self.vcpu = vcpu
    self.firstCycles = firstCycles
  }
}

/// A virtual processor of a domain.
public struct VCPUName: Hashable, Sendable, Comparable {
  /// The domain.
  public var domain: UInt16
  /// The vCPU's number in it.
  public var vcpu: UInt16

  /// A vCPU.
  public init(domain: UInt16, vcpu: UInt16) {
    self.domain = domain
    self.vcpu = vcpu
  }

  /// A vCPU from a word with the domain in the upper half, as the scheduler writes it.
  init(word: UInt32) {
    domain = UInt16(truncatingIfNeeded: word >> 16)
    vcpu = UInt16(truncatingIfNeeded: word)
  }

  /// Whether this is an idle processor's.
  public var isIdle: Bool { domain == 0x7fff }

  /// By domain, then by vCPU.
  public static func < (left: VCPUName, right: VCPUName) -> Bool {
    (left.domain, left.vcpu) < (right.domain, right.vcpu)
  }
}
