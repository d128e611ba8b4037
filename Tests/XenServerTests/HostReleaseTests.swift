import Testing
import XenServer

/// On which products shadow paging exists at all.
@Suite struct HostReleaseTests {
  @Test(
    arguments: [
      ("XenServer", "8.4.0", "4.17.5-23", false), ("XCP-ng", "8.3.0", "4.17.3", false),
      ("XCP-ng", "9.0.0", "4.19.1", false), ("XenServer", "9.0.0", "4.19.1", false),
      ("XenServer", nil, "5.0", false), ("XCP-ng", "8.2.1", "4.13.5", true),
      ("Citrix Hypervisor", nil, "4.13.1", true), ("XenServer", "7.1", "4.7.6-6.9", nil),
      ("XenServer", nil, "4.15.0", nil), ("Debian", nil, "4.17.5", nil),
      ("debian", "12", "4.17.5", true), ("debian", "12", "4.17.7", false),
      (nil, "8.4.0", "4.17.5", nil), ("XenServer", "8.4.0", nil, nil),
      ("XenServer", nil, "", nil), ("XenServer", nil, "4", nil),
      ("XenServer", nil, "four.seventeen", nil), ("XenServer", nil, "4.", nil),
      ("XenServer", nil, "99999999999999999999.1", nil),
    ] as [(String?, String?, String?, Bool?)])
  func productsAndVersions(_ brand: String?, _ release: String?, _ xen: String?, _ has: Bool?) {
    let fields = ["product_brand": brand, "product_version": release, "xen": xen]
      .compactMapValues { $0.map { XenValue.string($0) } }
    let record = XenRecord(["uuid": .string("h"), "software_version": .map(fields)])
    let host = HostRecord(reference: "OpaqueRef:h", record: record, metrics: nil)
    #expect(host.hasShadowPaging == has)
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
        "platform": .map([:]),
      ]), class: "VM", reference: "OpaqueRef:v")
    return records
  }

  /// Where shadow paging is compiled out, a guest that is set to it cannot start.
  @Test func aGuestThatNeedsShadowsCannotStartThere() throws {
    for (xen, isFound) in [("4.17.5", true), ("4.13.5", false)] {
      var records = try pool(xen: xen)
      var vm = try #require(records.vms.first)
      vm.record["platform"] = .map(["hap": .string("0")])
      vm.record["HVM_shadow_multiplier"] = .float(1)
      try records.add(vm.record, class: "VM", reference: vm.reference)
      let findings = MultiplierAudit(records).findings
      #expect(findings.map(\.problems) == (isFound ? [[.shadowPagingMissing]] : []))
      #expect(findings.allSatisfy { $0.proposal == nil })
    }
  }

  /// Where shadow paging is compiled out, nobody need say that hosts have nested paging.
  @Test func aHostWithoutShadowsHasNestedPaging() throws {
    let without = MultiplierAudit(try pool(xen: "4.17.5"))
    #expect(without.findings.map(\.paging) == [.nested])
    #expect(without.findings.map(\.problems) == [[.withoutGain]])
    #expect(without.hosts.map(\.hasShadowPaging) == [false])
    #expect(MultiplierAudit(try pool(xen: "4.13.5")).findings.map(\.paging) == [.unknown])
    #expect(
      MultiplierAudit(try pool(xen: "4.13.5", hap: "false")).findings.map(\.paging) == [.shadow])
  }
}
