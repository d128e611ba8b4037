public import ShadowModel

/// What `xenperf` wrote: Xen's performance counters, of the whole host.
///
/// A line is a description, `T=` and the sum over all processors; `-f` adds a column for each
/// processor. The descriptions are those of Xen 4.17.
public struct XenperfText: Hashable, Sendable {
  /// The counters that the model has too.
  public var counters: [Counters.Name: Int]

  /// Reads the text.
  /// - Parameter file: what errors call it
  /// - Throws: ``InputError`` when a counter that the shadow algorithm decides is missing or
  ///   contradicts itself
  public init(text: String, file: String) throws(InputError) {
    counters = [:]
    for (index, line) in text.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() {
      guard let (description, value) = Self.entry(line),
        let name = Self.names[description] ?? Counters.Name(xenName: description)
      else { continue }
      func bad(_ reason: String) -> InputError {
        InputError(file: file, line: index + 1, reason: "'\(description)' \(reason)")
      }
      guard let value else { throw bad("has no number after 'T='") }
      if let former = counters.updateValue(value, forKey: name), former != value {
        throw bad("is given twice")
      }
    }
    let missing = Counters.Name.allCases.filter { $0.isDecidedByAlgorithm && counters[$0] == nil }
    guard missing.isEmpty else {
      throw InputError(
        file: file,
        reason: "lacks \(missing.count) of \(Verification.compared.count) counters of shadow "
          + "paging, among them \(missing[0].xenName): is it all that 'xenperf -f' wrote, of a "
          + "Xen with shadow paging?")
    }
  }

  /// A line's description and sum; nil for other lines.
  private static func entry(_ line: Substring) -> (description: String, value: Int?)? {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard let mark = words.firstIndex(where: { $0.hasPrefix("T=") }), mark > 0 else { return nil }
    let joined = words[mark].dropFirst(2)
    let digits = joined.isEmpty ? words.dropFirst(mark + 1).first ?? "" : joined
    let value = Int(digits).flatMap { $0 >= 0 ? $0 : nil }
    return (words[..<mark].joined(separator: " "), value)
  }

  /// The counters by their descriptions.
  private static let names: [String: Counters.Name] = [
    "calls to shadow_alloc": .alloc,
    "number of shadow pages in use": .allocCount,
    "calls to shadow_free": .free,
    "shadow recycles old shadows": .prealloc1,
    "shadow recycles in-use shadows": .prealloc2,
    "calls to shadow_fault": .fault,
    "shadow_fault guest bad gfn": .faultBailBadGfn,
    "shadow_fault really guest fault": .faultBailRealFault,
    "shadow_fault emulates a write": .faultEmulateWrite,
    "shadow_fault emulator fails": .faultEmulateFailed,
    "shadow_fault fast emulate": .faultFastEmulate,
    "shadow_fault fixed fault": .faultFixed,
    "calls to shadow_validate_gl1e": .validateGl1e,
    "calls to shadow_validate_gl2e": .validateGl2e,
    "calls to shadow_validate_gl3e": .validateGl3e,
    "calls to shadow_validate_gl4e": .validateGl4e,
    "calls to shadow_hash_lookup": .hashLookups,
    "shadow hash misses": .hashLookupMiss,
    "calls to get_shadow_status": .getShadowStatus,
    "calls to shadow_hash_insert": .hashInserts,
    "calls to shadow_hash_delete": .hashDeletes,
    "shadow removes write access": .writeable,
    "shadow unshadows for fork/exit": .earlyUnshadow,
    "shadow unshadows a page": .unshadow,
    "shadow unshadow by up-pointer": .upPointer,
    "shadow checks gwalk": .checkGwalk,
    "shadow flush tlb by removing write perm": .rmWriteFlushTLB,
    "shadow emulates invlpg": .invlpg,
    "shadow OOS fixup adds": .oosFixupAdd,
    "shadow OOS fixup evictions": .oosFixupEvict,
    "shadow OOS unsyncs": .unsync,
    "shadow OOS evictions": .unsyncEvict,
    "shadow OOS resyncs": .resync,
  ]
}
