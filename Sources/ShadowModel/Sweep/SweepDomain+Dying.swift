import GuestModel

/// Rules U3, U4 and U5 for many allocations.
extension SweepDomain {
  /// U3: HVMOP_pagetable_dying of the root in a frame.
  mutating func noteDying(_ frame: UInt64) {
    if frame < UInt64(memory.frameCount) { forgetUser(ofRootIn: GFN(Int(frame))) }
    announcesDying = true
    vcpus[current].tearsDown |= full
  }

  private mutating func forgetUser(ofRootIn frame: GFN) {
    let mode = vcpus[current].mode
    guard mode == .pae else { return forgetUser(in: frame, ShadowType.root(mode)) }
    if vcpus[current].rootFrame == frame.rawValue {
      for slot in 0..<4 where vcpus[current].roots[slot] != 0 {
        clearUserEntries(Int(vcpus[current].roots[slot]), full)
      }
      return
    }
    let top = memory.table(in: frame)
    for slot in 0..<4 {
      let entry = top == 0 ? GuestEntry.empty : memory.entry(top, slot)
      if entry.frame.index < memory.frameCount { forgetUser(in: entry.frame, .l2PAE) }
    }
  }

  private mutating func forgetUser(in frame: GFN, _ type: ShadowType) {
    let table = memory.table(in: frame)
    let object = table == 0 ? 0 : object(of: table) { $0 == type }
    if object != 0 && type == .l4 && pinsL3 {
      dropFewer(objects[object].resident, ~objects[object].resident, .rootsOfL3)
    }
    let found = object == 0 ? 0 : objects[object].resident & full
    counters.count(.hashLookups, full)
    counters.count(.hashLookupMiss, full & ~found)
    if found != 0 { clearUserEntries(object, found) }
  }

  /// U3: marks a root's table and clears the entries that let user mode through, in index order.
  private mutating func clearUserEntries(_ object: Int, _ mask: SizeMask) {
    let table = Int(objects[object].table)
    tables[table].dying |= mask
    let slot = Int(objects[object].slot)
    for group in 0..<16 {
      var bits = uppers.presence[slot &* 16 &+ group]
      while bits != 0 {
        let index = group &* 64 &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        if uppers.children[slot &* 1024 &+ index] & SweepUppers.user != 0 {
          unlink(object, index, mask & full)
        }
      }
    }
  }

  /// U4: a noted mapping of the table is taken away.
  @inline(__always)
  mutating func noteTearingDown(_ table: Int, _ mask: SizeMask) {
    if !announcesDying { return }
    vcpus[current].tearsDown =
      vcpus[current].tearsDown & ~mask | tables[table].dying & mask
  }

  /// U5: whether a vCPU has loaded the table's shadow: the same at every allocation.
  mutating func isLoaded(table: Int) -> Bool {
    for vcpu in 0..<vcpus.count {
      for slot in 0..<4 {
        let root = Int(vcpus[vcpu].roots[slot])
        if root != 0 && Int(objects[root].table) == table { return true }
      }
    }
    return false
  }

  /// U1: the allocations at which a table is shadowed as a root.
  mutating func rootMask(_ table: Int) -> SizeMask {
    var object = Int(tables[table].object)
    var mask: SizeMask = 0
    while object != 0 {
      if ShadowType(rawValue: objects[object].type)?.isRoot == true {
        mask |= objects[object].resident
      }
      object = Int(objects[object].sibling)
    }
    return mask
  }
}
