import GuestModel

/// A bit per entry of a 512-entry table: bit i of word j is entry 64·j + i.
typealias EntryMask = SIMD8<UInt64>

extension SIMD8<UInt64> {
  /// How many bits are set.
  var population: Int {
    var total = 0
    for word in 0..<8 { total += self[word].nonzeroBitCount }
    return total
  }

  /// Whether the bit of `entry` is set.
  func contains(_ entry: Int) -> Bool { self[entry >> 6] >> UInt64(entry & 63) & 1 == 1 }

  /// Sets the bit of `entry`.
  mutating func insert(_ entry: Int) { self[entry >> 6] |= 1 << UInt64(entry & 63) }

  /// Sets the bits of `entries`, which must lie in 0..<512.
  mutating func insert(_ entries: Range<Int>) {
    for entry in entries { insert(entry) }
  }

  /// `count` of the set bits, each choice as likely as any other; all if there are fewer.
  ///
  /// Selection sampling: Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S.
  /// - Complexity: O(bits)
  func sample(_ count: Int, using random: inout SeededGenerator) -> EntryMask {
    var remaining = population
    guard count < remaining else { return self }
    var wanted = Swift.max(0, count)
    var chosen = EntryMask.zero
    for word in 0..<8 {
      var bits = self[word]
      while bits != 0, wanted > 0 {
        if random.below(remaining) < wanted {
          chosen[word] |= bits & (0 &- bits)
          wanted -= 1
        }
        remaining -= 1
        bits &= bits - 1
      }
    }
    return chosen
  }

  /// `count` of the set bits in random runs of up to `runLength` entries; all if there are fewer.
  func sampleRuns(
    _ count: Int, runLength: Int, using random: inout SeededGenerator
  ) -> EntryMask {
    let available = population
    guard count < available else { return self }
    var chosen = EntryMask.zero
    var missing = Swift.max(0, count)
    for _ in 0..<count where missing > 0 {
      var entry = select(random.below(available))
      var length = 0
      while entry < 512, contains(entry), length < runLength, missing > 0 {
        if !chosen.contains(entry) {
          chosen.insert(entry)
          missing -= 1
        }
        length += 1
        entry += 1
      }
    }
    return missing == 0 ? chosen : chosen | (self & ~chosen).sample(missing, using: &random)
  }

  /// The number of the set bit before which `rank` others are set.
  private func select(_ rank: Int) -> Int {
    var left = rank
    for word in 0..<8 {
      let here = self[word].nonzeroBitCount
      if left >= here {
        left -= here
        continue
      }
      var bits = self[word]
      for _ in 0..<left { bits &= bits - 1 }
      return word * 64 + bits.trailingZeroBitCount
    }
    return 512
  }
}
