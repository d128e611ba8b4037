#if SHADOW_AUDIT
import GuestModel

/// Stops the program unless the condition holds.
private func require(_ condition: Bool, _ what: @autoclosure () -> String) {
  precondition(condition, what())
}

/// Checks of everything that must hold between two operations. Debug builds only.
///
/// A small domain is checked after every operation; a large one as often as leaves its operations
/// about as much time as its audits.
extension ShadowDomain {
  /// Checks all invariants if it is time to; a violation stops the program.
  mutating func audit() {
    let shadows = leaves.end + uppers.end
    operationsUnaudited += 1
    guard !isCrashed, shadows <= 128 || operationsUnaudited > shadows * 64 else { return }
    operationsUnaudited = 0
    auditPages()
    auditReferences()
    auditPinList()
    auditTables()
    auditWritableReferences()
    auditOutOfSync()
  }

  /// P2: every page of the pool is free, or in use by one thing.
  private func auditPages() {
    var used = 0
    for slot in 1..<leaves.end where leaves.headers[slot].serial != 0 {
      used += ShadowType(rawValue: leaves.headers[slot].type)?.pages ?? 0
    }
    for slot in 1..<uppers.end where uppers.headers[slot].serial != 0 {
      used += ShadowType(rawValue: uppers.headers[slot].type)?.pages ?? 0
    }
    for vcpu in 0..<vcpus.count {
      used += 3 + Self.monitorPages(vcpus[vcpu].mode)
    }
    require(
      used + freePages == totalPages, "pages: \(used) used, \(freePages) free of \(totalPages)")
    require(
      counters[.allocCount] == configuration.p2mPages + used, "alloc_count is not the pages in use")
  }

  /// S3: references are entries, loads and the pin; every present entry's child is there.
  private func auditReferences() {
    let leafReferences = Buffer<Int32>(repeating: 0, count: leaves.end)
    let upperReferences = Buffer<Int32>(repeating: 0, count: uppers.end)
    for slot in 1..<uppers.end {
      let header = uppers.headers[slot]
      let isDirectory = ShadowType(rawValue: header.type)?.isDirectory ?? false
      for group in 0..<16 {
        var bits = uppers.presence[slot * 16 + group]
        require(bits == 0 || header.serial != 0, "a free upper shadow has entries")
        while bits != 0 {
          let entry = uppers.entry(slot, group * 64 + bits.trailingZeroBitCount)
          bits &= bits - 1
          require(entry != 0, "presence differs from the entry")
          let child = Int(entry & UpperStore.slotMask)
          if isDirectory {
            require(leaves.headers[child].serial != 0, "an entry links no leaf shadow")
            leafReferences[child] += 1
          } else {
            require(uppers.headers[child].serial != 0, "an entry links no upper shadow")
            upperReferences[child] += 1
          }
        }
      }
      if header.isPinned { upperReferences[slot] += 1 }
    }
    for vcpu in 0..<vcpus.count {
      for slot in 0..<4 where vcpus[vcpu].roots[slot] != 0 {
        upperReferences[Int(vcpus[vcpu].roots[slot])] += 1
      }
    }
    compareReferences(leafReferences, upperReferences)
  }

  private func compareReferences(
    _ leafReferences: borrowing Buffer<Int32>, _ upperReferences: borrowing Buffer<Int32>
  ) {
    for slot in 1..<leaves.end where leaves.headers[slot].serial != 0 {
      let pin: Int32 = leaves.headers[slot].isPinned ? 1 : 0
      require(
        leaves.headers[slot].references == leafReferences[slot] + pin, "a leaf's references")
      require(leaves.headers[slot].references > 0, "a leaf without references lives")
    }
    for slot in 1..<uppers.end where uppers.headers[slot].serial != 0 {
      require(uppers.headers[slot].references == upperReferences[slot], "an upper's references")
      require(uppers.headers[slot].references > 0, "an upper without references lives")
    }
  }

