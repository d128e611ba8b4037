/// Cuts xentrace's bytes into records, in constant memory.
///
/// A file is a sequence of windows: a header record that names a processor and a size, then that
/// many bytes of the processor's records. What does not fit this is passed over up to the next
/// window, and noted.
public struct TraceParser: Sendable {
  /// What was read so far.
  public private(set) var readout = TraceReadout()
  /// The processor whose window is being read.
  @usableFromInline
  var processor = 0
  /// Bytes of that window that are still to come.
  @usableFromInline
  var windowLeft = 0
  /// The latest time stamps.
  @usableFromInline
  var clocks = TraceClocks()
  /// Where unreadable bytes began, and why; nil while all is well.
  private var skipping: TraceDamage?

  /// The largest window that is believed, bytes; Xen's buffers are far smaller.
  public static let windowLimit = 1 << 28
  /// The highest processor that is believed.
  public static let processorLimit = 4096

  /// A parser at the start of a file.
  public init() {}

  /// Gives the records in `bytes` to `sink` and says how many bytes were used.
  ///
  /// What is left over, at most a record, must come again in front of the next bytes. After the
  /// `last` bytes nothing is left over.
  /// - Complexity: O(bytes)
  @inlinable
  public mutating func parse<Sink: TraceSink>(
    _ bytes: UnsafeRawBufferPointer, last: Bool, into sink: inout Sink
  ) -> Int {
    var offset = 0
    while true {
      if windowLeft > 0 && !isSkipping {
        let start = offset
        let records = unsafe parseWindow(bytes, &offset, into: &sink)
        note(bytes: offset &- start, records: records)
      }
      guard unsafe leaveWindow(bytes, &offset, last: last) else { break }
    }
    if last { noteEnd(unread: bytes.count &- offset) }
    return last ? bytes.count : offset
  }

  /// Gives the records of the open window to `sink` as far as bytes and window go; stops at
  /// anything that is no ordinary record.
  @inlinable
  @inline(__always)
  mutating func parseWindow<Sink: TraceSink>(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, into sink: inout Sink
  ) -> UInt64 {
    guard let base = bytes.baseAddress else { return 0 }
    let end = min(bytes.count, offset &+ windowLeft)
    var position = offset
    var records: UInt64 = 0
    var latest = clocks.latest
    while end &- position >= 4 {
      let record = unsafe TraceRecord(unsafeAt: base + position)
      guard Self.isOrdinary(record.header) else { break }
      let next = position &+ record.byteCount
      guard next <= end else { break }
      if record.hasTime {
        let cycles = record.cycles
        if cycles < latest || cycles &- latest > TraceClocks.leapCycles && latest > 0 {
          noteTime(of: cycles, after: latest, at: position &- offset)
        }
        latest = cycles
      }
      sink.take(record, processor: processor)
      position = next
      records &+= 1
    }
    clocks.latest = latest
    windowLeft &-= position &- offset
    offset = position
    return records
  }

  /// Whether this is the first word of a record of a class that Xen has, and neither padding nor
  /// a window header.
  @inlinable
  @inline(__always)
  static func isOrdinary(_ header: UInt32) -> Bool {
    let group = header &>> 16 & 0xfff
    return group != 0 && group & (group &- 1) == 0 && header & 0x0fff_fffe != 0x0001_f002
      && group <= 0x800
  }

  /// Notes that a processor's time does not go on from one record to the next.
  @usableFromInline
  mutating func noteTime(of cycles: UInt64, after latest: UInt64, at offset: Int) {
    readout.note(
      TraceDamage(
        kind: cycles < latest ? .timeRunsBack : .timeLeaps,
        offset: readout.bytes &+ UInt64(offset), lostBytes: 0))
    if cycles < latest {
      readout.rewinds += 1
      readout.rewoundCycles = max(readout.rewoundCycles, latest - cycles)
    }
  }

