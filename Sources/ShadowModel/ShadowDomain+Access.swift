import GuestModel

/// How an access, or a fault, ended.
enum FaultOutcome {
  /// The shadow was mended, or may be: the instruction is started again.
  case restart
  /// The page's entry was mended and nothing else changed: the instruction, started again, hits.
  case fixed
  /// The instruction was emulated and is done.
  case emulated
  /// The guest gets the fault, or the domain is dead: the operation is over.
  case over
}

/// Rules F1 and F2: accesses, and the loop over operations.
extension ShadowDomain {
  /// Does the operations of a block, in order.
  /// - Complexity: O(1) for an access that hits: one look-up in a table of 512 and one bit
  mutating func run(_ block: borrowing OperationBlock) {
    for number in 0..<block.count {
      if isCrashed { return }
      #if SHADOW_AUDIT
      defer { audit() }
      #endif
      let operation = block.operations[number]
      let code = operation.rawCode
      if code == Operation.Code.access.rawValue {
        accesses &+= 1
        let kind = operation.kind
        if codeGeneration == generation && !kind.contains(.fetch) {
          if !hits(operation.operand, kind) { missedAccess(operation.operand, kind) }
        } else {
          otherAccess(operation.operand, kind)
        }
      } else if code == Operation.Code.accessMask.rawValue {
        accessMask(operation)
      } else {
        runOther(operation)
      }
    }
  }

  @inline(never)
  private mutating func runOther(_ operation: Operation) {
    guard let code = operation.code else { return }
    switch code {
    case .access, .accessMask: break
    case .loadRoot:
      let root = GFN(UInt32(truncatingIfNeeded: operation.operand))
      if root.index < memory.frameCount, fetchesCode(starting: true) { loadRoot(root) }
    case .writeEntry, .copyEntry, .fillEntries, .fillAscending:
      write(operation)
    case .invalidatePage:
      if fetchesCode(starting: true) { invalidatePage(operation.operand) }
    case .setMode:
      if let mode = PagingMode(rawValue: UInt8(truncatingIfNeeded: operation.short)),
        mode == .unpaged || mode == configuration.shape.mode, fetchesCode(starting: true)
      {
        setMode(mode)
      }
    case .setAllocation: setAllocation(Int(truncatingIfNeeded: operation.operand & 0xffff_ffff))
    case .onVCPU: switchVCPU(Int(operation.short))
    case .pagetableDying:
      if fetchesCode(starting: true) { noteDying(operation.operand) }
    case .changeEntry:
      changeEntry(
        GFN(UInt32(truncatingIfNeeded: operation.operand)), Int(operation.short),
        GuestEntry(rawValue: operation.long))
    case .unshadow: unshadow(GFN(UInt32(truncatingIfNeeded: operation.operand)))
    case .flushTLBs:
      if fetchesCode(starting: true) { flushTLBs(operation.operand) }
    case .mark:
      phases.append(
        Phase(
          number: Int(operation.long), nanoseconds: operation.operand, counters: counters,
          accesses: accesses, rootLoads: rootLoads))
    }
  }

  /// F1: whether an access is allowed by the shadow.
  @inline(__always)
  mutating func hits(_ address: UInt64, _ kind: AccessKind) -> Bool {
    let page = (address &>> 12) & pageMask
    let leaf = page &>> leafBits
    let index = Int(truncatingIfNeeded: page & ((1 &<< leafBits) &- 1))
    let number = Int(kind.rawValue & 3)
    let word = walk(leaf, number)
    if word < 0 { return false }
    return (leaves.words[word &+ (index &>> 6) &* 4 &+ number] &>> UInt64(index & 63)) & 1 != 0
  }

  /// The words of the leaf shadow that translates leaf number `leaf` for accesses of `kind`; -1
  /// if there is none or a level above does not allow them.
  @inline(__always)
  mutating func walk(_ leaf: UInt64, _ kind: Int) -> Int {
    let tag = UInt64(generation) &<< 32 | leaf &<< 2 | UInt64(truncatingIfNeeded: kind)
    let place = Int(truncatingIfNeeded: ((leaf ^ leaf &>> 9) & 127) &<< 2) | kind
    if walkTags[place] == tag { return walkWords[place] }
    return walkSlowly(leaf, kind, tag, place)
  }

  @inline(never)
  private mutating func walkSlowly(_ leaf: UInt64, _ kind: Int, _ tag: UInt64, _ place: Int)
    -> Int
  {
    let path = shadowPath(leaf)
    if path.slot == 0 || (kind & 1 != 0 && !path.writable) || (kind & 2 != 0 && !path.user) {
      return -1
    }
    walkTags[place] = tag
    walkWords[place] = path.slot &* LeafStore.wordsPerSlot
    return walkWords[place]
  }

