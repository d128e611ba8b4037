/// Writes traces of 24-byte records: `u32 seconds; u64 id; u32 size; i64 next`, little endian.
struct TraceWriter {
  /// How an object's number becomes its identifier.
  enum Identifiers: String {
    /// The number itself.
    case dense
    /// Spread over all 64 bits, one to one.
    case scattered

    func identifier(_ object: UInt32) -> UInt64 {
      guard self == .scattered else { return UInt64(object) }
      var mixed = UInt64(object) &+ 0x9E37_79B9_7F4A_7C15
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// Bytes of a record.
  static let recordBytes = 24
  /// The size written for each object, bytes.
  static let objectBytes: UInt32 = 4096
  /// Requests in a second of trace time.
  static let requestsPerSecond = 10_000

  var identifiers = Identifiers.dense

  /// The records of the requests in `range`.
  func records(
    _ sequence: RequestSequence, next: [Int64], _ range: Range<Int>
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: range.count * Self.recordBytes) { bytes, count in
      let raw = UnsafeMutableRawBufferPointer(bytes)
      for index in range {
        let seconds = UInt32(truncatingIfNeeded: index / Self.requestsPerSecond)
        let identifier = identifiers.identifier(sequence.objects[index])
        raw.storeBytes(of: seconds.littleEndian, toByteOffset: count, as: UInt32.self)
        raw.storeBytes(of: identifier.littleEndian, toByteOffset: count + 4, as: UInt64.self)
        raw.storeBytes(of: Self.objectBytes.littleEndian, toByteOffset: count + 12, as: UInt32.self)
        raw.storeBytes(of: next[index].littleEndian, toByteOffset: count + 16, as: Int64.self)
        count += Self.recordBytes
      }
    }
  }
}