  @usableFromInline
  mutating func note(bytes: Int, records: UInt64) {
    readout.bytes &+= UInt64(bytes)
    readout.records &+= records
  }

  /// Deals with what is no ordinary record of the open window; false when more bytes are needed.
  @usableFromInline
  mutating func leaveWindow(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, last: Bool
  ) -> Bool {
    let left = bytes.count - offset
    if isSkipping && windowLeft > 0 && left > 0 {
      pass(min(windowLeft, left), &offset)
      return true
    }
    guard left >= 4 else { return false }
    let header = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
    let size = TraceRecord.byteCount(header: header)
    let event = header & 0x0fff_ffff
    if event == TraceEventNumber.processorChange && left < 12 { return false }
    if unsafe isWindowHeader(bytes, offset) {
      if windowLeft > 0 && skipping == nil { begin(.windowInWindow) }
      unsafe openWindow(bytes, &offset)
      return true
    }
    if windowLeft > 0 && skipping == nil {
      if event == TraceEventNumber.wrapPadding {
        guard size <= windowLeft else {
          begin(.overrunsWindow)
          return true
        }
        guard left >= size else { return false }
        readout.paddings += 1
        readout.records += 1
        pass(size, &offset)
        return true
      }
      if Self.isOrdinary(header) && size <= windowLeft { return false }
      begin(Self.isOrdinary(header) ? .overrunsWindow : .notARecord)
    } else if skipping == nil {
      begin(event == TraceEventNumber.processorChange ? .badWindow : firstOrNotARecord)
    }
    if windowLeft == 0 { pass(4, &offset) }
    return true
  }

  /// Whether bytes are passed over: the rest of a damaged window, or up to the next header.
  @usableFromInline
  var isSkipping: Bool { skipping != nil }

  private var firstOrNotARecord: TraceDamage.Kind {
    readout.windows == 0 ? .noWindow : .notARecord
  }

  /// Whether a believable window header stands at `offset`.
  private func isWindowHeader(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Bool {
    guard bytes.count - offset >= 12 else { return false }
    func word(_ index: Int) -> UInt32 {
      unsafe bytes.loadUnaligned(fromByteOffset: offset + index * 4, as: UInt32.self).littleEndian
    }
    return word(0) == 0x2001_f003 && word(1) < UInt32(Self.processorLimit)
      && word(2) <= UInt32(Self.windowLimit) && word(2) & 3 == 0
  }

  private mutating func openWindow(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) {
    endSkipping()
    processor = Int(
      unsafe bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self).littleEndian)
    clocks.change(to: processor)
    windowLeft = 0
    let size = unsafe bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
    pass(12, &offset)
    windowLeft = Int(size.littleEndian)
    readout.windows += 1
    readout.records += 1
  }

  /// Goes past `count` bytes of the window.
  private mutating func pass(_ count: Int, _ offset: inout Int) {
    offset += count
    windowLeft = max(0, windowLeft - count)
    readout.bytes &+= UInt64(count)
  }

  private mutating func begin(_ kind: TraceDamage.Kind) {
    skipping = TraceDamage(kind: kind, offset: readout.bytes, lostBytes: 0)
  }

  private mutating func endSkipping() {
    guard var damage = skipping else { return }
    damage.lostBytes = readout.bytes - damage.offset
    readout.note(damage)
    skipping = nil
  }

  @usableFromInline
  mutating func noteEnd(unread: Int) {
    readout.bytes &+= UInt64(unread)
    if skipping != nil {
      endSkipping()
    } else if windowLeft > 0 || unread > 0 {
      let missing = max(0, windowLeft - unread)
      readout.note(
        TraceDamage(
          kind: .cutShort, offset: readout.bytes, lostBytes: UInt64(missing + unread)))
    }
    windowLeft = 0
  }

  /// Notes a damage that the source of the bytes found.
  public mutating func noteDamage(_ kind: TraceDamage.Kind) {
    readout.note(TraceDamage(kind: kind, offset: readout.bytes, lostBytes: 0))
  }
}
