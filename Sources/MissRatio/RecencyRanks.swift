/// How many of the positions before a position are not struck out: the order of last accesses.
///
/// Every access takes the next position and strikes out the position of the same object's previous
/// access. What is left, from the last position backwards, is the LRU stack: an object's stack
/// distance is the number of positions after its own that are not struck out.
///
/// Positions that no access has reached count as there from the start, so taking one costs nothing.
/// The struck ones are counted by a tree over the bits: a 64-bit word of positions, then nodes of
/// lanes, each lane holding what its node has before that lane. Striking out a position subtracts
/// one from the lanes after it, a vector operation in each node on the way up; a rank is the sum of
/// one lane for each level. Neither branches.
///
/// Three levels have nodes of 8 lanes of 16 bits, those above have nodes of 16 lanes of 32 bits.
/// Memory: 1.3 bits for each position.
struct RecencyRanks: ~Copyable {
  /// The number of positions.
  let capacity: Int
  private let bits: PageBuffer<UInt64>
  private let words: PageBuffer<UInt16>
  private let blocks: PageBuffer<UInt16>
  private let chapters: PageBuffer<UInt16>
  private let upper: PageBuffer<UInt32>
  private let upperLevels: Int
  private let narrowSteps: PageBuffer<UInt16>
  private let wideSteps: PageBuffer<UInt32>

  private typealias Narrow = SIMD8<UInt16>
  private typealias Wide = SIMD16<UInt32>

  /// Positions below the first level of 32-bit lanes.
  private static var chapterShift: Int { 15 }
  /// The fewest positions: one node at the first level of 32-bit lanes.
  static var minimumCapacity: Int { 16 << chapterShift }

  /// A set of `capacity` positions, none struck out.
  ///
  /// - Parameter capacity: a multiple of `minimumCapacity`
  /// - Complexity: O(capacity / 64)
  init(capacity: Int) throws(OutOfMemory) {
    precondition(capacity > 0 && capacity % Self.minimumCapacity == 0, "whole nodes only")
    let sizes = Self.upperSizes(capacity)
    let bits = try PageBuffer<UInt64>(count: capacity >> 6)
    let words = try PageBuffer<UInt16>(count: capacity >> 6)
    let blocks = try PageBuffer<UInt16>(count: capacity >> 9)
    let chapters = try PageBuffer<UInt16>(count: capacity >> 12)
    let upper = try PageBuffer<UInt32>(count: sizes.reduce(0, +))
    let narrowSteps = try PageBuffer<UInt16>(count: 16)
    let wideSteps = try PageBuffer<UInt32>(count: 32)
    self.capacity = capacity
    upperLevels = sizes.count
    self.bits = bits
    self.words = words
    self.blocks = blocks
    self.chapters = chapters
    self.upper = upper
    self.narrowSteps = narrowSteps
    self.wideSteps = wideSteps
    for lane in 8..<16 { self.narrowSteps[lane] = .max }
    for lane in 16..<32 { self.wideSteps[lane] = .max }
    reset()
  }

  /// The lanes of each level of 32-bit lanes, whole nodes; the last level is one node.
  private static func upperSizes(_ capacity: Int) -> [Int] {
    var sizes: [Int] = []
    var lanes = capacity >> chapterShift
    repeat {
      sizes.append((lanes + 15) & ~15)
      lanes = (lanes + 15) >> 4
    } while lanes > 1
    return sizes
  }

  /// Makes all positions as they were: none struck out.
  /// - Complexity: O(capacity / 64)
  func reset() {
    for word in 0..<bits.count { bits[word] = .max }
    for lane in 0..<words.count { words[lane] = UInt16(lane & 7) << 6 }
    for lane in 0..<blocks.count { blocks[lane] = UInt16(lane & 7) << 9 }
    for lane in 0..<chapters.count { chapters[lane] = UInt16(lane & 7) << 12 }
    var start = 0
    var shift = Self.chapterShift
    for size in Self.upperSizes(capacity) {
      for lane in 0..<size { upper[start + lane] = UInt32(lane & 15) << UInt32(shift) }
      start += size
      shift += 4
    }
  }

  /// The number of positions up to `position`, itself included, that are not struck out.
  /// - Complexity: O(log capacity)
  @inline(__always)
  func rank(_ position: Int) -> Int {
    let upToHere = bits[position &>> 6] &<< (63 &- UInt64(position & 63))
    var rank = upToHere.nonzeroBitCount &+ Int(words[position &>> 6])
    rank &+= Int(blocks[position &>> 9]) &+ Int(chapters[position &>> 12])
    var lane = position &>> Self.chapterShift
    var start = 0
    var size = capacity &>> Self.chapterShift
    for _ in 0..<upperLevels {
      rank &+= Int(upper[start &+ lane])
      start &+= (size &+ 15) & ~15
      size = (size &+ 15) &>> 4
      lane &>>= 4
    }
    return rank
  }

  /// Strikes out `position`, which must not be struck out, and gives its rank before that.
  /// - Complexity: O(log capacity)
  @inline(__always)
  func strike(_ position: Int) -> Int {
    let word = bits[position &>> 6]
    let bit = UInt64(position & 63)
    assert(word &>> bit & 1 == 1, "a position is struck out once")
    var rank = (word &<< (63 &- bit)).nonzeroBitCount
    bits[position &>> 6] = word & ~(1 &<< bit)
    rank &+= strikeLane(position &>> 6, words)
    rank &+= strikeLane(position &>> 9, blocks)
    rank &+= strikeLane(position &>> 12, chapters)
    var lane = position &>> Self.chapterShift
    var start = 0
    var size = capacity &>> Self.chapterShift
    for _ in 0..<upperLevels {
      rank &+= Int(upper[start &+ lane])
      let node = start &+ (lane & ~15)
      let steps = wideSteps.vector(at: 15 &- (lane & 15), as: Wide.self)
      upper.store(upper.vector(at: node, as: Wide.self) &+ steps, at: node)
      start &+= (size &+ 15) & ~15
      size = (size &+ 15) &>> 4
      lane &>>= 4
    }
    return rank
  }

  /// Subtracts one from the lanes after `lane` in its node, and gives what `lane` holds.
  @inline(__always)
  private func strikeLane(_ lane: Int, _ level: borrowing PageBuffer<UInt16>) -> Int {
    let count = Int(level[lane])
    let node = lane & ~7
    let steps = narrowSteps.vector(at: 7 &- (lane & 7), as: Narrow.self)
    level.store(level.vector(at: node, as: Narrow.self) &+ steps, at: node)
    return count
  }
}
