extension ShadowTraceEvent {
  /// The event of a record; nil if it is no event of shadow paging, or too short to be one.
  ///
  /// Lengths are taken from the record: kinds 9 to 11 have flags since Xen 4.19 only, and a
  /// 32-bit Xen wrote frames of kinds 12 to 15 in one word.
  public init?(_ record: TraceRecord) {
    guard record.event & 0x0fff_f000 == TraceEventNumber.shadow,
      let kind = Kind(rawValue: UInt8(truncatingIfNeeded: record.event & 0xff))
    else { return nil }
    let count = record.wordCount
    if kind.rawValue >= Kind.wrmapBruteForce.rawValue {
      guard count >= 1 else { return nil }
      self.init(kind: kind)
      frame = record.long(0)
      return
    }
    guard let paging = TracePaging(rawValue: UInt8(record.event >> 8 & 0xf) + 2) else {
      return nil
    }
    self.init(kind: kind, paging: paging)
    var words = WordReader(record)
    switch kind {
    case .notShadow, .fixup:
      guard count >= paging.entryWords + paging.addressWords + 1 else { return nil }
      guestEntry = words.number(paging.entryWords)
      address = words.number(paging.addressWords)
      flags = ShadowTraceFlags(rawValue: words.word())
    case .emulate:
      guard count >= 2 * paging.entryWords + paging.addressWords + 1 else { return nil }
      guestEntry = words.number(paging.entryWords)
      writtenValue = words.number(paging.entryWords)
      address = words.number(paging.addressWords)
      let last = words.word()
      flags = ShadowTraceFlags(rawValue: last & 0x1fff_ffff)
      extraEmulations = Int(last >> 29)
    case .emulateUnshadowUser, .emulateUnshadowEvent, .emulateUnshadowUnhandled:
      let length = paging.entryWords + paging.addressWords
      guard count >= length else { return nil }
      frame = words.number(paging.entryWords)
      address = words.number(paging.addressWords)
      if count > length { flags = ShadowTraceFlags(rawValue: words.word()) }
    default:
      guard count >= paging.addressWords else { return nil }
      address = words.number(paging.addressWords)
    }
  }
}

/// Takes a record's words one after the other.
struct WordReader {
  private let record: TraceRecord
  private var next = 0

  init(_ record: TraceRecord) { self.record = record }

  mutating func word() -> UInt32 {
    defer { next += 1 }
    return record.word(next)
  }

  /// A number of one or two words.
  mutating func number(_ words: Int) -> UInt64 {
    words == 2 ? UInt64(word()) | UInt64(word()) << 32 : UInt64(word())
  }
}
