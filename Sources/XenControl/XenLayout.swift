import XenServer

/// Where in Xen's records the fields are that are read.
enum XenLayout {
  /// Room for a record, bytes; the longest is a third of it.
  static let bufferBytes = 512

  /// What `xc_physinfo` fills in.
  ///
  /// Eight 32-bit fields, the last the abilities; from 4.17 on eight more bytes; then, 64-bit each,
  /// pages in all, free, being cleaned, and promised.
  static func machine(_ bytes: [UInt8], version: XenVersion) -> Machine {
    let abilities = number32(bytes, at: 28)
    let isLong = (version.major, version.minor) >= (4, 17)
    let pages = isLong ? 40 : 32
    return Machine(
      totalPages: number64(bytes, at: pages), freePages: number64(bytes, at: pages + 8),
      claimedPages: number64(bytes, at: pages + 24),
      hasNestedPaging: abilities & 1 << 3 != 0, hasShadowPaging: abilities & 1 << 4 != 0)
  }

  /// What `xc_domain_getinfolist` fills in for a domain; the same from 4.14 on.
  ///
  /// The highest number of a vCPU is all ones when there is none.
  static func domain(_ bytes: [UInt8]) -> DomainInfo {
    let flags = number32(bytes, at: 4)
    let isVirtualised = flags & 1 << 1 != 0
    /// HPET, PM timer, clock, interrupt controller, display, interval timer.
    let devices = number32(bytes, at: 104) & 0b1_0110_1110
    return DomainInfo(
      id: number32(bytes, at: 0) & 0xffff,
      mode: !isVirtualised ? .pv : devices == 0 ? .pvh : .hvm,
      hasNestedPaging: flags & 1 << 8 != 0, isDying: flags & 1 != 0,
      isShutDown: flags & 1 << 2 != 0,
      vcpus: (number32(bytes, at: 68) + 1) & 0xffff_ffff,
      memoryPages: number64(bytes, at: 8), processorNanoseconds: number64(bytes, at: 56),
      handle: bytes[76..<92].map { digits($0) }.joined())
  }

  private static func digits(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func number32(_ bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func number64(_ bytes: [UInt8], at offset: Int) -> Int {
    number32(bytes, at: offset + 4) << 32 | number32(bytes, at: offset)
  }
}
