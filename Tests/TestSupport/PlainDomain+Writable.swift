import GuestModel
import ShadowModel

/// W: writable mappings, and what a frame is.
extension PlainDomain {
  func isPageTable(_ frame: GFN) -> Bool { tables[frame] != nil }

  func isOutOfSync(_ frame: GFN) -> Bool { tables[frame]?.isOutOfSync == true }

  /// W5.
  func mayBeWritten(_ frame: GFN) -> Bool { tables[frame]?.mayBeWritten == true }

  /// W1: the L1 and FL1 entries that map `frame` writable, by looking at all of them.
  func writableReferences(_ frame: GFN) -> [PlainPlace] {
    var places: [PlainPlace] = []
    for shadow in shadows.values where shadow.type.isLeaf {
      for (index, entry) in shadow.entries where entry.isWritable && entry.target == frame {
        places.append(PlainPlace(shadow: shadow, index: index))
      }
    }
    return places
  }

  /// W2: whether there was any.
  func revokeWriteAccess(_ frame: GFN) -> Bool {
    if isPageTable(frame) && !mayBeWritten(frame) { return false }
    let places = writableReferences(frame)
    if places.isEmpty { return false }
    counters[.writeable] += 1
    for place in places { place.shadow.entries[place.index]?.isWritable = false }
    return true
  }

  /// W4: sets an L1 or FL1 entry; nil is empty.
  func setLeaf(_ leaf: PlainShadow, _ index: Int, _ new: PlainEntry?) {
    if let new, let target = new.target, new.isWritable, mayBeWritten(target) {
      addFixup(target, PlainPlace(shadow: leaf, index: index))
    }
    leaf.entries[index] = new
  }
}