  /// R2: the pin list is exactly the pinned shadows.
  private func auditPinList() {
    var listed = 0
    var previous = ShadowRef.none
    var shadow = pinHead
    while shadow != .none {
      let header = header(shadow)
      require(header.serial != 0 && header.isPinned, "an unpinned shadow is on the list")
      require(header.previous == previous, "the pin list is broken")
      previous = shadow
      shadow = header.next
      listed += 1
    }
    require(pinTail == previous, "the pin list's tail")
    var pinned = 0
    for slot in 1..<leaves.end
    where leaves.headers[slot].serial != 0 && leaves.headers[slot].isPinned { pinned += 1 }
    for slot in 1..<uppers.end
    where uppers.headers[slot].serial != 0 && uppers.headers[slot].isPinned { pinned += 1 }
    require(listed == pinned, "\(listed) shadows are listed, \(pinned) are pinned")
  }

  /// S1: tables and shadows name each other.
  private mutating func auditTables() {
    for table in 1..<memory.tableCount {
      let flags = field(table, TableField.flags)
      for type in ShadowType.allCases where !type.isSplinter {
        let slot = Int(field(table, Int(type.rawValue)))
        require((flags & type.bit != 0) == (slot != 0), "a table's flags differ from its shadows")
        if slot == 0 { continue }
        let header = type.isLeaf ? leaves.headers[slot] : uppers.headers[slot]
        require(
          header.serial != 0 && Int(header.table) == table && header.type == type.rawValue,
          "a table names a shadow that is not its own")
      }
    }
    for slot in 1..<leaves.end
    where leaves.headers[slot].serial != 0 && leaves.headers[slot].table == 0 {
      let header = leaves.headers[slot]
      if let type = ShadowType(rawValue: header.type) {
        require(splinterSlot(GFN(header.frame), type) == slot, "an FL1 is not found by its frame")
      }
    }
  }

  /// W1: references are the writable entries; a page table in sync has none.
  private mutating func auditWritableReferences() {
    let references = Buffer<UInt32>(repeating: 0, count: memory.tableCount)
    for slot in 1..<leaves.end where leaves.headers[slot].serial != 0 {
      let pages = ShadowType(rawValue: leaves.headers[slot].type)?.pages ?? 1
      for group in 0..<(8 * pages) {
        let word = slot * LeafStore.wordsPerSlot + group * 4
        let (read, write) = (leaves.words[word], leaves.words[word + 1])
        let (userRead, userWrite) = (leaves.words[word + 2], leaves.words[word + 3])
        require((write | userRead) & ~read == 0, "rights without presence")
        require(userWrite == write & userRead, "user writes are writes by the user")
        var bits = write
        while bits != 0 {
          let table = mappedTable(slot, group * 64 + bits.trailingZeroBitCount)
          bits &= bits - 1
          guard table != 0 else { continue }
          references[table] += 1
          require(leaves.headers[slot].mapsTables, "a leaf maps tables and does not know")
        }
      }
    }
    for table in 1..<memory.tableCount {
      let count = field(table, TableField.writableReferences)
      require(count == references[table], "a table has \(references[table]) writers, not \(count)")
      if isPageTable(table) && !mayWrite(table)
        && field(table, TableField.flags) & TableField.promotedWritable == 0
      {
        require(count == 0, "a page table in sync can be written")
      }
    }
  }

  /// O1: an out-of-sync table has one L1 shadow and one slot.
  private mutating func auditOutOfSync() {
    var placed = 0
    for vcpu in 0..<vcpus.count {
      for place in 0..<3 where vcpus[vcpu].outOfSync[place] != 0 {
        let table = Int(vcpus[vcpu].outOfSync[place])
        placed += 1
        require(isOutOfSync(table), "a table in a slot is in sync")
        require(
          Int(field(table, TableField.place)) == vcpu * 4 + place, "a table does not know its slot")
        require(
          leaves.headers[leafSlot(of: table)].source == vcpus[vcpu].snapshots[place],
          "an out-of-sync table's shadow does not follow its snapshot")
      }
    }
    var outOfSync = 0
    for table in 1..<memory.tableCount where isOutOfSync(table) {
      outOfSync += 1
      let types = field(table, TableField.flags) & TableField.typeMask
      require(
        types & ShadowType.leafTableBits == types && types & (types - 1) == 0 && types != 0,
        "an out-of-sync table has other shadows than one L1")
    }
    require(placed == outOfSync, "\(outOfSync) tables are out of sync, \(placed) are in slots")
  }
}
#endif
