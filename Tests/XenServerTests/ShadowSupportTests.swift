import Testing
import XenServer

/// On which products shadow paging exists at all.
@Suite struct ShadowSupportTests {
  @Test(
    arguments: [
      ("XenServer", "4.17.5-23", .compiledOut), ("XCP-ng", "4.17.3", .compiledOut),
      ("XCP-ng", "4.19.1", .compiledOut), ("XCP-ng", "4.13.5", .builtIn),
      ("Citrix Hypervisor", "4.13.1", .builtIn), ("XenServer", "4.7.6-6.9", .builtIn),
      ("XenServer", "4.15.0", .unknown), ("Debian", "4.17.5", .unknown), (nil, "4.17.5", .unknown),
      ("XenServer", nil, .unknown), ("XenServer", "", .unknown), ("XenServer", "4", .unknown),
      ("XenServer", "four.seventeen", .unknown), ("XenServer", "4.", .unknown),
      ("XenServer", "99999999999999999999.1", .unknown), ("XenServer", "5.0", .compiledOut),
    ] as [(String?, String?, ShadowSupport)])
  func productsAndVersions(_ brand: String?, _ xen: String?, _ support: ShadowSupport) {
    #expect(ShadowSupport.of(brand: brand, xen: xen) == support)
  }

  private func pool(xen: String, hap: String? = nil) throws -> PoolRecords {
    var records = PoolRecords(format: .live)
    let config = hap.map { ["hap": XenValue.string($0)] } ?? [:]
    try records.add(
      XenRecord([
        "uuid": .string("h"), "name_label": .string("xen1"), "other_config": .map(config),
        "software_version": .map(["product_brand": .string("XCP-ng"), "xen": .string(xen)]),
      ]), class: "host", reference: "OpaqueRef:h")
    try records.add(
      XenRecord([
        "uuid": .string("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02"), "name_label": .string("vm"),
        "HVM_shadow_multiplier": .float(4), "HVM_boot_policy": .string("BIOS order"),
        "memory_static_max": .integer(4 << 30), "VCPUs_max": .integer(2),
        "power_state": .string("Running"), "resident_on": .string("OpaqueRef:h"),
      ]), class: "VM", reference: "OpaqueRef:v")
    return records
  }

  /// Where shadow paging is compiled out, nobody need say that hosts have nested paging.
  @Test func aHostWithoutShadowsHasNestedPaging() throws {
    let without = MultiplierAudit(try pool(xen: "4.17.5"))
    #expect(without.findings.map(\.paging) == [.nested])
    #expect(without.findings.map(\.problems) == [[.withoutGain]])
    #expect(without.hosts.map(\.shadowSupport) == [.compiledOut])
    #expect(MultiplierAudit(try pool(xen: "4.13.5")).findings.map(\.paging) == [.unknown])
    #expect(
      MultiplierAudit(try pool(xen: "4.13.5", hap: "false")).findings.map(\.paging) == [.shadow])
  }
}
