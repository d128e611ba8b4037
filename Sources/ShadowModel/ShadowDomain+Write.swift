import GuestModel

/// Writes of table entries, and rules E and U: what happens when they are emulated.
extension ShadowDomain {
  /// Bytes of an entry as the guest writes it.
  private var entryBytes: Int { configuration.shape.mode.entryBytes }

  /// writeEntry, copyEntry, fillEntries and fillAscending.
  mutating func write(_ operation: Operation) {
    let address = operation.operand
    var count = 1
    if operation.code == .fillEntries || operation.code == .fillAscending {
      count = min(Int(operation.short) + 1, (4096 - Int(address & 4095)) / entryBytes)
    }
    var number = 0
    while number < count && !isCrashed {
      let place = address &+ UInt64(number * entryBytes)
      accesses += 1
      faultsLeft = 64
      pendingEntry = operation.entry(number, memory)
      if let target = writableFrame(place) {
        accesses += storeRun(operation, target, from: number, count: count)
        return
      }
      number += 1
    }
  }

  /// Makes a supervisor write to `address` hit and returns the frame it reaches; nil if it was
  /// emulated, or never took place.
  private mutating func writableFrame(_ address: UInt64) -> GFN? {
    while fetchesCode(starting: false) {
      if hits(address, .write) { return mappedFrame(address) }
      if faultsLeft == 0 { return nil }
      faultsLeft -= 1
      let outcome = fault(address, .write)
      if outcome != .restart && outcome != .fixed || isCrashed { return nil }
    }
    return nil
  }

  /// The frame that the shadow maps at an address that hits.
  private mutating func mappedFrame(_ address: UInt64) -> GFN {
    let page = (address &>> 12) & pageMask
    let index = Int(page & ((1 &<< leafBits) &- 1))
    let header = leaves.headers[shadowPath(page &>> leafBits).slot]
    if header.table == 0 { return GFN(Int(header.frame) + index) }
    return GFN(memory.targets[Int(header.source) &* memory.entriesPerTable &+ index])
  }

  /// A write hit: that entry and all that follow it in the page are stored, since nothing that
  /// decides a hit changes.
  ///
  /// Returns how many more entries than one were stored.
  private mutating func storeRun(
    _ operation: Operation, _ frame: GFN, from start: Int, count: Int
  ) -> Int {
    var table = memory.table(in: frame)
    for number in start..<count {
      let entry = operation.entry(number, memory)
      if table == 0 {
        if entry.rawValue == 0 { continue }
        table = ensureTable(in: frame)
      }
      let place = Int(operation.operand & 4095) / entryBytes + number
      if place < memory.entriesPerTable { memory.setEntry(table, place, entry) }
    }
    return count - start - 1
  }

  /// E1: emulates a write to the page table `table` at `address`.
  mutating func emulate(_ address: UInt64, _ table: Int) {
    let index = Int(address & 4095) / entryBytes
    let isPlain = pendingEntry == nil
    if index < memory.entriesPerTable {
      let old = memory.entry(table, index)
      let new = pendingEntry ?? old
      hideLeafEntry(table, index)
      memory.setEntry(table, index, new)
      emulateStep(table, index, old: old, new: new, isHighHalf: false)
      if configuration.shape.mode == .pae && !isPlain {
        emulateStep(table, index, old: new, new: new, isHighHalf: true)
      }
    }
    emit(.emulate, address: address)
  }

  /// C1: an entry becomes another one, and its shadows' entries empty, by nothing that is counted.
  mutating func changeEntry(_ frame: GFN, _ index: Int, _ entry: GuestEntry) {
    guard frame.index < memory.frameCount, index < memory.entriesPerTable else { return }
    let table = ensureTable(in: frame)
    hideLeafEntry(table, index)
    for type in ShadowType.removalOrder where !type.isLeaf {
      let slot = Int(field(table, Int(type.rawValue)))
      if slot != 0 && field(table, TableField.flags) & type.bit != 0 {
        setUpperEntry(slot, index, 0)
      }
    }
    memory.setEntry(table, index, entry)
    if isOutOfSync(table) { noteInSnapshot(table, leafSlot(of: table), index) }
  }

  /// C2.
  mutating func unshadow(_ frame: GFN) {
    let table = memory.table(in: frame)
    if table != 0 { removeShadows(of: table, fast: false) }
  }

  /// Empties the leaf shadow's entry before the guest's entry changes, while it is still known
  /// what it maps; it is set anew when the write is validated.
  mutating func hideLeafEntry(_ table: Int, _ index: Int) {
    for type in [ShadowType.l1TwoLevel, .l1PAE, .l1] {
      let slot = Int(field(table, Int(type.rawValue)))
      if slot != 0 && leaves.isSet(slot, index, 0) {
        setLeafEntry(slot, index, present: false, writable: false, user: false, target: 0)
      }
    }
  }

  private mutating func emulateStep(
    _ table: Int, _ index: Int, old: GuestEntry, new: GuestEntry, isHighHalf: Bool
  ) {
    if isHighHalf || new.rawValue == 0 {
      if !isHighHalf { noteZeroWrite(table) }
    } else {
      vcpus[current].zeroedTable = 0
    }
    guard isPageTable(table) else { return }
    let types = field(table, TableField.flags)
    let twoLevel = ShadowType.l1TwoLevel.bit | ShadowType.l2TwoLevel.bit
    let isAligned =
      entryBytes == 4
      ? types & TableField.typeMask & ~twoLevel == 0
      : types & twoLevel == 0 && !isHighHalf
    let isPresent = old.has(GuestEntry.Flag.present) || new.has(GuestEntry.Flag.present)
    if isAligned && (isHighHalf || !isPresent) { return }
    validate(table, index, new)
  }

