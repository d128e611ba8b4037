import GuestModel
import ShadowModel

/// What a write writes, found out when it takes place.
typealias PlainValue = () -> GuestEntry

/// How an access went.
enum PlainOutcome {
  /// The shadows allowed it; the frame that they map.
  case hit(GFN)
  /// It was a write that was emulated.
  case emulated
  /// The guest faults, or it was given up.
  case dropped
}

/// F1 and F2: accesses.
extension PlainDomain {
  /// The L1 or FL1 shadow that translates `address` on the current vCPU, whatever the rights.
  func leafShadow(_ address: UInt64) -> PlainShadow? {
    var shadow = vcpu.loaded[vcpu.slot(address)]
    for level in vcpu.levels where level != .l1 {
      shadow = shadow?.entries[vcpu.index(level, address)]?.child
    }
    return shadow
  }

  /// The entries from the loaded root to the leaf; nil if one is empty.
  func shadowWalk(_ address: UInt64) -> [PlainEntry]? {
    var shadow = vcpu.loaded[vcpu.slot(address)]
    var entries: [PlainEntry] = []
    for level in vcpu.levels {
      guard let entry = shadow?.entries[vcpu.index(level, address)] else { return nil }
      entries.append(entry)
      shadow = entry.child
    }
    return entries
  }

  /// F1: the frame that an access reaches without a fault.
  private func hit(_ address: UInt64, _ kind: AccessKind) -> GFN? {
    guard let entries = shadowWalk(address) else { return nil }
    if kind.contains(.write) && !entries.allSatisfy(\.isWritable) { return nil }
    if kind.contains(.user) && !entries.allSatisfy(\.isUser) { return nil }
    return entries.last?.target
  }

  /// F2: one access with its restarts.
  func perform(
    _ address: UInt64, _ kind: AccessKind, _ value: PlainValue?
  ) throws(PlainCrash) -> PlainOutcome {
    var faults = 0
    while true {
      guard try fetches(&faults) else { return .dropped }
      if let frame = hit(address, kind) { return .hit(frame) }
      switch try boundedFault(address, kind, value, &faults) {
      case .restart: continue
      case .emulated: return .emulated
      case .over: return .dropped
      }
    }
  }

  /// F2 for a root load, a control write or INVLPG, which are not restarted.
  func fetches() throws(PlainCrash) -> Bool {
    var faults = 0
    return try fetches(&faults)
  }

  /// F2: the page where the vCPU executes must be fetched; false if that is not possible.
  private func fetches(_ faults: inout Int) throws(PlainCrash) -> Bool {
    guard let code = vcpu.code else { return true }
    let page = vcpu.translated(code.page)
    while hit(page, code.kind) == nil {
      guard case .restart = try boundedFault(page, code.kind, nil, &faults) else { return false }
    }
    return true
  }

  /// F2: after 64 faults it is given up.
  private func boundedFault(
    _ address: UInt64, _ kind: AccessKind, _ value: PlainValue?, _ faults: inout Int
  ) throws(PlainCrash) -> PlainFaultOutcome {
    if faults == 64 { return .over }
    faults += 1
    return try fault(address, kind, value)
  }
}
