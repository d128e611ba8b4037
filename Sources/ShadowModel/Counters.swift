/// What Xen's performance counters say about a domain, under Xen's names.
///
/// The first ones are decided by the shadow algorithm alone and must equal a real Xen's. The
/// meaning of each is in docs/MODEL.md.
public struct Counters: Hashable, Sendable {
  /// The counters, in the order of their raw values.
  public enum Name: Int, CaseIterable, Sendable {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case fault, faultFixed, faultEmulateWrite, alloc, allocCount, free, prealloc1, prealloc2
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case hashInserts, hashDeletes, hashLookups, hashLookupMiss, getShadowStatus, writeable
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case checkGwalk, rmWriteFlushTLB, unsync, unsyncEvict, resync, oosFixupAdd, oosFixupEvict
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case invlpg, earlyUnshadow, unshadow
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case validateGl1e, validateGl2e, validateGl3e, validateGl4e
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case faultBailRealFault, faultBailBadGfn, faultFastEmulate, faultEmulateFailed, upPointer

    /// Xen's name of the counter.
    public var xenName: String { Counters.xenNames[rawValue] }

    /// The counter with that name, nil if the model has none.
    public init?(xenName: String) {
      guard let index = Counters.xenNames.firstIndex(of: xenName) else { return nil }
      self.init(rawValue: index)
    }

    /// Whether the groundtruth names it among those decided by the algorithm alone.
    public var isDecidedByAlgorithm: Bool { rawValue <= Name.validateGl4e.rawValue }
  }

  static let xenNames: [String] = [
    "shadow_fault", "shadow_fault_fixed", "shadow_fault_emulate_write", "shadow_alloc",
    "shadow_alloc_count", "shadow_free", "shadow_prealloc_1", "shadow_prealloc_2",
    "shadow_hash_inserts", "shadow_hash_deletes", "shadow_hash_lookups",
    "shadow_hash_lookup_miss", "shadow_get_shadow_status", "shadow_writeable",
    "shadow_check_gwalk", "shadow_rm_write_flush_tlb", "shadow_unsync", "shadow_unsync_evict",
    "shadow_resync", "shadow_oos_fixup_add", "shadow_oos_fixup_evict", "shadow_invlpg",
    "shadow_early_unshadow", "shadow_unshadow", "shadow_validate_gl1e_calls",
    "shadow_validate_gl2e_calls", "shadow_validate_gl3e_calls", "shadow_validate_gl4e_calls",
    "shadow_fault_bail_real_fault", "shadow_fault_bail_bad_gfn", "shadow_fault_fast_emulate",
    "shadow_fault_emulate_failed", "shadow_up_pointer",
  ]

  /// The values, by the raw value of their name.
  private var values = InlineArray<33, Int>(repeating: 0)

  /// All zero.
  public init() {}

  /// The value of one counter.
  @inlinable
  public subscript(name: Name) -> Int {
    get { value(name.rawValue) }
    set { setValue(name.rawValue, newValue) }
  }

  @usableFromInline
  func value(_ index: Int) -> Int { values[index] }

  @usableFromInline
  mutating func setValue(_ index: Int, _ value: Int) { values[index] = value }

  /// Adds one to a counter.
  @inline(__always)
  mutating func count(_ name: Name) { values[name.rawValue] &+= 1 }

  /// Adds to a counter.
  @inline(__always)
  mutating func add(_ name: Name, _ amount: Int) { values[name.rawValue] &+= amount }

  /// What was counted from `earlier` to `later`; `alloc_count`, a level and not a sum, is the later
  /// one.
  public static func - (later: Counters, earlier: Counters) -> Counters {
    var result = Counters()
    for name in Name.allCases {
      result[name] = later[name] - (name == .allocCount ? 0 : earlier[name])
    }
    return result
  }

  /// Whether all counters are equal.
  public static func == (left: Counters, right: Counters) -> Bool {
    Name.allCases.allSatisfy { left[$0] == right[$0] }
  }

  /// Hashes all counters.
  public func hash(into hasher: inout Hasher) {
    for name in Name.allCases { hasher.combine(self[name]) }
  }
}
