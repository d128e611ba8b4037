import GuestModel

/// Where a walk of the shadows leads, allocation by allocation.
struct SweepPath {
  /// The leaf object, 0 if no allocation has a way to it.
  var leaf = 0
  /// The allocations at which the way is there, and at which it allows writes.
  var present: SizeMask = 0
  var writable: SizeMask = 0
  /// Whether it allows user mode.
  var user = false
}

/// Rules F1 and F2 for many allocations, and the loop over operations.
extension SweepDomain {
  /// Does the operations of a block, in order.
  /// - Complexity: O(1) for an access that all allocations have: one look-up and one bit
  mutating func execute(_ block: borrowing OperationBlock) {
    for number in 0..<block.count {
      if full == 0 { return }
      let operation = block.operations[number]
      let code = operation.rawCode
      if code == Operation.Code.accessMask.rawValue {
        accessMask(operation)
      } else if code == Operation.Code.access.rawValue {
        accesses &+= 1
        let kind = operation.kind
        if codeGeneration == generation && !kind.contains(.fetch)
          && allHit(operation.operand, kind)
        {
          continue
        }
        missedAccess(operation.operand, kind)
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
      if root.index < memory.frameCount, allFetchCode() { loadRoot(root) }
    case .writeEntry, .copyEntry, .fillEntries, .fillAscending: write(operation)
    case .invalidatePage:
      faultsTaken = [0, 0, 0, 0, 0, 0, 0]
      let fetching = fetchingCode(full)
      if fetching != 0 { invalidatePage(operation.operand, fetching) }
    case .setMode:
      if let mode = PagingMode(rawValue: UInt8(truncatingIfNeeded: operation.short)),
        mode == .unpaged || mode == configuration.shape.mode, allFetchCode()
      {
        setMode(mode)
      }
    case .setAllocation: setAllocation(Int(truncatingIfNeeded: operation.operand & 0xffff_ffff))
    case .onVCPU: switchVCPU(Int(operation.short))
    case .pagetableDying:
      if allFetchCode() { noteDying(operation.operand) }
    case .changeEntry:
      changeEntry(
        GFN(UInt32(truncatingIfNeeded: operation.operand)), Int(operation.short),
        GuestEntry(rawValue: operation.long))
    case .unshadow: unshadow(GFN(UInt32(truncatingIfNeeded: operation.operand)))
    case .flushTLBs:
      if allFetchCode() { flushTLBs(operation.operand) }
    case .mark:
      marks.append(
        SweepMark(
          number: Int(operation.long), nanoseconds: operation.operand,
          counters: (0..<count).map { counters($0) }, accesses: accesses, rootLoads: rootLoads))
    }
  }

  /// F1: whether an access is allowed at every allocation.
  @inline(__always)
  mutating func allHit(_ address: UInt64, _ kind: AccessKind) -> Bool {
    let page = (address &>> 12) & pageMask
    let index = Int(truncatingIfNeeded: page & ((1 &<< leafBits) &- 1))
    let number = Int(kind.rawValue & 3)
    let word = commonWalk(page &>> leafBits, number)
    if word < 0 { return false }
    return (leaves.common[word &+ (index &>> 6) &* 4 &+ number] &>> UInt64(index & 63)) & 1 != 0
  }

  /// The common words of the leaf that every allocation has a way to; -1 if not all have.
  @inline(__always)
  mutating func commonWalk(_ leaf: UInt64, _ kind: Int) -> Int {
    let tag = UInt64(generation) &<< 32 | leaf &<< 2 | UInt64(truncatingIfNeeded: kind)
    let place = Int(truncatingIfNeeded: ((leaf ^ leaf &>> 9) & 127) &<< 2) | kind
    if walkTags[place] == tag { return walkWords[place] }
    return commonWalkSlowly(leaf, kind, tag, place)
  }

  @inline(never)
  private mutating func commonWalkSlowly(
    _ leaf: UInt64, _ kind: Int, _ tag: UInt64, _ place: Int
  ) -> Int {
    let path = shadowPath(leaf)
    if full & ~path.present != 0 || (kind & 1 != 0 && full & ~path.writable != 0)
      || (kind & 2 != 0 && !path.user)
    {
      return -1
    }
    walkTags[place] = tag
    walkWords[place] = Int(objects[path.leaf].slot) &* 32
    return walkWords[place]
  }

  /// The leaf object that the loaded root leads to, and at which allocations.
  mutating func shadowPath(_ leaf: UInt64) -> SweepPath {
    var path = SweepPath()
    let mode = vcpus[current].mode
    let slot = mode == .pae ? Int(leaf &>> 9 & 3) : 0
    var object = Int(vcpus[current].roots[slot])
    if object == 0 { return path }
    path.present = full
    path.writable = full
    path.user = true
    var shift: UInt64 = mode == .fourLevel ? 18 : 0
    let indexMask: UInt64 = mode == .fourLevel || mode == .pae ? 511 : 1023
    while true {
      let entry = Int(objects[object].slot) &* 1024 &+ Int(leaf &>> shift & indexMask)
      path.present &= uppers.links[entry]
      if path.present == 0 { return SweepPath() }
      path.writable &= uppers.writable[entry]
      let value = uppers.children[entry]
      path.user = path.user && value & SweepUppers.user != 0
      object = Int(value & SweepUppers.childMask)
      if shift == 0 { break }
      shift &-= 9
    }
    path.leaf = object
    path.writable &= path.present
    return path
  }

  /// F1: the allocations at which an access is not allowed, given the way to its leaf.
  @inline(__always)
  mutating func misses(_ address: UInt64, _ kind: AccessKind, _ path: SweepPath) -> SizeMask {
    if path.leaf == 0 { return full }
    let index = Int(truncatingIfNeeded: (address &>> 12) & ((1 &<< leafBits) &- 1))
    let slot = Int(objects[path.leaf].slot)
    let entry = slot &* 512 &+ index
    var hits = path.present & leaves.present[entry]
    if kind.contains(.write) { hits &= path.writable & leaves.writable[entry] }
    if kind.contains(.user) {
      let isUser =
        (leaves.user[slot &* 8 &+ index &>> 6] &>> UInt64(index & 63)) & 1 != 0 && path.user
      if !isUser { hits = 0 }
    }
    return full & ~hits
  }

  /// F2 at all allocations, for what must be done at all of them or at none.
  private mutating func allFetchCode() -> Bool {
    faultsTaken = [0, 0, 0, 0, 0, 0, 0]
    let fetching = fetchingCode(full)
    dropFewer(fetching, ~fetching, .divergence)
    return fetching & full != 0
  }

  /// F2: the executing page is mapped at the allocations of `mask`; those at which that does not
  /// end the operation.
  @inline(__always)
  mutating func fetchingCode(_ mask: SizeMask) -> SizeMask {
    codeGeneration == generation ? mask : fetchingCodeSlowly(mask)
  }

  @inline(never)
  private mutating func fetchingCodeSlowly(_ mask: SizeMask) -> SizeMask {
    let page = vcpus[current].codePage
    if page != 0 {
      let entry = pendingEntry
      pendingEntry = nil
      let fetching = mend((page &- 1) &<< 12, vcpus[current].codeKind, mask, checksCode: false)
      pendingEntry = entry
      if full & ~fetching != 0 { return fetching }
    }
    codeGeneration = generation
    return mask & full
  }

  /// Faults until the access hits; the allocations of `mask` at which it comes to.
  ///
  /// A write that is emulated is left in ``emulating`` and does not hit.
  mutating func mend(
    _ address: UInt64, _ kind: AccessKind, _ mask: SizeMask, checksCode: Bool
  ) -> SizeMask {
    var left = mask & full
    var hitting: SizeMask = 0
    while left != 0 {
      if checksCode { left = fetchingCode(left) & full }
      let path = shadowPath(((address &>> 12) & pageMask) &>> leafBits)
      let missing = misses(address, kind, path) & left
      hitting |= left & ~missing
      left = missing
      if left == 0 { break }
      left &= ~faultsTaken[6]
      if left == 0 { break }
      countFault(left)
      let (restarted, isFixed) = fault(address, kind, left, path)
      left = restarted & full
      if isFixed {
        hitting |= left
        break
      }
    }
    if hitting & full == full && dropped | crashed != 0 { noteCommon(address) }
    return hitting & full
  }

  /// F2: notes a fault of the operation at hand; the last plane tells that there were 64.
  private mutating func countFault(_ mask: SizeMask) {
    var carry = mask
    for plane in 0..<7 where carry != 0 {
      let old = faultsTaken[plane]
      faultsTaken[plane] = old ^ carry
      carry &= old
    }
  }

  /// What all allocations that are left agree on is noted where one that is gone did not.
  private mutating func noteCommon(_ address: UInt64) {
    let page = (address &>> 12) & pageMask
    let path = shadowPath(page &>> leafBits)
    if path.leaf == 0 { return }
    let index = Int(truncatingIfNeeded: page & ((1 &<< leafBits) &- 1))
    let slot = Int(objects[path.leaf].slot)
    let entry = slot &* 512 &+ index
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    setCommon(
      slot, index, bit, present: full & ~leaves.present[entry] == 0,
      writes: full & ~leaves.writable[entry] == 0,
      user: leaves.user[slot &* 8 &+ index &>> 6] & bit != 0)
  }

  @inline(never)
  private mutating func missedAccess(_ address: UInt64, _ kind: AccessKind) {
    faultsTaken = [0, 0, 0, 0, 0, 0, 0]
    pendingEntry = nil
    let hitting = mend(address, kind, full, checksCode: true)
    if !emulating.isEmpty { emulate(address, nil) }
    guard kind.contains(.fetch) else { return }
    let page = (address &>> 12) & pageMask &+ 1
    if vcpus[current].codePage != page || vcpus[current].codeKind != kind {
      dropFewer(hitting, ~hitting, .divergence)
    }
    guard hitting & full != 0 else { return }
    vcpus[current].codePage = page
    vcpus[current].codeKind = kind
    if full & ~hitting == 0 { codeGeneration = generation }
  }

  /// Accesses to the pages of a mask, in address order: a word decides those that all have.
  private mutating func accessMask(_ operation: Operation) {
    let kind = operation.kind
    let base = UInt64(operation.long) &<< 18
    var left = operation.operand
    accesses &+= left.nonzeroBitCount
    let page = (base &>> 12) & pageMask
    let leaf = page &>> leafBits
    let group = Int(truncatingIfNeeded: (page & ((1 &<< leafBits) &- 1)) &>> 6)
    let number = Int(kind.rawValue & 3)
    while left != 0 {
      if codeGeneration == generation && !kind.contains(.fetch) {
        let word = commonWalk(leaf, number)
        if word >= 0 {
          let missing = left & ~leaves.common[word &+ group &* 4 &+ number]
          left = missing == 0 ? 0 : left & ~((missing & (0 &- missing)) &- 1)
        }
        if left == 0 { return }
      }
      let bit = UInt64(left.trailingZeroBitCount)
      left &= left &- 1
      accessesAhead = left.nonzeroBitCount
      missedAccess(base &+ bit &<< 12, kind)
      accessesAhead = 0
      if full == 0 { return }
    }
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
