/// The paging mode that the guest used when an event was written: levels of its page tables.
@frozen
public enum TracePaging: UInt8, Sendable, CaseIterable {
  /// 32-bit entries, two levels (and a guest that does not page).
  case twoLevel = 2
  /// 64-bit entries, three levels.
  case pae = 3
  /// 64-bit entries, four levels.
  case fourLevel = 4

  /// Words of a guest entry.
  @inlinable
  var entryWords: Int { self == .twoLevel ? 1 : 2 }
  /// Words of a virtual address.
  @inlinable
  var addressWords: Int { self == .fourLevel ? 2 : 1 }
}

/// An event of shadow paging.
public struct ShadowTraceEvent: Hashable, Sendable {
  /// The kinds, with the numbers that Xen gives them.
  public enum Kind: UInt8, Sendable, CaseIterable {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case notShadow = 1
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case fastPropagate, fastMMIO, falseFastPath, mmio, fixup, domainDying, emulate
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case emulateUnshadowUser, emulateUnshadowEvent, emulateUnshadowUnhandled
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case wrmapBruteForce, preallocUnpin, resyncFull, resyncOnly

    /// The name that xenalyze users know.
    public var name: String { Self.names[Int(rawValue) - 1] }

    private static let names = [
      "not_shadow", "fast_propagate", "fast_mmio", "false_fast_path", "mmio", "fixup",
      "domf_dying", "emulate", "emulate_unshadow_user", "emulate_unshadow_evtinj",
      "emulate_unshadow_unhandled", "wrmap_bf", "prealloc_unpin", "resync_full", "resync_only",
    ]
  }

  /// What happened.
  public var kind: Kind
  /// The guest's paging; nil for kinds that do not say.
  public var paging: TracePaging?
  /// The virtual address of the access; 0 for kinds without one.
  public var address: UInt64 = 0
  /// The guest entry that the walk ended at; 0 for kinds without one.
  public var guestEntry: UInt64 = 0
  /// The value that an emulated write wrote.
  public var writtenValue: UInt64 = 0
  /// The frame of the table; 0 for kinds without one.
  public var frame: UInt64 = 0
  /// What was done on the way; empty for layouts without flags.
  public var flags: ShadowTraceFlags = []
  /// Instructions that were emulated in one go beyond the first.
  public var extraEmulations = 0

  /// An event of `kind`.
  public init(kind: Kind, paging: TracePaging? = nil) {
    self.kind = kind
    self.paging = paging
  }
}

/// What the shadow code did on the way to an event.
@frozen
public struct ShadowTraceFlags: OptionSet, Hashable, Sendable {
  /// The bits.
  public var rawValue: UInt32
  /// Wraps the bits.
  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// An L1 shadow entry took a reference to a page: it was set.
  public static let getsReference = ShadowTraceFlags(rawValue: 1 << 2)
  /// An L1 shadow entry gave one back: it was replaced or cleared.
  public static let putsReference = ShadowTraceFlags(rawValue: 1 << 3)
  /// A table lost a shadow.
  public static let demotes = ShadowTraceFlags(rawValue: 1 << 8)
  /// A table gained a shadow.
  public static let promotes = ShadowTraceFlags(rawValue: 1 << 9)
  /// Write access to a table was revoked.
  public static let revokesWriteAccess = ShadowTraceFlags(rawValue: 1 << 10)
  /// A table was unshadowed early.
  public static let unshadowsEarly = ShadowTraceFlags(rawValue: 1 << 13)
  /// Entries of loaded roots were cleared to make room.
  public static let unhooks = ShadowTraceFlags(rawValue: 1 << 17)
  /// A table was let out of sync.
  public static let unsyncs = ShadowTraceFlags(rawValue: 1 << 18)
  /// A writable mapping of an out-of-sync table was noted.
  public static let addsFixup = ShadowTraceFlags(rawValue: 1 << 19)
  /// An older note gave way.
  public static let evictsFixup = ShadowTraceFlags(rawValue: 1 << 20)
}
