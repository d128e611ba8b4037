import GuestModel

/// What a sweep keeps of a shadow: one object for a table and kind, or a superpage and kind, whether
/// it exists at a given allocation being a bit.
struct SweepObject: BitwiseCopyable {
  /// The allocations at which the shadow exists.
  var resident: SizeMask = 0
  /// The allocations at which it is on the pin list.
  var pinned: SizeMask = 0
  /// The allocations whose list ends with it.
  var tails: SizeMask = 0
  /// The allocations at which the parent entry below is remembered (S5).
  var ups: SizeMask = 0
  var serial: UInt64 = 0
  var frame: UInt32 = 0
  var table: UInt32 = 0
  var upParent: UInt32 = 0
  var upIndex: UInt16 = 0
  var type: UInt8 = 0
  var mapsTables = false
  /// Whether parents other than the remembered one have linked it.
  var hasOtherParents = false
  /// Where its entries are: a slot of the leaf or the upper store.
  var slot: UInt32 = 0
  var next: UInt32 = 0
  var previous: UInt32 = 0
  /// Leaves: a bit for each 32 entries that may not be empty.
  var touched: UInt32 = 0
}

/// References of the objects, in bit planes.
@safe
struct SlicedReferences: ~Copyable {
  static let planes = 12
  private(set) var words = Buffer<SizeMask>(repeating: 0, count: 64 * SlicedReferences.planes)

  mutating func makeRoom(for object: Int) {
    if (object + 1) * Self.planes > words.count {
      words.grow(to: (object + 1) * 2 * Self.planes, filling: 0)
    }
  }

  /// Adds a reference; false when there are too many to count.
  @inline(__always)
  func add(_ object: Int, _ mask: SizeMask) -> Bool {
    var carry = mask
    var plane = object &* Self.planes
    let end = plane &+ Self.planes
    while carry != 0 {
      if plane == end { return false }
      let old = words[plane]
      words[plane] = old ^ carry
      carry &= old
      plane &+= 1
    }
    return true
  }

  /// Drops a reference; the allocations at which none is left.
  @inline(__always)
  func drop(_ object: Int, _ mask: SizeMask) -> SizeMask {
    var borrow = mask
    let first = object &* Self.planes
    var plane = first
    while borrow != 0 {
      let old = words[plane]
      words[plane] = old ^ borrow
      borrow &= ~old
      plane &+= 1
    }
    var any: SizeMask = 0
    for plane in first..<(first &+ Self.planes) { any |= words[plane] }
    return mask & ~any
  }

  /// The allocations with exactly one reference.
  func single(_ object: Int) -> SizeMask {
    var more: SizeMask = 0
    for plane in 1..<Self.planes { more |= words[object &* Self.planes &+ plane] }
    return words[object &* Self.planes] & ~more
  }

  /// The allocations with any.
  func any(_ object: Int) -> SizeMask {
    var any: SizeMask = 0
    for plane in 0..<Self.planes { any |= words[object &* Self.planes &+ plane] }
    return any
  }
}

/// Entries of leaf objects: the allocations at which each is present and writable.
///
/// Bits of allocations at which the object does not exist mean nothing; they are cleared when it is
/// made there. What all allocations agree on is kept in `common`, four words for 64 entries as in
/// the model of one allocation. A slot is 512 entries: 8.6 KiB.
@safe
struct SweepLeaves: ~Copyable {
  private(set) var present = Buffer<SizeMask>(repeating: 0, count: 16 * 512)
  private(set) var writable = Buffer<SizeMask>(repeating: 0, count: 16 * 512)
  private(set) var common = Buffer<UInt64>(repeating: 0, count: 16 * 32)
  private(set) var user = Buffer<UInt64>(repeating: 0, count: 16 * 8)
  private(set) var end = 0

  mutating func take(pages: Int) -> Int {
    let slot = end
    end += pages
    if end * 512 > present.count {
      present.grow(to: end * 2 * 512, filling: 0)
      writable.grow(to: end * 2 * 512, filling: 0)
      common.grow(to: end * 2 * 32, filling: 0)
      user.grow(to: end * 2 * 8, filling: 0)
    }
    return slot
  }
}

/// Entries of upper objects: the child, and the allocations at which it is linked.
@safe
struct SweepUppers: ~Copyable {
  /// A child is its object, and whether user mode may pass.
  static let user: UInt32 = 0x8000_0000
  static let childMask: UInt32 = 0x7fff_ffff

  private(set) var links = Buffer<SizeMask>(repeating: 0, count: 16 * 1024)
  private(set) var writable = Buffer<SizeMask>(repeating: 0, count: 16 * 1024)
  private(set) var children = Buffer<UInt32>(repeating: 0, count: 16 * 1024)
  private(set) var presence = Buffer<UInt64>(repeating: 0, count: 16 * 16)
  private(set) var end = 0

  mutating func take() -> Int {
    let slot = end
    end += 1
    if end * 1024 > links.count {
      links.grow(to: end * 2 * 1024, filling: 0)
      writable.grow(to: end * 2 * 1024, filling: 0)
      children.grow(to: end * 2 * 1024, filling: 0)
      presence.grow(to: end * 2 * 16, filling: 0)
    }
    return slot
  }
}
