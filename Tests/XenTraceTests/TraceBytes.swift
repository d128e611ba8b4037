import XenTrace

/// Writes traces, record by record.
struct TraceBytes {
  private(set) var bytes: [UInt8] = []

  mutating func word(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
    }
  }

  /// A record, with a time stamp if `cycles` is given.
  mutating func record(_ event: UInt32, _ words: [UInt32], cycles: UInt64? = nil) {
    word(event | UInt32(words.count) << 28 | (cycles == nil ? 0 : 1 << 31))
    if let cycles {
      word(UInt32(truncatingIfNeeded: cycles))
      word(UInt32(truncatingIfNeeded: cycles >> 32))
    }
    for value in words { word(value) }
  }

  /// A window of `processor` around what `body` writes.
  mutating func window(_ processor: UInt32, _ body: (inout TraceBytes) -> Void) {
    var inner = TraceBytes()
    body(&inner)
    record(0x1f003, [processor, UInt32(inner.bytes.count)])
    bytes += inner.bytes
  }

  mutating func raw(_ more: [UInt8]) { bytes += more }
}

/// Keeps decoded records.
struct Recorder: TraceSink {
  var events: [TraceEvent] = []
  var processors: [Int] = []
  var cycles: [UInt64] = []

  mutating func take(_ record: TraceRecord, processor: Int) {
    events.append(TraceEvent(record))
    processors.append(processor)
    cycles.append(record.cycles)
  }

  /// Parses `bytes` in pieces of `pieceBytes`.
  static func read(_ bytes: [UInt8], pieceBytes: Int = .max) -> (Recorder, TraceReadout) {
    var recorder = Recorder()
    var parser = TraceParser()
    var kept: [UInt8] = []
    var next = 0
    repeat {
      let count = min(pieceBytes, bytes.count - next)
      kept += bytes[next..<(next + count)]
      next += count
      let used = kept.withUnsafeBytes {
        parser.parse($0, last: next == bytes.count, into: &recorder)
      }
      kept.removeFirst(used)
    } while next < bytes.count
    return (recorder, parser.readout)
  }
}
