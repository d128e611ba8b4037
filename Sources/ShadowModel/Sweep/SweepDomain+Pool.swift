import GuestModel

/// Rules P for many allocations.
extension SweepDomain {
  private static func power(_ pages: Int) -> Int { pages.trailingZeroBitCount }

  mutating func takePages(_ count: Int, _ mask: SizeMask) {
    counters.count(.alloc, mask)
    counters.add(SlicedCounters.pagesTaken, Self.power(count), mask)
    pages.take(Self.power(count), mask)
  }

  mutating func givePages(_ count: Int, _ mask: SizeMask) {
    counters.count(.free, mask)
    counters.add(SlicedCounters.pagesGiven, Self.power(count), mask)
    pages.give(Self.power(count), mask)
    forgetEmulations(mask)
  }

  /// P5; the domain crashes at the allocations where there is no room to be made.
  @inline(__always)
  mutating func preallocate(_ count: Int, _ mask: SizeMask) {
    let lacking = pages.lacking(count) & mask & full
    if lacking != 0 { crash(reclaim(count, lacking)) }
  }

  /// P5; the allocations at which there is still no room.
  @inline(never)
  private mutating func reclaim(_ count: Int, _ mask: SizeMask) -> SizeMask {
    if pinsL3 && configuration.shape.mode == .fourLevel {
      drop(mask, .rootsOfL3)
      return 0
    }
    counters.count(.prealloc1, mask)
    var left = mask
    while left & tailed != 0 {
      let object = Int(tailOf[(left & tailed).trailingZeroBitCount])
      unpin(object, objects[object].tails & left)
      left &= pages.lacking(count) & full
    }
    return left == 0 ? 0 : giveUpRoots(count, left)
  }

  /// P5, stage two.
  private mutating func giveUpRoots(_ count: Int, _ mask: SizeMask) -> SizeMask {
    counters.count(.prealloc2, mask)
    var left = mask
    for vcpu in 0..<vcpus.count {
      for slot in 0..<4 where vcpus[vcpu].roots[slot] != 0 && left != 0 {
        invalidate()
        clearEntries(Int(vcpus[vcpu].roots[slot]), left)
        left &= pages.lacking(count) & full
      }
    }
    return left
  }

  /// P6.
  mutating func setAllocation(_ pages: Int) {
    let wanted = configuration.effectiveAllocation(pages) - configuration.p2mPages
    if wanted >= 1 << (SlicedPages.planes - 1) { return drop(full, .allocation) }
    for number in 0..<count {
      peaks[number] = peakPages(number) - configuration.p2mPages
    }
    var shrinking: SizeMask = 0
    for number in 0..<count where full >> UInt64(number) & 1 == 1 {
      if wanted > totals[number] {
        self.pages.give(count: wanted - totals[number], 1 << UInt64(number))
        totals[number] = wanted
      } else if totals[number] > max(0, wanted) {
        shrinking |= 1 << UInt64(number)
      }
    }
    shrink(shrinking, to: max(0, wanted))
    self.pages.forgetLeast()
  }

  private mutating func shrink(_ mask: SizeMask, to wanted: Int) {
    var left = mask
    while left != 0 {
      let lacking = pages.lacking(1) & left
      if lacking != 0 { left &= ~reclaim(1, lacking) & full }
      pages.remove(0, left)
      var bits = left
      while bits != 0 {
        let number = bits.trailingZeroBitCount
        bits &= bits &- 1
        totals[number] -= 1
        if totals[number] == wanted { left &= ~(1 << UInt64(number)) }
      }
    }
  }
}
