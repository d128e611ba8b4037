import Foundation
import Glibc
import ShadowModel
import Testing
import XenServer

@testable import XenControl

/// What a host says about itself and its domains.
@Suite struct HostTests {
  @Test func recordsAreReadByVersion() {
    var physical = [UInt8](repeating: 0, count: XenLayout.bufferBytes)
    physical[28] = 0b1_1000
    physical[32] = 7
    physical[40] = 9
    physical[48] = 4
    physical[56] = 2
    physical[64] = 1
    let old = XenLayout.machine(physical, version: XenVersion(major: 4, minor: 16))
    #expect((old.totalPages, old.freePages, old.claimedPages) == (7, 9, 2))
    let new = XenLayout.machine(physical, version: XenVersion(major: 4, minor: 17))
    #expect((new.totalPages, new.freePages, new.claimedPages) == (9, 4, 1))
    #expect(new.hasNestedPaging && new.hasShadowPaging && new.usablePages == 3)
  }

  @Test func aDomainsRecordIsRead() {
    var bytes = [UInt8](repeating: 0, count: XenLayout.bufferBytes)
    bytes[0] = 3
    bytes[4] = 0b10
    bytes[10] = 1
    bytes[68] = 1
    bytes[57] = 2
    bytes[76] = 0xa
    bytes[91] = 0xf0
    bytes[104] = 1
    #expect(
      XenLayout.domain(bytes)
        == DomainInfo(
          id: 3, mode: .pvh, hasNestedPaging: false, vcpus: 2, memoryPages: 65_536,
          processorNanoseconds: 512, handle: "0a" + String(repeating: "0", count: 28) + "f0"))
    bytes[5] = 1
    bytes[104] = 0xff
    #expect(XenLayout.domain(bytes).mode == .hvm)
    #expect(XenLayout.domain(bytes).hasNestedPaging)
    for index in 68..<72 { bytes[index] = 0xff }
    #expect(XenLayout.domain(bytes).vcpus == 0)
  }

  @Test func domainsAreFoundByNumberAndName() throws {
    let host = FakeHypervisor().host
    #expect(try host.domains().map(\.info.id) == [0, 3, 4, 5])
    #expect(try host.domain("3") == host.domain("web"))
    #expect(throws: HostError.noSuchDomain("'1'")) { try host.domain("1") }
    let numbered = FakeHypervisor { $0.store["/local/domain/5/name"] = "8" }.host
    #expect(try numbered.domain("8").info.id == 5)
  }

  @Test func theListShowsEveryKindOfDomain() throws {
    let rows = try FakeHypervisor().host.domains().map(HostText.row)
    #expect(rows.allSatisfy { $0.count == HostText.columns.count })
    #expect(
      rows[1] == [
        "3", "web", "PVH", "shadow", "1", "256.00", "768", "3.00", "385", "192", "4.00", "768",
        "1.00", "768", "1.00", "25350",
      ])
    #expect(rows[2][3] == "hap")
    #expect(rows[2][8] == "-")
    #expect(rows[2].last == "-")
    #expect(rows[3][6...].allSatisfy { $0 == "-" })
    let old = try FakeHypervisor(isExact: false).host.domain("web")
    #expect(HostText.row(old)[6] == "≤768")
  }

  @Test func oneDomainThatCannotBeReadDoesNotHideTheOthers() throws {
    let fake = FakeHypervisor { $0.failures["get"] = EBUSY }
    let domains = try fake.host.domains()
    #expect(domains.count == 4)
    #expect(domains[1].poolError == .call("get", domain: 3, errno: EBUSY))
    #expect(throws: HostError.self) { try fake.host.domainWithPool("web") }
  }

  @Test func nestedPagingIsSaidPlainly() throws {
    let report = try FakeHypervisor().host.domainWithPool("db")
    let pool = try #require(report.pool)
    #expect(HostText.lines(report, pool: pool, rule: .xl).joined().contains("buys no speed"))
  }

  @Test(arguments: [
    (EPERM, "root in dom0", false), (EACCES, "match the versions", false),
    (ESRCH, "no such domain", true), (EINVAL, "this one itself", true),
    (ENOMEM, "no free memory", false), (EOPNOTSUPP, "does not support", false),
    (EBUSY, "try again", false),
  ])
  func errorsSayWhatToDo(number: Int32, advice: String, isUsage: Bool) {
    let error = HostError.call("xc_shadow_control", domain: 3, errno: number)
    #expect(error.description.contains(advice))
    #expect(error.description.hasPrefix("domain 3: "))
    #expect(error.isUsage == isUsage)
  }

  @Test func missingLibraryIsNoUsageError() {
    let error = HostError.noLibrary("there is no libxenctrl")
    #expect(!error.isUsage)
    #expect(error.description.contains("dom0"))
    #expect(error.description.contains("libxenmisc"))
  }

  @Test func jsonIsInSnakeCase() throws {
    let host = FakeHypervisor().host
    let list = try object(HostJSON.text(host.domains(), rule: .xl))
    #expect(list["schema_version"] as? Int == 1)
    let domains = try #require(list["domains"] as? [[String: Any]])
    #expect(domains[1]["minimum_pages"] as? Int == 385)
    #expect(domains[1]["pages_exact"] as? Bool == true)
    #expect(domains[1]["shadow_mib"] as? Double == 3)
    #expect(domains[3]["pages"] == nil)
    let info = try object(HostJSON.text(host.info(.debian)))
    #expect(info["xen_version"] as? String == "4.17.7")
    #expect(info["shadow_paging"] as? Bool == true)
    let plan = try host.plan(.mebibytes(1), domain: "web", isForced: false)
    let set = try object(HostJSON.text(host.apply(plan), rule: .xapi))
    #expect(set["status"] as? String == "raised")
    #expect((set["after"] as? [String: Any])?["pages"] as? Int == 385)
    #expect(set["undo"] as? String == "shadowbench host set 3 --pages 768")
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
