/// A field of a record that libxenctrl fills in.
struct XenField: Hashable, Sendable {
  /// The record's C type.
  let record: String
  /// The member's name in C.
  let member: String
  /// Bytes before it.
  let offset: Int
  /// Bytes of it.
  let width: Int
}

/// A number that libxenctrl's headers give a name.
struct XenNumber: Hashable, Sendable {
  /// Its name in C.
  let name: String
  /// The number.
  let value: UInt32
}

/// `xen_sysctl_physinfo`, which `xc_physinfo` fills in.
///
/// Eight 32-bit fields, the last the abilities; from 4.17 on eight more bytes; then, 64-bit each,
/// pages in all, free, being cleaned, and promised.
struct PhysicalInfoRecord {
  let abilities = field("capabilities", 28, 4)
  let totalPages, freePages, claimedPages: XenField

  /// The record of 4.17 and later, or that of before.
  init(isLong: Bool) {
    let pages = isLong ? 40 : 32
    totalPages = Self.field("total_pages", pages, 8)
    freePages = Self.field("free_pages", pages + 8, 8)
    claimedPages = Self.field("outstanding_pages", pages + 24, 8)
  }

  /// All of them.
  var fields: [XenField] { [abilities, totalPages, freePages, claimedPages] }

  static let nestedPaging = XenNumber(name: "XEN_SYSCTL_PHYSCAP_hap", value: 1 << 3)
  static let shadowPaging = XenNumber(name: "XEN_SYSCTL_PHYSCAP_shadow", value: 1 << 4)
  static let numbers = [nestedPaging, shadowPaging]

  private static func field(_ member: String, _ offset: Int, _ width: Int) -> XenField {
    XenField(record: "struct xen_sysctl_physinfo", member: member, offset: offset, width: width)
  }
}

/// `xen_domctl_getdomaininfo`, which `xc_domain_getinfolist` fills in for a domain; the same from
/// 4.14 on.
enum DomainInfoRecord {
  static let id = field("domain", 0, 2)
  static let flags = field("flags", 4, 4)
  static let memoryPages = field("tot_pages", 8, 8)
  static let processorTime = field("cpu_time", 56, 8)
  /// All ones when there is no vCPU.
  static let highestVCPU = field("max_vcpu_id", 68, 4)
  static let handle = field("handle", 76, 16)
  static let devices = field("arch_config.emulation_flags", 104, 4)

  /// All of them.
  static let fields = [id, flags, memoryPages, processorTime, highestVCPU, handle, devices]

  static let isDying = XenNumber(name: "XEN_DOMINF_dying", value: 1)
  static let isVirtualised = XenNumber(name: "XEN_DOMINF_hvm_guest", value: 1 << 1)
  static let isShutDown = XenNumber(name: "XEN_DOMINF_shutdown", value: 1 << 2)
  static let hasNestedPaging = XenNumber(name: "XEN_DOMINF_hap", value: 1 << 8)
  /// HPET, PM timer, clock, interrupt controller, display, interval timer: an HVM guest's, not a
  /// PVH's.
  static let emulated = [
    XenNumber(name: "XEN_X86_EMU_HPET", value: 1 << 1),
    XenNumber(name: "XEN_X86_EMU_PM", value: 1 << 2),
    XenNumber(name: "XEN_X86_EMU_RTC", value: 1 << 3),
    XenNumber(name: "XEN_X86_EMU_PIC", value: 1 << 5),
    XenNumber(name: "XEN_X86_EMU_VGA", value: 1 << 6),
    XenNumber(name: "XEN_X86_EMU_PIT", value: 1 << 8),
  ]
  static let numbers = [isDying, isVirtualised, isShutDown, hasNestedPaging] + emulated

  private static func field(_ member: String, _ offset: Int, _ width: Int) -> XenField {
    XenField(
      record: "struct xen_domctl_getdomaininfo", member: member, offset: offset, width: width)
  }
}

/// `xen_domctl_shadow_op_stats`: two 32-bit numbers, of which the first is read.
enum ShadowStatisticsRecord {
  /// 32-bit numbers in the record.
  static let count = 2
  static let faults = field("fault_count", 0)
  static let fields = [faults, field("dirty_count", 4)]

  private static func field(_ member: String, _ offset: Int) -> XenField {
    XenField(
      record: "struct xen_domctl_shadow_op_stats", member: member, offset: offset, width: 4)
  }
}
