import GuestModel

/// Rules S: shadows and their references.
extension ShadowDomain {
  /// A field of a guest table.
  @inline(__always)
  func field(_ table: Int, _ field: Int) -> UInt32 {
    tables[table &* TableField.count &+ field]
  }

  @inline(__always)
  func setField(_ table: Int, _ field: Int, _ value: UInt32) {
    tables[table &* TableField.count &+ field] = value
  }

  /// Whether the table is shadowed as anything.
  @inline(__always)
  func isPageTable(_ table: Int) -> Bool {
    field(table, TableField.flags) & TableField.typeMask != 0
  }

  @inline(__always)
  func isOutOfSync(_ table: Int) -> Bool {
    field(table, TableField.flags) & TableField.outOfSync != 0
  }

  /// W5.
  @inline(__always)
  func mayWrite(_ table: Int) -> Bool {
    field(table, TableField.flags) & TableField.mayWrite != 0
  }

  @inline(__always)
  func header(_ shadow: ShadowRef) -> ShadowHeader {
    shadow.isLeaf ? leaves.headers[shadow.slot] : uppers.headers[shadow.slot]
  }

  /// The table in a frame, made if need be; fields are made with it.
  mutating func ensureTable(in frame: GFN) -> Int {
    let existing = memory.table(in: frame)
    if existing != 0 { return existing }
    let table = memory.ensureTable(in: frame)
    makeRoom(forTable: table)
    setField(table, TableField.frame, frame.rawValue)
    adoptWritableMappings(of: table, in: frame)
    return table
  }

  mutating func makeRoom(forTable table: Int) {
    if (table + 1) * TableField.count > tables.count {
      tables.grow(to: (table + 1) * 2 * TableField.count, filling: 0)
    }
  }

  /// S2: looks a table's shadow up.
  @inline(__always)
  mutating func lookUp(_ table: Int, _ type: ShadowType) -> Int {
    counters.count(.getShadowStatus)
    return lookUpPlainly(table, type)
  }

  @inline(__always)
  mutating func lookUpPlainly(_ table: Int, _ type: ShadowType) -> Int {
    counters.count(.hashLookups)
    let slot = Int(field(table, Int(type.rawValue)))
    if slot == 0 { counters.count(.hashLookupMiss) }
    return slot
  }

  /// S2: looks a superpage's FL1 up.
  mutating func lookUpSplinter(_ frame: GFN, _ type: ShadowType) -> Int {
    counters.count(.hashLookups)
    let slot = splinterSlot(frame, type)
    if slot == 0 { counters.count(.hashLookupMiss) }
    return slot
  }

  mutating func splinterSlot(_ frame: GFN, _ type: ShadowType) -> Int {
    switch type {
    case .fl1TwoLevel:
      let index = frame.index >> 10
      return index < splintersTwoLevel.count ? Int(splintersTwoLevel[index]) : 0
    case .fl1PAE:
      let index = frame.index >> 9
      return index < splintersPAE.count ? Int(splintersPAE[index]) : 0
    default:
      let index = frame.index >> 9
      return index < splinters.count ? Int(splinters[index]) : 0
    }
  }

  mutating func setSplinterSlot(_ frame: GFN, _ type: ShadowType, _ slot: Int) {
    switch type {
    case .fl1TwoLevel: splintersTwoLevel[frame.index >> 10] = UInt32(slot)
    case .fl1PAE: splintersPAE[frame.index >> 9] = UInt32(slot)
    default: splinters[frame.index >> 9] = UInt32(slot)
    }
  }

  /// P4: takes pages from the pool; they must have been preallocated.
  mutating func takePages(_ count: Int) {
    counters.count(.alloc)
    counters.add(.allocCount, count)
    freePages -= count
    assert(freePages >= 0, "pages are preallocated before they are taken")
    peakPages = max(peakPages, configuration.p2mPages + totalPages - freePages)
  }

