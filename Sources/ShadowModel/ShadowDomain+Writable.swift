import GuestModel

/// Rules W: writable mappings of page tables.
///
/// References are counted for frames that hold tables only: no other frame can be write-protected.
extension ShadowDomain {
  @inline(__always)
  func addWritableReference(_ table: Int, _ slot: Int, _ index: Int) {
    setField(
      table, TableField.writableReferences, field(table, TableField.writableReferences) &+ 1)
    setField(table, TableField.hintSlot, UInt32(slot))
    setField(table, TableField.hintIndex, UInt32(index))
    leaves.headers[slot].mapsTables = true
  }

  @inline(__always)
  func dropWritableReference(_ table: Int) {
    let references = field(table, TableField.writableReferences)
    assert(references > 0, "a writable reference is dropped once")
    setField(table, TableField.writableReferences, references &- 1)
  }

  /// W2: true if there was a writable mapping.
  @discardableResult
  @inline(__always)
  mutating func revokeWriteAccess(_ table: Int) -> Bool {
    if field(table, TableField.writableReferences) == 0 { return false }
    if isPageTable(table) && !mayWrite(table) { return false }
    counters.count(.writeable)
    removeWritableMappings(of: table)
    return true
  }

  /// Clears the writable bit of every entry that maps the table's frame.
  @inline(never)
  mutating func removeWritableMappings(of table: Int) {
    let frame = GFN(field(table, TableField.frame))
    removeHintedMapping(of: table)
    for type in [ShadowType.fl1TwoLevel, .fl1PAE, .fl1] {
      if field(table, TableField.writableReferences) == 0 { return }
      let slot = splinterSlot(frame, type)
      let index = frame.index & (type.pages * 512 - 1)
      if slot != 0 && leaves.isSet(slot, index, AccessKind.write.index) {
        removeWritableMapping(slot, index, table)
      }
    }
    var slot = 1
    while slot < leaves.end && field(table, TableField.writableReferences) != 0 {
      if leaves.headers[slot].serial != 0 && leaves.headers[slot].table != 0
        && leaves.headers[slot].mapsTables
      {
        removeWritableMappings(of: table, inLeaf: slot)
      }
      slot += 1
    }
    assert(field(table, TableField.writableReferences) == 0, "every writable mapping is found")
  }

  private mutating func removeHintedMapping(of table: Int) {
    let slot = Int(field(table, TableField.hintSlot))
    let index = Int(field(table, TableField.hintIndex))
    guard slot != 0, slot < leaves.end, leaves.headers[slot].serial != 0,
      let type = ShadowType(rawValue: leaves.headers[slot].type), index < type.pages * 512,
      leaves.isSet(slot, index, AccessKind.write.index), mappedTable(slot, index) == table
    else { return }
    removeWritableMapping(slot, index, table)
  }

  /// Clears the writable bit of one entry.
  mutating func removeWritableMapping(_ slot: Int, _ index: Int, _ table: Int) {
    let word = LeafStore.word(slot, index)
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    leaves.words[word &+ 1] &= ~bit
    leaves.words[word &+ 3] &= ~bit
    dropWritableReference(table)
  }

  private mutating func removeWritableMappings(of table: Int, inLeaf slot: Int) {
    let frame = field(table, TableField.frame)
    forEachTableMapping(ofLeaf: slot) { domain, index, _ in
      let source = Int(domain.leaves.headers[slot].source)
      if domain.memory.targets[source &* domain.memory.entriesPerTable &+ index] == frame {
        domain.removeWritableMapping(slot, index, table)
      }
    }
  }

  /// A leaf shadow goes away: the tables that it maps writable lose its references.
  mutating func releaseWritableMappings(ofLeaf slot: Int) {
    forEachTableMapping(ofLeaf: slot) { domain, index, _ in
      let table = domain.mappedTable(slot, index)
      if table != 0 { domain.dropWritableReference(table) }
    }
  }

  /// Calls `body` with the index of every writable entry that maps a frame that holds a table.
  @inline(__always)
  private mutating func forEachTableMapping(
    ofLeaf slot: Int, _ body: (inout ShadowDomain, Int, Int) -> Void
  ) {
    let header = leaves.headers[slot]
    guard let type = ShadowType(rawValue: header.type) else { return }
    for group in 0..<(type.pages * 8) {
      let word = slot &* LeafStore.wordsPerSlot &+ group &* 4
      var bits = leaves.words[word &+ 1]
      if bits == 0 { continue }
      if header.table != 0 {
        bits &= memory.planes[memory.plane(Int(header.source), group, GuestMemory.Plane.table)]
      } else {
        bits &= memory.tableFrames[(Int(header.frame) &+ group &* 64) &>> 6]
      }
      while bits != 0 {
        body(&self, group &* 64 &+ bits.trailingZeroBitCount, group)
        bits &= bits &- 1
      }
    }
  }

  /// A frame has just become one that holds a table: its writable mappings count from now on.
  mutating func adoptWritableMappings(of table: Int, in frame: GFN) {
    for type in [ShadowType.fl1TwoLevel, .fl1PAE, .fl1] {
      let slot = splinterSlot(frame, type)
      let index = frame.index & (type.pages * 512 - 1)
      if slot != 0 && leaves.isSet(slot, index, AccessKind.write.index) {
        addWritableReference(table, slot, index)
      }
    }
    guard memory.namedFrames[frame.index >> 6] >> UInt64(frame.index & 63) & 1 == 1 else {
      return
    }
    for slot in 1..<leaves.end {
      let header = leaves.headers[slot]
      guard header.serial != 0, header.table != 0 else { continue }
      let start = Int(header.source) &* memory.entriesPerTable
      for index in 0..<memory.entriesPerTable
      where memory.targets[start &+ index] == frame.rawValue
        && leaves.isSet(slot, index, AccessKind.write.index)
      {
        addWritableReference(table, slot, index)
      }
    }
  }
}

extension AccessKind {
  /// The word of a group that decides accesses of this kind.
  @inline(__always) var index: Int { Int(rawValue & 3) }
}
