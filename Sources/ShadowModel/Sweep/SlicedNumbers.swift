import GuestModel

/// A bit for each allocation of a sweep.
typealias SizeMask = UInt64

/// Counters of up to 64 allocations at once.
///
/// What all of them count is one number; the rest is kept in bit planes: plane p holds bit p of
/// every allocation's count, so adding one under a mask is a carry that seldom goes far.
@safe
struct SlicedCounters: ~Copyable {
  static let planes = 40
  /// Besides Xen's counters: pages taken and given back.
  static let pagesTaken = Counters.Name.allCases.count
  static let pagesGiven = pagesTaken + 1
  static let numbers = pagesTaken + 2

  /// The allocations still in the pass.
  var full: SizeMask
  private let common = Buffer<Int>(repeating: 0, count: SlicedCounters.numbers)
  private let planes = Buffer<SizeMask>(
    repeating: 0, count: SlicedCounters.numbers * SlicedCounters.planes)

  init(full: SizeMask) { self.full = full }

  /// Adds one for the allocations of `mask`.
  /// - Complexity: O(1) amortised
  @inline(__always)
  func count(_ name: Counters.Name, _ mask: SizeMask) { add(name.rawValue, 0, mask) }

  /// Adds 2^`power` for the allocations of `mask`.
  @inline(__always)
  func add(_ index: Int, _ power: Int, _ mask: SizeMask) {
    if mask == full {
      common[index] &+= 1 &<< power
      return
    }
    var carry = mask
    var plane = index &* Self.planes &+ power
    while carry != 0 {
      let old = planes[plane]
      planes[plane] = old ^ carry
      carry &= old
      plane &+= 1
    }
  }

  /// Adds `count` for the allocations of `mask`.
  func add(_ index: Int, count: Int, _ mask: SizeMask) {
    var left = count
    while left != 0 {
      add(index, left.trailingZeroBitCount, mask)
      left &= left &- 1
    }
  }

  /// The count of allocation `number`.
  func value(_ index: Int, _ number: Int) -> Int {
    var value = common[index]
    for plane in 0..<Self.planes {
      value += Int(planes[index * Self.planes + plane] >> UInt64(number) & 1) << plane
    }
    return value
  }
}

/// Free pages of up to 64 allocations at once, in bit planes, and the least there ever were.
@safe
struct SlicedPages: ~Copyable {
  static let planes = 26

  private let free = Buffer<SizeMask>(repeating: 0, count: SlicedPages.planes)
  private let least = Buffer<SizeMask>(repeating: 0, count: SlicedPages.planes)
  private var isHighKnown = false
  private var high: SizeMask = 0

  init(_ pages: [Int]) {
    for (number, count) in pages.enumerated() {
      for plane in 0..<Self.planes where count >> plane & 1 == 1 {
        free[plane] = free[plane] | 1 << UInt64(number)
        least[plane] = least[plane] | 1 << UInt64(number)
      }
    }
  }

  /// Takes 2^`power` pages for the allocations of `mask`, which must have them.
  @inline(__always)
  mutating func take(_ power: Int, _ mask: SizeMask) {
    remove(power, mask)
    noteLeast(mask)
  }

  /// Takes pages out of the pool (P6): they come to be in no use.
  @inline(__always)
  mutating func remove(_ power: Int, _ mask: SizeMask) {
    var borrow = mask
    var plane = power
    while borrow != 0 && plane < Self.planes {
      let old = free[plane]
      free[plane] = old ^ borrow
      borrow &= ~old
      plane &+= 1
    }
    isHighKnown = false
  }

  /// The least is what is free now.
  func forgetLeast() {
    for plane in 0..<Self.planes { least[plane] = free[plane] }
  }

  @inline(__always)
  mutating func give(_ power: Int, _ mask: SizeMask) {
    var carry = mask
    var plane = power
    while carry != 0 && plane < Self.planes {
      let old = free[plane]
      free[plane] = old ^ carry
      carry &= old
      plane &+= 1
    }
    isHighKnown = false
  }

  mutating func give(count: Int, _ mask: SizeMask) {
    var left = count
    while left != 0 {
      give(left.trailingZeroBitCount, mask)
      left &= left &- 1
    }
  }

  /// The allocations with fewer than `pages` free; `pages` is 1 to 4.
  @inline(__always)
  mutating func lacking(_ pages: Int) -> SizeMask {
    if !isHighKnown {
      high = 0
      for plane in 2..<Self.planes { high |= free[plane] }
      isHighKnown = true
    }
    switch pages {
    case 1: return ~(high | free[1] | free[0])
    case 2: return ~(high | free[1])
    case 3: return ~(high | free[1] & free[0])
    default: return ~high
    }
  }

  private func noteLeast(_ mask: SizeMask) {
    var less: SizeMask = 0
    var equal = mask
    var plane = Self.planes &- 1
    while plane >= 0 && equal != 0 {
      less |= equal & ~free[plane] & least[plane]
      equal &= ~(free[plane] ^ least[plane])
      plane &-= 1
    }
    if less == 0 { return }
    for plane in 0..<Self.planes {
      least[plane] = least[plane] & ~less | free[plane] & less
    }
  }

  func value(_ number: Int) -> Int { Self.value(free, number) }
  func leastValue(_ number: Int) -> Int { Self.value(least, number) }

  private static func value(_ planes: borrowing Buffer<SizeMask>, _ number: Int) -> Int {
    (0..<Self.planes).reduce(0) { $0 + Int(planes[$1] >> UInt64(number) & 1) << $1 }
  }
}
