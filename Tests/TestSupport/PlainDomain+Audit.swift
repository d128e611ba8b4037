import GuestModel
import ShadowModel

/// What must hold between operations.
extension PlainDomain {
  /// Everything that is wrong, in words; empty when all is well.
  public func audit() -> [String] {
    // A crash stops in the middle of things.
    if isCrashed { return [] }
    return auditPages() + auditReferences() + auditPins() + auditTables() + auditSlots()
  }

  private func auditPages() -> [String] {
    var used = 0
    for shadow in shadows.values { used += shadow.type.pages }
    for vcpu in vcpus { used += 3 + (vcpu.mode == .fourLevel ? 1 : 3) }
    var wrong: [String] = []
    if used != usedPages { wrong.append("pages in use are \(used), not \(usedPages)") }
    if freePages < 0 { wrong.append("there are \(freePages) free pages") }
    if counters[.allocCount] != used + configuration.p2mPages {
      wrong.append("alloc_count is \(counters[.allocCount])")
    }
    if counters[.hashInserts] - counters[.hashDeletes] != shadows.count {
      wrong.append("inserts less deletes are not \(shadows.count) shadows")
    }
    return wrong
  }

  private func auditReferences() -> [String] {
    var wrong: [String] = []
    var references: [ObjectIdentifier: Int] = [:]
    for shadow in pinned { references[ObjectIdentifier(shadow), default: 0] += 1 }
    for vcpu in vcpus {
      for case let root? in vcpu.loaded { references[ObjectIdentifier(root), default: 0] += 1 }
    }
    for shadow in shadows.values {
      for (index, entry) in shadow.entries {
        if shadow.type.isLeaf != (entry.child == nil) || shadow.type.isLeaf != (entry.target != nil)
        {
          wrong.append("\(shadow.key) [\(index)] is of the wrong kind")
        }
        guard let child = entry.child else { continue }
        references[ObjectIdentifier(child), default: 0] += 1
        if shadows[child.key] !== child { wrong.append("\(child.key) is linked but not there") }
      }
      if let parent = shadow.upPointer {
        if !hasUpPointer(shadow.type) || parent.shadow.entries[parent.index]?.child !== shadow {
          wrong.append("\(shadow.key) has a false up-pointer")
        }
      }
    }
    for (key, shadow) in shadows {
      if shadow.key != key || shadow.isDestroyed { wrong.append("\(key) is misfiled") }
      let expected = references[ObjectIdentifier(shadow)] ?? 0
      if shadow.references != expected || expected == 0 {
        wrong.append("\(key) has \(shadow.references) references, not \(expected)")
      }
    }
    return wrong
  }

  private func auditPins() -> [String] {
    var wrong: [String] = []
    for shadow in pinned {
      if shadows[shadow.key] !== shadow { wrong.append("\(shadow.key) is pinned but not there") }
      if policy == .xen && !isPinnable(shadow.type) {
        wrong.append("\(shadow.key) must not be pinned")
      }
    }
    if Set(pinned.map { ObjectIdentifier($0) }).count != pinned.count {
      wrong.append("a shadow is pinned twice")
    }
    if policy == .fifo && pinned.count != shadows.count {
      wrong.append("a shadow is not on the list")
    }
    return wrong
  }

  private func auditTables() -> [String] {
    var wrong: [String] = []
    var types: [GFN: Set<PlainType>] = [:]
    var writable: Set<GFN> = []
    for shadow in shadows.values {
      if let frame = shadow.key.tableFrame { types[frame, default: []].insert(shadow.type) }
      for entry in shadow.entries.values where shadow.type.isLeaf && entry.isWritable {
        if let target = entry.target { writable.insert(target) }
      }
    }
    if types != tables.mapValues(\.types) { wrong.append("table types are not those of shadows") }
    for (frame, state) in tables {
      if !state.isOutOfSync && writable.contains(frame) && !promotedWritable.contains(frame) {
        wrong.append("\(frame) is in sync but mapped writable")
      }
      if state.isOutOfSync != state.mayBeWritten { wrong.append("\(frame) is half in sync") }
    }
    return wrong
  }

  private func auditSlots() -> [String] {
    var wrong: [String] = []
    var count: [GFN: Int] = [:]
    for vcpu in vcpus {
      for (number, slot) in vcpu.slots.enumerated() {
        guard let slot else { continue }
        count[slot.table, default: 0] += 1
        let home = home(slot.table)
        if number != home && number != (home + 1) % 3 {
          wrong.append("\(slot.table) is in the wrong slot")
        }
      }
    }
    for (frame, state) in tables where state.isOutOfSync {
      if count[frame] != 1 { wrong.append("\(frame) is in \(count[frame] ?? 0) slots") }
      if state.types.count != 1 || state.types.first?.level != .l1 {
        wrong.append("\(frame) is out of sync but not an L1 alone")
      }
    }
    for frame in count.keys where !isOutOfSync(frame) {
      wrong.append("\(frame) is in a slot but in sync")
    }
    return wrong
  }
}