  /// The leaf shadow that the loaded root leads to, slot 0 if none, and the rights on the way.
  mutating func shadowPath(_ leaf: UInt64) -> (slot: Int, writable: Bool, user: Bool) {
    var entry: UInt32
    var rights: UInt32 = 0xffff_ffff
    switch vcpus[current].mode {
    case .fourLevel:
      let root = Int(vcpus[current].roots[0])
      if root == 0 { return (0, false, false) }
      entry = uppers.entry(root, Int(leaf &>> 18 & 511))
      if entry == 0 { return (0, false, false) }
      rights &= entry
      entry = uppers.entry(Int(entry & UpperStore.slotMask), Int(leaf &>> 9 & 511))
      if entry == 0 { return (0, false, false) }
      rights &= entry
      entry = uppers.entry(Int(entry & UpperStore.slotMask), Int(leaf & 511))
    case .pae:
      let root = Int(vcpus[current].roots[Int(leaf &>> 9 & 3)])
      if root == 0 { return (0, false, false) }
      entry = uppers.entry(root, Int(leaf & 511))
    case .twoLevel, .unpaged:
      let root = Int(vcpus[current].roots[0])
      if root == 0 { return (0, false, false) }
      entry = uppers.entry(root, Int(leaf & 1023))
    }
    rights &= entry
    return (
      Int(entry & UpperStore.slotMask), rights & UpperStore.writable != 0,
      rights & UpperStore.user != 0
    )
  }

  /// F2: the executing page is mapped, faulting it in if need be; false when that ends the
  /// operation.
  @inline(__always)
  mutating func fetchesCode(starting: Bool) -> Bool {
    if starting { faultsLeft = 64 }
    return codeGeneration == generation || fetchesCodeSlowly()
  }

  @inline(never)
  private mutating func fetchesCodeSlowly() -> Bool {
    let page = vcpus[current].codePage
    if page != 0 && !fetches((page &- 1) &<< 12, vcpus[current].codeKind) { return false }
    codeGeneration = generation
    return true
  }

  /// Faults a fetch in; false when that ends the operation.
  private mutating func fetches(_ address: UInt64, _ kind: AccessKind) -> Bool {
    while !hits(address, kind) {
      if faultsLeft == 0 { return false }
      faultsLeft &-= 1
      let entry = pendingEntry
      pendingEntry = nil
      let outcome = fault(address, kind)
      pendingEntry = entry
      if outcome == .fixed { return true }
      if outcome != .restart || isCrashed { return false }
    }
    return true
  }

  /// One access, no fetch, that was seen not to hit while the executing page was mapped.
  @inline(never)
  private mutating func missedAccess(_ address: UInt64, _ kind: AccessKind) {
    faultsLeft = 63
    pendingEntry = nil
    if fault(address, kind) == .restart && !isCrashed { _ = finishAccess(address, kind) }
  }

  /// One access, from the start.
  @inline(never)
  private mutating func otherAccess(_ address: UInt64, _ kind: AccessKind) {
    faultsLeft = 64
    pendingEntry = nil
    guard finishAccess(address, kind), kind.contains(.fetch) else { return }
    vcpus[current].codePage = (address &>> 12) & pageMask &+ 1
    vcpus[current].codeKind = kind
    codeGeneration = generation
  }

  /// Faults and restarts until the access hits; false when it never does.
  private mutating func finishAccess(_ address: UInt64, _ kind: AccessKind) -> Bool {
    while fetchesCode(starting: false) {
      if hits(address, kind) { return true }
      if faultsLeft == 0 { return false }
      faultsLeft &-= 1
      let outcome = fault(address, kind)
      if outcome == .fixed { return true }
      if outcome != .restart || isCrashed { return false }
    }
    return false
  }

  /// Accesses to the pages of a mask, in address order: a word decides those that hit.
  private mutating func accessMask(_ operation: Operation) {
    let kind = operation.kind
    let base = UInt64(operation.long) &<< 18
    var left = operation.operand
    accesses &+= left.nonzeroBitCount
    if kind.contains(.fetch) {
      while left != 0 {
        let bit = UInt64(left.trailingZeroBitCount)
        left &= left &- 1
        otherAccess(base &+ bit &<< 12, kind)
        if isCrashed { return uncount(left) }
      }
      return
    }
    let page = (base &>> 12) & pageMask
    let leaf = page &>> leafBits
    let group = Int(truncatingIfNeeded: (page & ((1 &<< leafBits) &- 1)) &>> 6)
    let number = Int(kind.rawValue & 3)
    while left != 0 {
      let isExecutable = codeGeneration == generation
      if isExecutable {
        let word = walk(leaf, number)
        if word >= 0 { left = unmapped(left, leaves.words[word &+ group &* 4 &+ number]) }
        if left == 0 { return }
      }
      let bit = UInt64(left.trailingZeroBitCount)
      left &= left &- 1
      if isExecutable {
        missedAccess(base &+ bit &<< 12, kind)
      } else {
        otherAccess(base &+ bit &<< 12, kind)
      }
      if isCrashed { return uncount(left) }
    }
  }

  /// The domain crashed before these accesses.
  private mutating func uncount(_ mask: UInt64) { accesses &-= mask.nonzeroBitCount }

  /// The accesses from the first one that does not hit on.
  @inline(__always)
  private func unmapped(_ mask: UInt64, _ mapped: UInt64) -> UInt64 {
    let missing = mask & ~mapped
    return missing == 0 ? 0 : mask & ~((missing & (0 &- missing)) &- 1)
  }

  private mutating func switchVCPU(_ number: Int) {
    guard number < vcpus.count, number != current || !vcpus[number].isStarted else { return }
    current = number
    invalidate()
    if vcpus[number].isStarted { noteMode() } else { startVCPU(number) }
  }

  /// Takes the current vCPU's mode into the fields that the access path reads.
  mutating func noteMode() {
    (pageMask, leafBits) = GuestView.geometry(vcpus[current].mode)
    invalidate()
  }
}
