import GuestModel
import ShadowModel

/// U1 and U3 to U5: a guest that tells which process ends.
extension PlainDomain {
  /// U3.
  func announceDying(_ operand: UInt64) throws(PlainCrash) {
    guard try fetches() else { return }
    if operand < UInt64(guest.frameCount) {
      for root in dyingRoots(GFN(Int(operand))) {
        if let frame = root.key.tableFrame { dying.insert(frame) }
        for index in root.indices where root.entries[index]?.isUser == true {
          setLink(root, index, nil)
        }
      }
    }
    hasAnnouncedDying = true
    vcpu.tearsDown = true
  }

  /// U3: the root shadows that the hypercall means, in order.
  private func dyingRoots(_ frame: GFN) -> [PlainShadow] {
    let type = PlainType(
      mode: vcpu.shadowMode, level: vcpu.shadowMode == .fourLevel ? .l4 : .l2)
    guard vcpu.mode == .pae else {
      return [lookUp(PlainKey(table: .frame(frame), type: type), status: false)].compactMap { $0 }
    }
    if vcpu.rootFrame == frame { return vcpu.loaded.compactMap { $0 } }
    var roots: [PlainShadow] = []
    for slot in 0..<4 {
      let entry = guest.entry(.frame(frame), slot)
      guard guest.contains(entry.frame) else { continue }
      let key = PlainKey(table: .frame(entry.frame), type: type)
      if let root = lookUp(key, status: false) { roots.append(root) }
    }
    return roots
  }

  /// U5: whether a vCPU has loaded a shadow of the frame.
  func isLoaded(_ frame: GFN) -> Bool {
    vcpus.contains { vcpu in vcpu.loaded.contains { $0?.key.tableFrame == frame } }
  }

  /// U1: whether a zero write unshadows the page table.
  func isUnshadowedEarly(_ table: GFN) -> Bool {
    guard hasAnnouncedDying else { return vcpu.lastZeroWrite == table }
    let types = tables[table]?.types ?? []
    return vcpu.tearsDown && !types.contains(where: \.isRoot)
  }
}
