import GuestModel

/// The kinds of shadow, with the numbers that Xen gives them.
///
/// Rule P3: pages of each kind.
enum ShadowType: UInt8, CaseIterable {
  case l1TwoLevel = 1
  case fl1TwoLevel = 2
  case l2TwoLevel = 3
  case l1PAE = 4
  case fl1PAE = 5
  case l2PAE = 6
  case l1 = 7
  case fl1 = 8
  case l2 = 9
  case l3 = 11
  case l4 = 12

  /// Pool pages of one shadow of this kind.
  var pages: Int {
    switch self {
    case .l1TwoLevel, .fl1TwoLevel: 2
    case .l2TwoLevel: 4
    default: 1
    }
  }

  /// Whether it stands for a splintered superpage.
  var isSplinter: Bool { self == .fl1TwoLevel || self == .fl1PAE || self == .fl1 }

  /// Whether it is the lowest level: its entries map pages.
  var isLeaf: Bool {
    switch self {
    case .l1TwoLevel, .fl1TwoLevel, .l1PAE, .fl1PAE, .l1, .fl1: true
    default: false
    }
  }

  /// Whether its entries link leaf shadows.
  var isDirectory: Bool { self == .l2TwoLevel || self == .l2PAE || self == .l2 }

  /// The bit of this kind in a table's flags.
  var bit: UInt32 { 1 << UInt32(rawValue) }

  /// The leaf kind of a paging mode.
  static func leaf(_ mode: PagingMode, splinter: Bool) -> ShadowType {
    switch mode {
    case .twoLevel, .unpaged: splinter ? .fl1TwoLevel : .l1TwoLevel
    case .pae: splinter ? .fl1PAE : .l1PAE
    case .fourLevel: splinter ? .fl1 : .l1
    }
  }

  /// The kind that is one level above the leaves in a paging mode.
  static func directory(_ mode: PagingMode) -> ShadowType {
    switch mode {
    case .twoLevel, .unpaged: .l2TwoLevel
    case .pae: .l2PAE
    case .fourLevel: .l2
    }
  }

  /// The kind of the tables that are roots in a paging mode.
  static func root(_ mode: PagingMode) -> ShadowType {
    mode == .fourLevel ? .l4 : directory(mode)
  }

  /// All kinds of leaf tables, as bits.
  static let leafTableBits: UInt32 =
    ShadowType.l1TwoLevel.bit | ShadowType.l1PAE.bit | ShadowType.l1.bit
}

/// A shadow: a slot of the leaf store or of the upper store; 0 means none.
struct ShadowRef: Equatable, BitwiseCopyable {
  var rawValue: UInt32

  static let none = ShadowRef(rawValue: 0)

  @inline(__always)
  static func leaf(_ slot: Int) -> ShadowRef {
    ShadowRef(rawValue: UInt32(truncatingIfNeeded: slot) | 0x8000_0000)
  }

  @inline(__always)
  static func upper(_ slot: Int) -> ShadowRef {
    ShadowRef(rawValue: UInt32(truncatingIfNeeded: slot))
  }

  @inline(__always) var isLeaf: Bool { rawValue & 0x8000_0000 != 0 }
  @inline(__always) var slot: Int { Int(rawValue & 0x7fff_ffff) }
}

/// What is kept of every shadow besides its entries.
struct ShadowHeader: BitwiseCopyable {
  /// Which shadow this is in order of making; 0 when the slot is free.
  var serial: UInt64 = 0
  /// The frame of the guest table, or the first frame of a splintered superpage.
  var frame: UInt32 = 0
  /// The guest table, 0 for a splintered superpage.
  var table: UInt32 = 0
  /// Where its entries' frames stand: the guest table, or its snapshot while out of sync.
  var source: UInt32 = 0
  /// References (S3).
  var references: Int32 = 0
  /// The parent of the remembered entry (S5), an upper slot, 0 for none.
  var upParent: UInt32 = 0
  /// The index of the remembered entry.
  var upIndex: UInt16 = 0
  /// The kind.
  var type: UInt8 = 0
  /// Whether it is on the pin list.
  var isPinned = false
  /// Whether an entry may map a frame that holds a table, writable.
  var mapsTables = false
  /// Neighbours on the pin list.
  var next = ShadowRef.none
  var previous = ShadowRef.none
}
