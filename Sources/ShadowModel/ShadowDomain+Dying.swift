import GuestModel

/// Rules U1, U3, U4 and U5: a guest that tells which process ends.
extension ShadowDomain {
  /// U3: HVMOP_pagetable_dying of the root in a frame.
  mutating func noteDying(_ frame: UInt64) {
    if frame < UInt64(memory.frameCount) { forgetUser(ofRootIn: GFN(Int(frame))) }
    announcesDying = true
    vcpus[current].tearsDown = true
  }

  private mutating func forgetUser(ofRootIn frame: GFN) {
    let mode = vcpus[current].mode
    guard mode == .pae else {
      let shadow = lookUpRoot(in: frame, ShadowType.root(mode))
      return clearUserEntries(shadow)
    }
    if vcpus[current].rootFrame == frame.rawValue {
      for slot in 0..<4 { clearUserEntries(Int(vcpus[current].roots[slot])) }
      return
    }
    let top = memory.table(in: frame)
    for slot in 0..<4 {
      let entry = top == 0 ? GuestEntry.empty : memory.entry(top, slot)
      if entry.frame.index < memory.frameCount {
        clearUserEntries(lookUpRoot(in: entry.frame, .l2PAE))
      }
    }
  }

  /// The shadow of a frame as a root, 0 for none; a frame without a table is not given one.
  private mutating func lookUpRoot(in frame: GFN, _ type: ShadowType) -> Int {
    let table = memory.table(in: frame)
    if table != 0 { return lookUpPlainly(table, type) }
    counters.count(.hashLookups)
    counters.count(.hashLookupMiss)
    return 0
  }

  /// U3: marks a root's table and clears the entries that let user mode through, in index order.
  private mutating func clearUserEntries(_ shadow: Int) {
    if shadow == 0 { return }
    let table = Int(uppers.headers[shadow].table)
    setField(table, TableField.flags, field(table, TableField.flags) | TableField.dying)
    for group in 0..<16 {
      var bits = uppers.presence[shadow &* 16 &+ group]
      while bits != 0 {
        let index = group &* 64 &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        if uppers.entry(shadow, index) & UpperStore.user != 0 { setUpperEntry(shadow, index, 0) }
      }
    }
  }

  /// U4.
  @inline(__always)
  func isDying(_ table: Int) -> Bool {
    field(table, TableField.flags) & TableField.dying != 0
  }

  /// U5: whether a vCPU has loaded the table's shadow.
  mutating func isLoaded(table: Int) -> Bool {
    for vcpu in 0..<vcpus.count {
      for slot in 0..<4 {
        let root = Int(vcpus[vcpu].roots[slot])
        if root != 0 && Int(uppers.headers[root].table) == table { return true }
      }
    }
    return false
  }

  /// U1: whether the zero write at hand unshadows the page table.
  mutating func isUnshadowedEarly(_ table: Int) -> Bool {
    if !announcesDying { return Int(vcpus[current].zeroedTable) == table }
    return vcpus[current].tearsDown && field(table, TableField.flags) & ShadowType.rootBits == 0
  }
}

extension ShadowType {
  /// All kinds of roots, as bits.
  static let rootBits: UInt32 =
    ShadowType.l2TwoLevel.bit | ShadowType.l2PAE.bit | ShadowType.l4.bit
}