  /// P4: gives pages back to the pool.
  mutating func givePages(_ count: Int) {
    counters.count(.free)
    counters.add(.allocCount, -count)
    freePages += count
    if remembersEmulation {
      for number in 0..<vcpus.count { vcpus[number].emulatedPage = 0 }
      remembersEmulation = false
    }
  }

  /// S4: makes the shadow of a table.
  mutating func makeShadow(ofTable table: Int, _ type: ShadowType) -> Int {
    takePages(type.pages)
    if type == .l4 && pinsL3 { leaveL3ToplevelModeIfDue() }
    if isOutOfSync(table) { resync(table) }
    let slot = type.isLeaf ? leaves.take(pages: type.pages) : uppers.take()
    var header = ShadowHeader()
    lastSerial += 1
    header.serial = lastSerial
    header.frame = field(table, TableField.frame)
    header.table = UInt32(table)
    header.source = UInt32(table)
    header.type = type.rawValue
    if type.isLeaf { leaves.headers[slot] = header } else { uppers.headers[slot] = header }
    var flags = field(table, TableField.flags)
    if flags & TableField.typeMask == 0 { flags &= ~TableField.dying }
    flags |= type.bit
    if field(table, TableField.writableReferences) != 0 { flags |= TableField.promotedWritable }
    setField(table, TableField.flags, flags)
    setField(table, Int(type.rawValue), UInt32(slot))
    counters.count(.hashInserts)
    if Policy.listsEveryShadow { pin(type.isLeaf ? .leaf(slot) : .upper(slot)) }
    return slot
  }

  /// S4: makes the shadow of a splintered superpage.
  mutating func makeSplinter(_ frame: GFN, _ type: ShadowType) -> Int {
    takePages(type.pages)
    let slot = leaves.take(pages: type.pages)
    var header = ShadowHeader()
    lastSerial += 1
    header.serial = lastSerial
    header.frame = frame.rawValue
    header.type = type.rawValue
    leaves.headers[slot] = header
    setSplinterSlot(frame, type, slot)
    counters.count(.hashInserts)
    if Policy.listsEveryShadow { pin(.leaf(slot)) }
    return slot
  }

  /// S5: whether shadows of this kind remember a parent entry.
  @inline(__always)
  func hasUpPointer(_ type: UInt8) -> Bool {
    switch type {
    case ShadowType.l1PAE.rawValue, ShadowType.fl1PAE.rawValue, ShadowType.l1.rawValue,
      ShadowType.fl1.rawValue, ShadowType.l2.rawValue:
      true
    case ShadowType.l3.rawValue: !pinsL3
    default: false
    }
  }

  /// S3: takes a reference for a parent's entry.
  @inline(__always)
  func reference(leaf slot: Int, from parent: Int, _ index: Int) {
    leaves.headers[slot].references &+= 1
    let header = leaves.headers[slot]
    if header.upParent == 0 && hasUpPointer(header.type) {
      leaves.headers[slot].upParent = UInt32(truncatingIfNeeded: parent)
      leaves.headers[slot].upIndex = UInt16(truncatingIfNeeded: index)
    }
  }

  mutating func reference(upper slot: Int, from parent: Int, _ index: Int) {
    uppers.headers[slot].references &+= 1
    let header = uppers.headers[slot]
    if header.upParent == 0 && hasUpPointer(header.type) {
      uppers.headers[slot].upParent = UInt32(truncatingIfNeeded: parent)
      uppers.headers[slot].upIndex = UInt16(truncatingIfNeeded: index)
    }
  }

  /// S3: drops the reference of a parent's entry.
  @inline(__always)
  mutating func release(leaf slot: Int, from parent: Int, _ index: Int) {
    let header = leaves.headers[slot]
    if Int(header.upParent) == parent && Int(header.upIndex) == index {
      leaves.headers[slot].upParent = 0
    }
    releaseLeaf(slot)
  }

  @inline(__always)
  mutating func releaseLeaf(_ slot: Int) {
    leaves.headers[slot].references &-= 1
    if leaves.headers[slot].references == 0 { destroyLeaf(slot) }
  }

