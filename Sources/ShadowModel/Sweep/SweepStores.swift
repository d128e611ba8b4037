import GuestModel

/// What a sweep keeps of a shadow: one object for a table or superpage and a kind.
///
/// Whether it exists at a given allocation is a bit.
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
  /// Where another parent entry is remembered: the first ``SweepUp``, 0 for none.
  var otherUps: UInt32 = 0
  /// Where its entries are: a slot of the leaf or the upper store.
  var slot: UInt32 = 0
  /// Another kind of shadow of the same table.
  var sibling: UInt32 = 0
  var next: UInt32 = 0
  var previous: UInt32 = 0
  /// Leaves: a bit for each 32 entries that may not be empty.
  var touched: UInt32 = 0
}

/// S5: a parent entry that is remembered at the allocations of `mask`, one of a chain.
struct SweepUp: BitwiseCopyable {
  var parent: UInt32 = 0
  var index: UInt16 = 0
  var next: UInt32 = 0
  var mask: SizeMask = 0
}

/// References of the objects, in bit planes.
@safe
struct SlicedReferences: ~Copyable {
  static let planes = 12
  private(set) var words = Buffer<SizeMask>(repeating: 0, count: 64 * SlicedReferences.planes)
  /// Planes that an object ever used.
  private(set) var used = Buffer<UInt8>(repeating: 1, count: 64)

  mutating func makeRoom(for object: Int) {
    if object >= used.count {
      words.grow(to: object * 2 * Self.planes, filling: 0)
      used.grow(to: object * 2, filling: 1)
    }
  }

  /// Adds a reference; the allocations at which there are too many to count.
  @inline(__always)
  func add(_ object: Int, _ mask: SizeMask) -> SizeMask {
    var carry = mask
    let first = object &* Self.planes
    var plane = 0
    while carry != 0 {
      if plane == Self.planes { return carry }
      let old = words[first &+ plane]
      words[first &+ plane] = old ^ carry
      carry &= old
      plane &+= 1
    }
    if plane > Int(used[object]) { used[object] = UInt8(truncatingIfNeeded: plane) }
    return 0
  }

  /// Drops a reference; the allocations at which none is left.
  @inline(__always)
  func drop(_ object: Int, _ mask: SizeMask) -> SizeMask {
    var borrow = mask
    let first = object &* Self.planes
    var plane = first
    while borrow != 0 && plane < first &+ Self.planes {
      let old = words[plane]
      words[plane] = old ^ borrow
      borrow &= ~old
      plane &+= 1
    }
    return mask & ~any(object)
  }

  /// The allocations of `mask` without exactly one reference.
  @inline(__always)
  func others(_ object: Int, _ mask: SizeMask) -> SizeMask {
    let first = object &* Self.planes
    var more = ~words[first]
    var plane = 1
    while plane < Int(used[object]) {
      more |= words[first &+ plane]
      plane &+= 1
    }
    return more & mask
  }

  /// The allocations with exactly one reference.
  func single(_ object: Int) -> SizeMask {
    var more: SizeMask = 0
    for plane in 1..<Self.planes { more |= words[object &* Self.planes &+ plane] }
    return words[object &* Self.planes] & ~more
  }

  /// The allocations with any.
  @inline(__always)
  func any(_ object: Int) -> SizeMask {
    let first = object &* Self.planes
    var any = words[first]
    var plane = 1
    while plane < Int(used[object]) {
      any |= words[first &+ plane]
      plane &+= 1
    }
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
  private(set) var present: ZeroedBuffer<SizeMask>
  private(set) var writable: ZeroedBuffer<SizeMask>
  private(set) var common: ZeroedBuffer<UInt64>
  private(set) var user: ZeroedBuffer<UInt64>
  private(set) var end = 0

  /// Room for `slots` slots, more at a cost.
  init(slots: Int) {
    present = ZeroedBuffer(count: slots * 512)
    writable = ZeroedBuffer(count: slots * 512)
    common = ZeroedBuffer(count: slots * 32)
    user = ZeroedBuffer(count: slots * 8)
  }

  mutating func take(pages: Int) -> Int {
    let slot = end
    end += pages
    if end * 512 > present.count {
      present.grow(to: end * 2 * 512)
      writable.grow(to: end * 2 * 512)
      common.grow(to: end * 2 * 32)
      user.grow(to: end * 2 * 8)
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

  private(set) var links: ZeroedBuffer<SizeMask>
  private(set) var writable: ZeroedBuffer<SizeMask>
  private(set) var children: ZeroedBuffer<UInt32>
  private(set) var presence: ZeroedBuffer<UInt64>
  private(set) var end = 0

  /// Room for `slots` slots, more at a cost.
  init(slots: Int) {
    links = ZeroedBuffer(count: slots * 1024)
    writable = ZeroedBuffer(count: slots * 1024)
    children = ZeroedBuffer(count: slots * 1024)
    presence = ZeroedBuffer(count: slots * 16)
  }

  mutating func take() -> Int {
    let slot = end
    end += 1
    if end * 1024 > links.count {
      links.grow(to: end * 2 * 1024)
      writable.grow(to: end * 2 * 1024)
      children.grow(to: end * 2 * 1024)
      presence.grow(to: end * 2 * 16)
    }
    return slot
  }
}