  /// E1 (3): the shadows of a table follow an entry that was written.
  private mutating func validate(_ table: Int, _ index: Int, _ entry: GuestEntry) {
    var isBogus = false
    for type in ShadowType.validationOrder
    where field(table, TableField.flags) & type.bit != 0 {
      let slot = lookUp(table, type)
      counters.count(type.validationCounter)
      if type.isLeaf {
        setFromGuest(slot, table, index)
        continue
      }
      let isSuperpage = type.isDirectory && entry.has(GuestEntry.Flag.superpage)
      if entry.has(GuestEntry.Flag.present) && !isSuperpage
        && entry.frame.index >= memory.frameCount
      {
        isBogus = true
      }
      setUpperEntry(slot, index, validatedLink(type, entry, isSuperpage: isSuperpage))
    }
    if isBogus { removeShadows(of: table, fast: false) }
  }

  /// The shadow entry for a directory entry that was written: its child, if that is shadowed.
  private mutating func validatedLink(
    _ type: ShadowType, _ entry: GuestEntry, isSuperpage: Bool
  ) -> UInt32 {
    guard entry.has(GuestEntry.Flag.present) else { return 0 }
    var child = 0
    if isSuperpage {
      let splinter = type.splinterBelow
      let first = entry.frame.index & ~(splinter.pages * 512 - 1)
      child = lookUpSplinter(GFN(first), splinter)
    } else if entry.frame.index < memory.frameCount {
      child = lookUp(ensureTable(in: entry.frame), type.tableBelow)
    }
    guard child != 0, entry.has(GuestEntry.Flag.accessed) else { return 0 }
    return type.isDirectory
      ? Self.linkToLeaf(child, entry.flags) : Self.link(child, entry.flags)
  }

  /// U1.
  private mutating func noteZeroWrite(_ table: Int) {
    if isPageTable(table) && isUnshadowedEarly(table) {
      counters.count(.earlyUnshadow)
      removeShadows(of: table, fast: true)
    }
    vcpus[current].zeroedTable = UInt32(table)
  }

  /// U2.
  mutating func removeShadows(of table: Int, fast: Bool) {
    guard isPageTable(table) else { return }
    counters.count(.unshadow)
    for type in ShadowType.removalOrder where field(table, TableField.flags) & type.bit != 0 {
      let slot = lookUpPlainly(table, type)
      let shadow: ShadowRef = type.isLeaf ? .leaf(slot) : .upper(slot)
      let serial = header(shadow).serial
      if Policy.listsEveryShadow {
        if isLoaded(shadow) { continue }
        clearParents(of: shadow)
        unpin(shadow)
        continue
      }
      if type.isRoot || type == .l3 && pinsL3 {
        if header(shadow).isPinned { unpin(shadow) }
      } else if header(shadow).upParent != 0 {
        counters.count(.upPointer)
        setUpperEntry(Int(header(shadow).upParent), Int(header(shadow).upIndex), 0)
      }
      if !fast && header(shadow).serial == serial { clearParents(of: shadow) }
    }
  }
}

extension Operation {
  /// The entry that a write puts at its `number`th place.
  @inline(__always)
  func entry(_ number: Int, _ memory: borrowing GuestMemory) -> GuestEntry {
    if rawCode == Code.fillEntries.rawValue || rawCode == Code.writeEntry.rawValue {
      return GuestEntry(rawValue: long)
    }
    if rawCode == Code.fillAscending.rawValue {
      return GuestEntry(rawValue: long &+ UInt32(truncatingIfNeeded: number) &<< 8)
    }
    let index = Int(short & 1023)
    let table = memory.table(in: GFN(long))
    let source =
      table == 0 || index >= memory.entriesPerTable ? .empty : memory.entry(table, index)
    return GuestEntry(rawValue: source.rawValue | UInt32(short >> 10))
  }
}

extension ShadowType {
  /// The order in which a table's shadows are validated.
  static let validationOrder: [ShadowType] = [
    .l1TwoLevel, .l1PAE, .l1, .l2TwoLevel, .l2PAE, .l2, .l3, .l4,
  ]

  /// The order in which a table's shadows are removed.
  static let removalOrder: [ShadowType] = [
    .l2TwoLevel, .l1TwoLevel, .l2PAE, .l1PAE, .l4, .l3, .l2, .l1,
  ]

  /// The counter of validated entries of tables of this kind.
  var validationCounter: Counters.Name {
    switch self {
    case .l4: .validateGl4e
    case .l3: .validateGl3e
    case .l2, .l2PAE, .l2TwoLevel: .validateGl2e
    default: .validateGl1e
    }
  }

  /// Whether tables of this kind are roots: pinnable at all times.
  var isRoot: Bool { self == .l4 || self == .l2PAE || self == .l2TwoLevel }

  /// The kind that stands for superpages that entries of this kind map.
  var splinterBelow: ShadowType {
    switch self {
    case .l2TwoLevel: .fl1TwoLevel
    case .l2PAE: .fl1PAE
    default: .fl1
    }
  }

  /// The kind of the tables that entries of this kind name.
  var tableBelow: ShadowType {
    switch self {
    case .l4: .l3
    case .l3: .l2
    case .l2: .l1
    case .l2PAE: .l1PAE
    default: .l1TwoLevel
    }
  }
}
