import GuestModel

/// Rule S5 where allocations remember different parent entries: the shadow's object has that of
/// most of them, and a chain the others.
extension SweepDomain {
  /// The allocations of which the chain has the parent entry.
  @inline(never)
  mutating func otherUpMask(_ object: Int) -> SizeMask {
    var mask: SizeMask = 0
    var up = Int(objects[object].otherUps)
    while up != 0 {
      mask |= ups[up].mask
      up = Int(ups[up].next)
    }
    return mask
  }

  @inline(never)
  mutating func addOtherUp(_ object: Int, _ parent: Int, _ index: Int, _ mask: SizeMask) {
    if mask == 0 { return }
    var up = Int(objects[object].otherUps)
    while up != 0 {
      if Int(ups[up].parent) == parent && Int(ups[up].index) == index {
        ups[up].mask |= mask
        return
      }
      up = Int(ups[up].next)
    }
    if spareUp != 0 {
      up = Int(spareUp)
      spareUp = ups[up].next
    } else {
      up = upCount
      upCount += 1
      if upCount > ups.count { ups.grow(to: upCount * 2, filling: SweepUp()) }
    }
    ups[up] = SweepUp(
      parent: UInt32(parent), index: UInt16(index), next: objects[object].otherUps, mask: mask)
    objects[object].otherUps = UInt32(up)
  }

  /// The parent entry is no longer remembered at the allocations of `mask`.
  @inline(never)
  mutating func forgetOtherUp(_ object: Int, _ parent: Int, _ index: Int, _ mask: SizeMask) {
    var up = Int(objects[object].otherUps)
    while up != 0 {
      if Int(ups[up].parent) == parent && Int(ups[up].index) == index {
        ups[up].mask &= ~mask
        if ups[up].mask & full == 0 { dropSpentUps(object) }
        return
      }
      up = Int(ups[up].next)
    }
  }

  /// No parent entry of the chain is remembered at the allocations of `mask`.
  mutating func forgetOtherUps(_ object: Int, _ mask: SizeMask) {
    var up = Int(objects[object].otherUps)
    while up != 0 {
      ups[up].mask &= ~mask
      up = Int(ups[up].next)
    }
    dropSpentUps(object)
  }

  private mutating func dropSpentUps(_ object: Int) {
    var kept: UInt32 = 0
    var up = Int(objects[object].otherUps)
    while up != 0 {
      let next = Int(ups[up].next)
      if ups[up].mask & full == 0 {
        ups[up].next = spareUp
        spareUp = UInt32(up)
      } else {
        ups[up].next = kept
        kept = UInt32(up)
      }
      up = next
    }
    objects[object].otherUps = kept
  }

  /// Every parent entry that is remembered at some of the allocations of `mask`, and at which.
  mutating func remembered(_ object: Int, _ mask: SizeMask) -> [SweepUp] {
    var found: [SweepUp] = []
    if objects[object].ups & mask != 0 {
      found.append(
        SweepUp(
          parent: objects[object].upParent, index: objects[object].upIndex,
          mask: objects[object].ups & mask))
    }
    var up = Int(objects[object].otherUps)
    while up != 0 {
      if ups[up].mask & mask != 0 {
        var part = ups[up]
        part.mask &= mask
        found.append(part)
      }
      up = Int(ups[up].next)
    }
    return found
  }
}
