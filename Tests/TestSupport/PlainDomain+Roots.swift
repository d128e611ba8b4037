import GuestModel
import ShadowModel

/// R: roots.
extension PlainDomain {
  /// Whether any vCPU has loaded the shadow.
  func isLoaded(_ shadow: PlainShadow) -> Bool { loads(shadow) > 0 }

  /// How many slots hold the shadow.
  func loads(_ shadow: PlainShadow) -> Int {
    var count = 0
    for vcpu in vcpus { for case let root? in vcpu.loaded where root === shadow { count += 1 } }
    return count
  }

  /// R1 (b): a PAE top entry's table; nil if it is absent or beyond memory.
  func topTable(_ vcpu: PlainVCPU, _ slot: Int) -> GFN? {
    let entry = vcpu.topEntries[slot]
    guard entry.has(GuestEntry.Flag.present), guest.contains(entry.frame) else { return nil }
    return entry.frame
  }

  /// The keys of the roots by slot.
  private func rootKeys(_ vcpu: PlainVCPU) -> [PlainKey?] {
    switch vcpu.mode {
    case .unpaged:
      return [PlainKey(table: .identityMap, type: PlainType(mode: .twoLevel, level: .l2))]
    case .twoLevel:
      let type = PlainType(mode: .twoLevel, level: .l2)
      return [PlainKey(table: .frame(vcpu.rootFrame), type: type)]
    case .pae:
      let type = PlainType(mode: .pae, level: .l2)
      return (0..<4).map { slot in
        topTable(vcpu, slot).map { PlainKey(table: .frame($0), type: type) }
      }
    case .fourLevel:
      let type = PlainType(mode: .fourLevel, level: .l4)
      return [PlainKey(table: .frame(vcpu.rootFrame), type: type)]
    }
  }

  /// R1.
  func loadRoot(_ vcpu: PlainVCPU) throws(PlainCrash) {
    rootLoads += 1
    // (a)
    resyncAll(of: vcpu)
    // (b)
    if vcpu.mode == .pae {
      vcpu.topEntries = (0..<4).map { guest.entry(.frame(vcpu.rootFrame), $0) }
    }
    // (c)
    let keys = rootKeys(vcpu)
    for case let key? in keys {
      if let frame = key.tableFrame { _ = revokeWriteAccess(frame) }
    }
    // (d)
    for (slot, key) in keys.enumerated() {
      var root: PlainShadow?
      if let key {
        let found = lookUp(key)
        if found == nil { try prealloc(key.type.pages) }
        let new = found ?? makeShadow(key)
        new.references += 1
        pin(new)
        root = new
      }
      let old = vcpu.loaded[slot]
      vcpu.loaded[slot] = root
      if let old { dropReference(old) }
    }
    // (e)
    vcpu.lastEmulated = nil
    // (f)
    updateOtherTables(than: vcpu)
  }

  /// R6.
  func writeControl(_ vcpu: PlainVCPU, _ mode: PagingMode) throws(PlainCrash) {
    resyncAll()
    for slot in 0..<4 {
      let old = vcpu.loaded[slot]
      vcpu.loaded[slot] = nil
      if let old { dropReference(old) }
    }
    let oldLevels = vcpu.shadowLevels
    vcpu.mode = mode
    if vcpu.shadowLevels != oldLevels {
      try allocateMonitor(levels: vcpu.shadowLevels)
      for _ in 0..<monitorPages(levels: oldLevels) { free(1) }
    }
    isOutOfSyncActive =
      configuration.outOfSyncEnabled && vcpus.allSatisfy { $0.mode != .unpaged }
    try loadRoot(vcpu)
  }

  /// P3.
  private func monitorPages(levels: Int) -> Int { levels == 4 ? 1 : 3 }

  /// R6: its pages are preallocated in one call and allocated one at a time.
  private func allocateMonitor(levels: Int) throws(PlainCrash) {
    try prealloc(monitorPages(levels: levels))
    for _ in 0..<monitorPages(levels: levels) { allocate(1) }
  }

  /// R7: what each vCPU is given when the domain is created.
  func create(_ vcpu: PlainVCPU) throws(PlainCrash) {
    for _ in 0..<3 {
      try prealloc(1)
      allocate(1)
    }
    try allocateMonitor(levels: vcpu.shadowLevels)
    try writeControl(vcpu, .unpaged)
  }

  /// R7: it begins to run.
  func start(_ vcpu: PlainVCPU) throws(PlainCrash) {
    vcpu.isStarted = true
    try writeControl(vcpu, .unpaged)
  }
}
