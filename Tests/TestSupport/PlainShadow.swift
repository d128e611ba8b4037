import GuestModel

/// What a shadow stands for: the paging mode of its entries and the level of its table.
struct PlainType: Hashable {
  /// The levels, and FL1, which stands for a splintered superpage.
  enum Level: Int { case l1 = 1, l2, l3, l4, fl1 }

  /// 2-level, PAE or 64-bit; never unpaged.
  var mode: PagingMode
  var level: Level

  /// Whether the entries map pages rather than link tables.
  var isLeaf: Bool { level == .l1 || level == .fl1 }

  /// P3: pages of a shadow.
  var pages: Int {
    guard mode == .twoLevel else { return 1 }
    return level == .l2 ? 4 : 2
  }

  /// R2: the types of roots.
  var isRoot: Bool { level == .l4 || level == .l2 && mode != .fourLevel }
}

/// S1: what a shadow is of; the unpaged guest's identity map is no frame of the guest.
enum PlainTable: Hashable {
  case frame(GFN)
  case identityMap
}

/// S1: a shadow's key; for an FL1 the table is the first frame of the superpage.
struct PlainKey: Hashable {
  var table: PlainTable
  var type: PlainType

  /// The guest table's frame; nil for an FL1 and for the identity map, which are no guest tables.
  var tableFrame: GFN? {
    guard type.level != .fl1, case .frame(let frame) = table else { return nil }
    return frame
  }

  /// The frame that events name.
  var eventFrame: GFN {
    guard case .frame(let frame) = table else { return GFN(0) }
    return frame
  }
}

/// A present shadow entry: it links a child, or (L1, FL1) maps a page of the guest.
struct PlainEntry: Equatable {
  var isWritable: Bool
  var isUser: Bool
  var child: PlainShadow?
  var target: GFN?

  static func == (left: PlainEntry, right: PlainEntry) -> Bool {
    left.isWritable == right.isWritable && left.isUser == right.isUser
      && left.child === right.child && left.target == right.target
  }
}

/// A place in a shadow.
struct PlainPlace: Equatable {
  var shadow: PlainShadow
  var index: Int

  static func == (left: PlainPlace, right: PlainPlace) -> Bool {
    left.shadow === right.shadow && left.index == right.index
  }
}

/// One shadow.
final class PlainShadow {
  let key: PlainKey
  /// Shadows made before this one.
  let serial: Int
  /// The present entries by index; what is missing is empty.
  var entries: [Int: PlainEntry] = [:]
  /// S3.
  var references = 0
  /// S5.
  var upPointer: PlainPlace?
  var isDestroyed = false

  init(key: PlainKey, serial: Int) {
    self.key = key
    self.serial = serial
  }

  var type: PlainType { key.type }

  /// The indices of the present entries, in order.
  var indices: [Int] { entries.keys.sorted() }
}
