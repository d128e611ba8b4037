public import GuestModel
import ShadowModel

/// The operations.
extension PlainDomain {
  /// Does one operation; nothing if the domain is crashed.
  public func execute(_ operation: Operation) {
    guard !isCrashed, let code = operation.code else { return }
    orCrash { () throws(PlainCrash) in try execute(code, operation) }
  }

  private func execute(_ code: Operation.Code, _ operation: Operation) throws(PlainCrash) {
    let address = operation.operand
    switch code {
    case .loadRoot: try loadRoot(operation.operand)
    case .access: try access(address, operation.kind)
    case .accessMask:
      for bit in 0..<64 where operation.operand >> UInt64(bit) & 1 == 1 {
        try access(UInt64(operation.long) << 18 + UInt64(bit) * 4096, operation.kind)
      }
    case .writeEntry:
      try write(address) { GuestEntry(rawValue: operation.long) }
    case .copyEntry:
      try write(address) { [unowned self] in copiedEntry(operation) }
    case .fillEntries: try fill(operation, ascending: false)
    case .fillAscending: try fill(operation, ascending: true)
    case .invalidatePage: try invalidate(address)
    case .setMode: try setMode(operation.short)
    case .setAllocation: setAllocation(Int(clamping: operation.operand))
    case .onVCPU: try switchVCPU(Int(operation.short))
    case .changeEntry:
      changeEntry(operation.operand, Int(operation.short), GuestEntry(rawValue: operation.long))
    case .unshadow:
      if operation.operand < UInt64(guest.frameCount) {
        removeShadows(of: GFN(Int(operation.operand)), fast: false)
      }
    case .mark: break
    case .flushTLBs:
      // R8.
      guard try fetches() else { return }
      for (number, vcpu) in vcpus.prefix(64).enumerated()
      where operation.operand >> UInt64(number) & 1 == 1 { try loadRoot(vcpu) }
    case .pagetableDying: try announceDying(operation.operand)
    }
  }

  private func loadRoot(_ operand: UInt64) throws(PlainCrash) {
    guard operand < UInt64(guest.frameCount) else { return }
    guard try fetches() else { return }
    vcpu.rootFrame = GFN(Int(operand))
    try loadRoot(vcpu)
  }

  private func access(_ address: UInt64, _ kind: AccessKind) throws(PlainCrash) {
    accesses += 1
    let page = vcpu.translated(address)
    guard case .hit = try perform(page, kind, nil) else { return }
    if kind.contains(.fetch) { vcpu.code = (page / 4096 * 4096, kind) }
  }

  private func write(_ address: UInt64, _ value: @escaping PlainValue) throws(PlainCrash) {
    accesses += 1
    let place = vcpu.translated(address)
    if case .hit(let frame) = try perform(place, .write, value) {
      guest.set(frame, entryIndex(place), value())
    }
  }

  /// The entry of a page that an address lies in: 4 bytes in 2-level domains, else 8.
  func entryIndex(_ address: UInt64) -> Int {
    Int(address % 4096) / configuration.shape.mode.entryBytes
  }

  private func copiedEntry(_ operation: Operation) -> GuestEntry {
    let index = Int(operation.short % 1024)
    let flags = UInt32(operation.short / 1024)
    let source = guest.entry(.frame(GFN(operation.long)), index)
    return GuestEntry(rawValue: source.rawValue | flags)
  }

  private func fill(_ operation: Operation, ascending: Bool) throws(PlainCrash) {
    let bytes = configuration.shape.mode.entryBytes
    let first = GuestEntry(rawValue: operation.long)
    for number in 0...Int(operation.short) {
      guard Int(operation.operand % 4096) + number * bytes < 4096 else { return }
      let entry =
        ascending ? GuestEntry(frame: first.frame + number, flags: first.flags) : first
      try write(operation.operand + UInt64(number * bytes)) { entry }
    }
  }

  private func setMode(_ number: UInt16) throws(PlainCrash) {
    guard let raw = UInt8(exactly: number), let mode = PagingMode(rawValue: raw) else { return }
    guard mode == .unpaged || mode == configuration.shape.mode else { return }
    guard try fetches() else { return }
    try writeControl(vcpu, mode)
  }

  private func switchVCPU(_ number: Int) throws(PlainCrash) {
    guard number < vcpus.count else { return }
    currentVCPU = number
    // R7: another vCPU starts when its first operation comes.
    if !vcpu.isStarted { try start(vcpu) }
  }

  /// C1.
  private func changeEntry(_ frame: UInt64, _ index: Int, _ entry: GuestEntry) {
    guard frame < UInt64(guest.frameCount), index < guest.entriesPerTable else { return }
    let table = GFN(Int(frame))
    for level in [PlainType.Level.l1, .l2, .l3, .l4] {
      let type = PlainType(mode: configuration.shape.mode, level: level)
      guard tables[table]?.types.contains(type) == true,
        let shadow = shadows[PlainKey(table: .frame(table), type: type)]
      else { continue }
      if level == .l1 { setLeaf(shadow, index, nil) } else { setLink(shadow, index, nil) }
    }
    guest.set(table, index, entry)
    for vcpu in vcpus {
      for place in 0..<3 where vcpu.slots[place]?.table == table {
        vcpu.slots[place]?.snapshot[index] = entry
      }
    }
  }

  /// I1: INVLPG clears the one entry of an out-of-sync table.
  private func invalidate(_ address: UInt64) throws(PlainCrash) {
    guard try fetches() else { return }
    counters[.invlpg] += 1
    vcpu.lastEmulated = nil
    let place = vcpu.translated(address)
    guard let leaf = leafShadow(place), leaf.type.level == .l1 else { return }
    guard let table = leaf.key.tableFrame, isOutOfSync(table) else { return }
    setLeaf(leaf, vcpu.index(.l1, place), nil)
  }
}
