// A libFuzzer target: compiled into one module with Sources/XenTrace by Fuzz/run.sh.

/// Adds up everything that a record can be asked for, so that nothing is left out.
private struct Hasher: TraceSink {
  var sum: UInt64 = 0
  var records: UInt64 = 0

  mutating func take(_ record: TraceRecord, processor: Int) {
    records &+= 1
    sum = sum &* 31 &+ UInt64(record.header) &+ record.cycles &+ UInt64(processor)
    for index in 0..<8 { sum = sum &* 31 &+ UInt64(record.word(index)) }
    switch TraceEvent(record) {
    case .shadow(let event):
      sum = sum &* 31 &+ event.address &+ event.guestEntry &+ event.writtenValue &+ event.frame
      sum &+= UInt64(event.flags.rawValue) &+ UInt64(event.extraEmulations)
    case .vmExit(let exit): sum = sum &* 31 &+ exit.address &+ UInt64(exit.reason)
    case .controlWrite(let number, let value): sum = sum &* 31 &+ value &+ UInt64(number)
    case .invalidatePage(let address): sum = sum &* 31 &+ address
    case .lost(let lost): sum = sum &* 31 &+ lost.count &+ lost.firstCycles
    case .running(let name), .stopped(let name): sum = sum &* 31 &+ UInt64(name.domain)
    case .vmEntry, .other: sum = sum &* 31 &+ 1
    }
  }
}

/// Reads in pieces of `piece` bytes, as from a file.
private func read(_ bytes: UnsafeRawBufferPointer, piece: Int) -> (Hasher, TraceReadout) {
  var sink = Hasher()
  var parser = TraceParser()
  var start = 0
  var end = 0
  repeat {
    end = min(bytes.count, end + piece)
    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    let used = parser.parse(part, last: end == bytes.count, into: &sink)
    precondition(used >= 0 && used <= part.count, "used more than there was")
    precondition(part.count - used <= 64 || end < bytes.count, "kept more than a record")
    start += used
  } while end < bytes.count
  return (sink, parser.readout)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTraceReader(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  let whole = read(bytes, piece: max(1, size))
  precondition(whole.1.bytes == UInt64(size), "bytes unaccounted for")
  precondition(whole.1.lostBytes <= UInt64(size) + UInt64(TraceParser.windowLimit))
  precondition(whole.1.firstDamages.count <= TraceReadout.keptDamages)
  let piece = size > 0 ? Int(bytes[size - 1]) + 16 : 1
  let pieces = read(bytes, piece: piece)
  precondition(pieces.0.sum == whole.0.sum, "pieces read differently")
  precondition(pieces.1 == whole.1, "pieces accounted for differently")
  return 0
}
