import XenServer

/// Reads Xen's records.
enum XenLayout {
  /// Room for a record, bytes; the longest is a third of it.
  static let bufferBytes = 512

  /// What `xc_physinfo` fills in.
  static func machine(_ bytes: [UInt8], version: XenVersion) -> Machine {
    let record = PhysicalInfoRecord(isLong: (version.major, version.minor) >= (4, 17))
    let abilities = number(bytes, record.abilities)
    return Machine(
      totalPages: number(bytes, record.totalPages), freePages: number(bytes, record.freePages),
      claimedPages: number(bytes, record.claimedPages),
      hasNestedPaging: has(abilities, PhysicalInfoRecord.nestedPaging),
      hasShadowPaging: has(abilities, PhysicalInfoRecord.shadowPaging))
  }

  /// What `xc_domain_getinfolist` fills in for a domain.
  static func domain(_ bytes: [UInt8]) -> DomainInfo {
    typealias Record = DomainInfoRecord
    let flags = number(bytes, Record.flags)
    let devices = number(bytes, Record.devices)
    let isEmulated = Record.emulated.contains { has(devices, $0) }
    let handle = bytes[Record.handle.offset..<Record.handle.offset + Record.handle.width]
    return DomainInfo(
      id: number(bytes, Record.id),
      mode: !has(flags, Record.isVirtualised) ? .pv : isEmulated ? .hvm : .pvh,
      hasNestedPaging: has(flags, Record.hasNestedPaging), isDying: has(flags, Record.isDying),
      isShutDown: has(flags, Record.isShutDown),
      vcpus: (number(bytes, Record.highestVCPU) + 1) & 0xffff_ffff,
      memoryPages: number(bytes, Record.memoryPages),
      processorNanoseconds: number(bytes, Record.processorTime),
      handle: handle.map { digits($0) }.joined())
  }

  private static func digits(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func has(_ flags: Int, _ flag: XenNumber) -> Bool {
    flags & Int(flag.value) != 0
  }

  private static func number(_ bytes: [UInt8], _ field: XenField) -> Int {
    bytes[field.offset..<field.offset + field.width].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
