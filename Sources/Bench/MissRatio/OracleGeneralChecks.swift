/// What the records of an `oracleGeneral` trace say beside the object, as far as it can be wrong.
struct OracleGeneralChecks {
  /// How often the time falls by more than half of what had passed: parts are there twice, or the
  /// file is of two traces.
  private(set) var rewinds = 0
  private var first: UInt32?
  private var latest: UInt32 = 0
  private var records = 0

  /// Indices of next requests that are believed: what no request follows is -1, or -2 where a
  /// converter tells what ends from what it cut; `Int64.max` says it as well.
  private static let nextRequests: ClosedRange<Int64> = -2...(1 << 48)

  /// Takes whole records, in the file's order.
  ///
  /// - Throws: ``InputError`` where a record's next request is none that a trace can have
  mutating func take(_ block: borrowing RawSpan, file: String) throws(InputError) {
    for offset in stride(from: 0, to: block.byteCount, by: OracleGeneralTrace.recordBytes) {
      let next = Int64(
        littleEndian: unsafe block.unsafeLoadUnaligned(
          fromByteOffset: offset + 16, as: Int64.self))
      guard Self.nextRequests.contains(next) || next == .max else {
        throw InputError(
          file: file,
          reason: "the record at byte \(records * OracleGeneralTrace.recordBytes) names \(next) as "
            + "the index of the object's next request: expected -1 for none, or an index: the "
            + "file is damaged, or not in the oracleGeneral format")
      }
      note(
        seconds: UInt32(
          littleEndian: unsafe block.unsafeLoadUnaligned(
            fromByteOffset: offset, as: UInt32.self)))
      records += 1
    }
  }

  private mutating func note(seconds: UInt32) {
    let start = first ?? seconds
    if first == nil { first = seconds }
    if seconds >= latest {
      latest = seconds
    } else if latest - seconds > (latest - start) / 2 {
      rewinds += 1
      latest = seconds
      first = min(start, seconds)
    }
  }

  /// That time runs back, if it does.
  var sentence: String? {
    guard rewinds > 0 else { return nil }
    return "time runs back at \(rewinds) places by more than half of what had passed: parts are "
      + "there twice, or the file is of two traces"
  }
}
