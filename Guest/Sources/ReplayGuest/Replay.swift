import CBoot

/// Does what the operations say, one after the other.
struct Replay {
  private let stream: Stream
  private var number: UInt32 = 0
  private var phase: UInt32 = 0
  private var phaseStart: UInt32 = 0
  private var accesses: UInt32 = 0
  private var faults: UInt32 = 0
  private var checksum = ReplayRules.start
  /// Over all phases' checksums.
  private var total = ReplayRules.start
  /// The entry that the next copy writes.
  private var carried: UInt32 = 0

  init(stream: Stream) { self.stream = stream }

  /// Runs to the stream's end.
  mutating func run() {
    var place = stream.first
    let count = UInt32(stream.count)
    while number < count {
      sb_number = number
      sb_take(place, words)
      let head = UInt64(words[1]) &<< 32 | UInt64(words[0])
      let operand = UInt64(words[3]) &<< 32 | UInt64(words[2])
      perform(Operation(head: head, operand: operand))
      place &+= 16
      number &+= 1
    }
    endPhase()
    Console.write("SB done")
    Console.write(" operations=", decimal: UInt64(number))
    Console.write(" checksum=", hexadecimal: total)
    Console.endLine()
  }

  private var words: UnsafeMutablePointer<UInt32> {
    UnsafeMutablePointer(bitPattern: sb_words_address()).unsafelyUnwrapped
  }

  private mutating func perform(_ operation: Operation) {
    let operand = operation.operand
    switch operation.rawCode {
    case Operation.Code.loadRoot.rawValue:
      mix(operand)
      sb_load_root(UInt(truncatingIfNeeded: operand) &<< 12)
    case Operation.Code.access.rawValue: access(operand, operation.kind)
    case Operation.Code.accessMask.rawValue: accessMask(operation)
    case Operation.Code.writeEntry.rawValue: fill(operation, operation.long, count: 1, step: 0)
    case Operation.Code.copyEntry.rawValue:
      let flags = ReplayRules.hardware(UInt32(operation.short &>> 10))
      fillHardware(operation, carried | flags, count: 1, step: 0)
    case Operation.Code.fillEntries.rawValue:
      fill(operation, operation.long, count: UInt32(operation.short) &+ 1, step: 0)
    case Operation.Code.fillAscending.rawValue:
      fill(operation, operation.long, count: UInt32(operation.short) &+ 1, step: 4096)
    case Operation.Code.invalidatePage.rawValue:
      mix(ReplayRules.canonical(operand))
      sb_invalidate(pointer(operand))
    case Operation.Code.mark.rawValue: endPhase()
    case ReplayRules.paint: paint(operation)
    case ReplayRules.source:
      accesses &+= 1
      carried = sb_read(pointer(operand)) & 0xFFFF_F0E7
      mix(ReplayRules.canonical(operand))
      mix(UInt64(ReplayRules.seen(carried)))
    default:
      Console.write("SB failed unknown operation")
      Console.write(" code=", decimal: UInt64(operation.rawCode))
      Console.write(" operation=", decimal: UInt64(number))
      Console.endLine()
      sb_stop()
    }
  }

  private func pointer(_ address: UInt64) -> UInt {
    UInt(truncatingIfNeeded: ReplayRules.canonical(address))
  }

  private mutating func mix(_ value: UInt64) { checksum = ReplayRules.mix(checksum, value) }

  private mutating func accessMask(_ operation: Operation) {
    var address = UInt64(operation.long) &<< 18
    var low = UInt32(truncatingIfNeeded: operation.operand)
    var high = UInt32(truncatingIfNeeded: operation.operand &>> 32)
    while low | high != 0 {
      if low & 1 != 0 { access(address, operation.kind) }
      low = low &>> 1 | high &<< 31
      high &>>= 1
      address &+= 4096
    }
  }

  private mutating func access(_ address: UInt64, _ kind: AccessKind) {
    let place = pointer(address)
    let how = UInt32(kind.rawValue)
    accesses &+= 1
    mix(ReplayRules.canonical(address))
    var value: UInt32 = 0
    if how & 1 == 0 {
      value = how & 2 != 0 ? sb_read_user(place) : sb_read(place)
      if !stream.isPainted { value = 0 }
    } else if how & UInt32(ReplayRules.keep) != 0 {
      if how & 2 != 0 { sb_keep_user(place) } else { sb_keep(place) }
    } else {
      value = ReplayRules.stamp(number, address)
      if how & 2 != 0 { sb_write_user(place, value) } else { sb_write(place, value) }
    }
    if !noteFault() { mix(UInt64(ReplayRules.seen(value))) }
  }

  /// Whether the last watched instruction faulted.
  private mutating func noteFault() -> Bool {
    if sb_faulted == 0 { return false }
    sb_faulted = 0
    faults &+= 1
    mix(ReplayRules.faulted)
    return true
  }

  private mutating func fill(_ operation: Operation, _ entry: UInt32, count: UInt32, step: UInt32) {
    fillHardware(operation, ReplayRules.hardware(entry), count: count, step: step)
  }

  /// Writes entries as the processor reads them.
  private mutating func fillHardware(
    _ operation: Operation, _ first: UInt32, count: UInt32, step: UInt32
  ) {
    var place = pointer(operation.operand)
    var value = first
    var left = count
    accesses &+= count
    mix(ReplayRules.canonical(operation.operand))
    mix(UInt64(ReplayRules.seen(value)) | UInt64(count) &<< 32)
    var faulted: UInt32 = 0
    while left > 0 {
      sb_write_entry(place, value, 0)
      faulted &+= sb_faulted
      sb_faulted = 0
      place &+= stream.entryBytes
      value &+= step
      left &-= 1
    }
    if faulted != 0 {
      faults &+= faulted
      mix(ReplayRules.faulted)
    }
  }

  private mutating func paint(_ operation: Operation) {
    let count = UInt32(operation.short) &+ 1
    var place = pointer(operation.operand)
    accesses &+= count
    mix(operation.operand)
    mix(UInt64(count))
    for _ in 0..<count {
      sb_write(place, UInt32(truncatingIfNeeded: place))
      place &+= 4096
    }
  }

  private mutating func endPhase() {
    Console.write("SB phase")
    Console.write(" ", decimal: UInt64(phase))
    Console.write(" tsc=", decimal: sb_clock())
    Console.write(" operations=", decimal: UInt64(number &- phaseStart))
    Console.write(" accesses=", decimal: UInt64(accesses))
    Console.write(" faults=", decimal: UInt64(faults))
    Console.write(" checksum=", hexadecimal: checksum)
    Console.endLine()
    total = ReplayRules.mix(total, checksum)
    checksum = ReplayRules.start
    phase &+= 1
    phaseStart = number &+ 1
    accesses = 0
    faults = 0
  }
}
