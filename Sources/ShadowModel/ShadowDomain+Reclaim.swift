import GuestModel

/// Rules P5 and P6: making room, and changing how much there is.
extension ShadowDomain {
  /// P5: whether `pages` are free, after giving shadows up if need be.
  ///
  /// If not, the domain crashes.
  @inline(__always)
  mutating func preallocate(_ pages: Int) -> Bool {
    if freePages >= pages { return true }
    if reclaim(pages) { return true }
    isCrashed = true
    return false
  }

  @inline(never)
  private mutating func reclaim(_ pages: Int) -> Bool {
    counters.count(.prealloc1)
    var shadow = pinTail
    while shadow != .none {
      let previous = header(shadow).previous
      if !Policy.listsEveryShadow || !isLoaded(shadow) {
        emit(.preallocUnpin, frame: GFN(header(shadow).frame))
        if Policy.listsEveryShadow { clearParents(of: shadow) }
        unpin(shadow)
        if freePages >= pages { return true }
      }
      shadow = previous
    }
    counters.count(.prealloc2)
    for vcpu in 0..<vcpus.count {
      for slot in 0..<4 where vcpus[vcpu].roots[slot] != 0 {
        let root = Int(vcpus[vcpu].roots[slot])
        invalidate()
        let type = ShadowType(rawValue: uppers.headers[root].type)
        clearEntries(ofUpper: root, isDirectory: type?.isDirectory ?? false)
        if freePages >= pages { return true }
      }
    }
    return false
  }

  mutating func isLoaded(_ shadow: ShadowRef) -> Bool {
    if shadow.isLeaf { return false }
    for vcpu in 0..<vcpus.count {
      for slot in 0..<4 where Int(vcpus[vcpu].roots[slot]) == shadow.slot { return true }
    }
    return false
  }

  /// Clears every parent entry that links a shadow: parents in the order they were made.
  mutating func clearParents(of shadow: ShadowRef) {
    let serial = header(shadow).serial
    while header(shadow).serial == serial {
      guard let (parent, index) = firstParent(of: shadow) else { return }
      setUpperEntry(parent, index, 0)
    }
  }

  private mutating func firstParent(of shadow: ShadowRef) -> (Int, Int)? {
    guard let type = ShadowType(rawValue: header(shadow).type) else { return nil }
    var best: (Int, Int)?
    var bestSerial = UInt64.max
    for slot in 1..<uppers.end {
      let candidate = uppers.headers[slot]
      guard candidate.serial != 0, candidate.serial < bestSerial,
        Self.links(candidate.type, type)
      else { continue }
      if let index = firstEntry(of: slot, linking: shadow.slot) {
        best = (slot, index)
        bestSerial = candidate.serial
      }
    }
    return best
  }

  private mutating func firstEntry(of slot: Int, linking child: Int) -> Int? {
    for group in 0..<16 {
      var bits = uppers.presence[slot * 16 + group]
      while bits != 0 {
        let index = group * 64 + bits.trailingZeroBitCount
        if Int(uppers.entry(slot, index) & UpperStore.slotMask) == child { return index }
        bits &= bits - 1
      }
    }
    return nil
  }

  /// Whether entries of a kind of upper shadow link shadows of kind `child`.
  private static func links(_ parent: UInt8, _ child: ShadowType) -> Bool {
    switch child {
    case .l1TwoLevel, .fl1TwoLevel: parent == ShadowType.l2TwoLevel.rawValue
    case .l1PAE, .fl1PAE: parent == ShadowType.l2PAE.rawValue
    case .l1, .fl1: parent == ShadowType.l2.rawValue
    case .l2: parent == ShadowType.l3.rawValue
    case .l3: parent == ShadowType.l4.rawValue
    case .l2TwoLevel, .l2PAE, .l4: false
    }
  }

  /// P6: the host changes the allocation.
  mutating func setAllocation(_ pages: Int) {
    let wanted = configuration.effectiveAllocation(pages) - configuration.p2mPages
    if wanted > totalPages {
      freePages += wanted - totalPages
      totalPages = wanted
    }
    while totalPages > max(0, wanted) {
      if freePages < 1 && !reclaim(1) { return }
      totalPages -= 1
      freePages -= 1
    }
  }

  /// Tells the listener, if there is one; of an address, the bits that the mode translates.
  @inline(__always)
  mutating func emit(_ kind: ShadowEvent.Kind, address: UInt64 = 0, frame: GFN = GFN(0)) {
    if Listener.isListening {
      listener.receive(
        ShadowEvent(
          kind: kind, address: address & (pageMask &<< 12 | 0xfff), frame: frame))
    }
  }
}