  mutating func release(upper slot: Int, from parent: Int, _ index: Int) {
    let header = uppers.headers[slot]
    if Int(header.upParent) == parent && Int(header.upIndex) == index {
      uppers.headers[slot].upParent = 0
    }
    releaseUpper(slot)
  }

  mutating func releaseUpper(_ slot: Int) {
    uppers.headers[slot].references &-= 1
    if uppers.headers[slot].references == 0 { destroyUpper(slot) }
  }

  /// S3: the guest table loses a kind.
  mutating func demote(_ table: Int, _ type: ShadowType) {
    counters.count(.hashDeletes)
    setField(table, Int(type.rawValue), 0)
    var flags = field(table, TableField.flags) & ~type.bit
    if flags & TableField.typeMask == 0 { flags &= ~TableField.promotedWritable }
    setField(table, TableField.flags, flags)
    if flags & TableField.typeMask == 0 && flags & TableField.outOfSync != 0 {
      leaveOutOfSync(table)
    }
  }

  mutating func destroyLeaf(_ slot: Int) {
    invalidate()
    let header = leaves.headers[slot]
    guard let type = ShadowType(rawValue: header.type) else { return }
    if header.table == 0 {
      counters.count(.hashDeletes)
      setSplinterSlot(GFN(header.frame), type, 0)
    }
    if header.mapsTables { releaseWritableMappings(ofLeaf: slot) }
    if header.table != 0 { demote(Int(header.table), type) }
    leaves.give(slot, pages: type.pages)
    givePages(type.pages)
  }

  mutating func destroyUpper(_ slot: Int) {
    invalidate()
    let header = uppers.headers[slot]
    guard let type = ShadowType(rawValue: header.type) else { return }
    demote(Int(header.table), type)
    clearEntries(ofUpper: slot, isDirectory: type.isDirectory)
    uppers.give(slot)
    givePages(type.pages)
  }

  /// Drops every present entry of an upper shadow, in index order.
  mutating func clearEntries(ofUpper slot: Int, isDirectory: Bool) {
    for group in 0..<16 {
      while uppers.presence[slot &* 16 &+ group] != 0 {
        let bit = uppers.presence[slot &* 16 &+ group].trailingZeroBitCount
        let index = group &* 64 &+ bit
        let child = Int(uppers.entry(slot, index) & UpperStore.slotMask)
        uppers.setEntry(slot, index, 0)
        if isDirectory {
          release(leaf: child, from: slot, index)
        } else {
          release(upper: child, from: slot, index)
        }
      }
    }
  }

  /// S6: writes an entry of an upper shadow.
  mutating func setUpperEntry(_ parent: Int, _ index: Int, _ value: UInt32) {
    let old = uppers.entry(parent, index)
    if old == value { return }
    let type = uppers.headers[parent].type
    let isDirectory = ShadowType(rawValue: type)?.isDirectory ?? false
    let child = Int(value & UpperStore.slotMask)
    if value != 0 {
      if isDirectory {
        reference(leaf: child, from: parent, index)
        let table = Int(leaves.headers[child].table)
        if table != 0 && isOutOfSync(table) { resync(table) }
      } else {
        reference(upper: child, from: parent, index)
        if type == ShadowType.l4.rawValue && pinsL3 { pin(.upper(child)) }
      }
    }
    uppers.setEntry(parent, index, value)
    if old != 0 {
      invalidate()
      let oldChild = Int(old & UpperStore.slotMask)
      if isDirectory {
        release(leaf: oldChild, from: parent, index)
      } else {
        release(upper: oldChild, from: parent, index)
      }
    }
  }

  /// Forgets what was looked up: some mapping went away.
  @inline(__always)
  mutating func invalidate() {
    generation &+= 1
    if generation == 0 {
      walkTags.fill(from: 0, count: walkTags.count, with: 0)
      generation = 1
      codeGeneration = 0
    }
  }
}
