/// One record as it stands in the file: an event, perhaps a time stamp, up to seven words.
///
/// It points into the buffer that is being parsed, so it is valid only while the sink that was
/// given it runs.
@frozen
@safe
public struct TraceRecord {
  /// The first word: event in bits 0 to 27, words in 28 to 30, time stamp flag in 31.
  public let header: UInt32
  @usableFromInline
  let base: UnsafeRawPointer

  /// The record at `base`, all of whose bytes must be there.
  @inlinable
  @inline(__always)
  init(unsafeAt base: UnsafeRawPointer) {
    unsafe self.base = base
    header = unsafe UInt32(littleEndian: base.loadUnaligned(as: UInt32.self))
  }

  /// The event's number.
  @inlinable
  @inline(__always)
  public var event: UInt32 { header & 0x0fff_ffff }

  /// The number of words, 0 to 7.
  @inlinable
  @inline(__always)
  public var wordCount: Int { Int(header &>> 28 & 7) }

  /// Whether there is a time stamp.
  @inlinable
  @inline(__always)
  public var hasTime: Bool { header &>> 31 != 0 }

  /// The time stamp, cycles; 0 when there is none.
  @inlinable
  @inline(__always)
  public var cycles: UInt64 {
    hasTime ? unsafe UInt64(littleEndian: (base + 4).loadUnaligned(as: UInt64.self)) : 0
  }

  /// Bytes of the record.
  @inlinable
  @inline(__always)
  public var byteCount: Int { Self.byteCount(header: header) }

  /// Bytes of a record with this first word.
  @inlinable
  @inline(__always)
  static func byteCount(header: UInt32) -> Int {
    4 &+ Int(header &>> 31) &* 8 &+ Int(header &>> 28 & 7) &* 4
  }

  /// The word at `index`; 0 when the record has fewer.
  @inlinable
  @inline(__always)
  public func word(_ index: Int) -> UInt32 {
    guard index >= 0 && index < wordCount else { return 0 }
    let offset = 4 &+ Int(header &>> 31) &* 8 &+ index &* 4
    return unsafe UInt32(littleEndian: (base + offset).loadUnaligned(as: UInt32.self))
  }

  /// The words at `index` and `index + 1` as one number, low word first.
  @inlinable
  @inline(__always)
  public func long(_ index: Int) -> UInt64 {
    UInt64(word(index)) | UInt64(word(index &+ 1)) &<< 32
  }

  /// The longest record, bytes.
  @usableFromInline
  static let byteLimit = 40
}

/// The numbers of events that the reader itself knows.
public enum TraceEventNumber {
  /// Records were lost.
  public static let lostRecords: UInt32 = 0x0001_f001
  /// Padding to the end of a ring.
  public static let wrapPadding: UInt32 = 0x0001_f002
  /// A window of another processor begins.
  public static let processorChange: UInt32 = 0x0001_f003
  /// A vCPU's run state changed; old state in bits 8 and 9, new state in 4 and 5.
  public static let runstateChange: UInt32 = 0x0002_1001
  /// A vCPU goes on running.
  public static let continueRunning: UInt32 = 0x0002_1002
  /// The guest goes on.
  public static let vmEntry: UInt32 = 0x0008_1001
  /// The guest was left; on AMD processors since Xen 4.19 the next number.
  public static let vmExit: UInt32 = 0x0008_1002
  /// The guest wrote a control register.
  public static let controlWrite: UInt32 = 0x0008_2009
  /// The guest invalidated a page.
  public static let invalidatePage: UInt32 = 0x0008_2014
  /// The guest called Xen (VMCALL, VMMCALL) [the call's number, as the guest gave it].
  public static let guestCall: UInt32 = 0x0008_2012
  /// The number of the call `hvm_op`, of which a guest makes HVMOP_pagetable_dying in earnest.
  public static let hvmOperation: UInt32 = 34
  /// The bit of an event whose words are 64 bits wide.
  public static let wideFlag: UInt32 = 0x100
  /// All events of shadow paging are this, bits 0 to 11 aside.
  public static let shadow: UInt32 = 0x0040_f000
}
