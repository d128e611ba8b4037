import Glibc
import ShadowModel
import Testing

@testable import XenControl

/// Changes of a pool: what is sent, what is refused, what is said.
@Suite struct PoolChangeTests {
  func change(
    _ fake: FakeHypervisor, _ request: PoolRequest, _ domain: String = "web", force: Bool = false
  ) throws -> PoolOutcome {
    try fake.host.apply(fake.host.plan(request, domain: domain, isForced: force))
  }

  @Test func exactPagesAreSentAndReadBack() throws {
    let fake = FakeHypervisor()
    let outcome = try change(fake, .pages(1281))
    #expect(fake.sent == [1281])
    #expect(outcome.status == .done)
    #expect(outcome.after == PoolSize(pages: 1281, isExact: true))
    #expect(outcome.plan.undo == "shadowbench host set 3 --pages 768 --force")
  }

  @Test func aSizeBelowTheMinimumIsRaisedAndSaid() throws {
    let fake = FakeHypervisor()
    let outcome = try change(fake, .mebibytes(1))
    #expect(fake.sent == [256])
    #expect(outcome.status == .raised)
    #expect(outcome.after.pages == 385)
    #expect(outcome.plan.expectedPages == 385)
    let text = HostText.lines(outcome, rule: .xapi).joined(separator: "\n")
    #expect(text.contains("raised to the minimum"))
    #expect(text.contains("undo       shadowbench host set 3 --pages 768"))
  }

  @Test func withoutExactCallsWholeMebibytesAreSent() throws {
    let fake = FakeHypervisor(isExact: false)
    let outcome = try change(fake, .pages(1281))
    #expect(fake.sent == [1536])
    #expect(outcome.status == .done)
    #expect(outcome.plan.undo == "shadowbench host set 3 --shadow-mib 3 --force")
    #expect(outcome.plan.notes.contains { $0.contains("whole MiB") })
    #expect(!outcome.after.isExact)
  }

  @Test func aMultiplierIsOfItsRule() throws {
    let rules = PoolRules(
      vcpus: 1, maximumMiB: 256, memoryPages: 65_536, hasNestedPaging: false)
    #expect(try rules.pages(of: .multiplier(2, .mappedOnce)) == 384)
    #expect(try rules.pages(of: .multiplier(2, .xapi)) == 6 * 256)
    #expect(try rules.pages(of: .multiplier(2, .libxl)) == 1536)
    #expect(rules.multiplier(.libxl, ofPages: 1536) == 2)
    #expect(rules.leastPages == 385)
    var nested = rules
    nested.hasNestedPaging = true
    #expect(nested.pages(.libxl) == 512)
  }

  @Test(arguments: [
    PoolRequest.pages(0), .pages(-1), .mebibytes(0), .mebibytes(.nan), .mebibytes(.infinity),
    .multiplier(0, .xapi), .multiplier(-1, .libxl), .mebibytes(1e8), .pages(1 << 32),
  ])
  func zeroAndAbsurdSizesAreNeverSent(request: PoolRequest) {
    let fake = FakeHypervisor()
    let error = #expect(throws: HostError.self) { try change(fake, request) }
    #expect(error?.isUsage == true)
    #expect(fake.sent.isEmpty)
  }

  @Test(arguments: ["0", "5", "Domain-0", "7", "nosuch", "-1", "99999"])
  func domainsWithoutAPoolAreUntouched(domain: String) {
    let fake = FakeHypervisor()
    let error = #expect(throws: HostError.self) { try change(fake, .pages(2000), domain) }
    #expect(error?.isUsage == true)
    #expect(fake.sent.isEmpty)
  }

  @Test func aNameOfTwoDomainsIsRefused() {
    let fake = FakeHypervisor { $0.store["/local/domain/4/name"] = "web" }
    #expect(throws: HostError.ambiguousName("web", [3, 4])) { try change(fake, .pages(2000)) }
  }

  @Test func planningSendsNothing() throws {
    let fake = FakeHypervisor()
    let plan = try fake.host.plan(.mebibytes(6), domain: "3", isForced: false)
    #expect(fake.sent.isEmpty)
    let text = HostText.lines(.planned(plan), rule: .xl).joined(separator: "\n")
    #expect(text.contains("would be"))
    #expect(text.contains("nothing was changed"))
    #expect(!text.contains("undo"))
  }

  @Test func theHostsFreeMemoryIsChecked() throws {
    let fake = FakeHypervisor {
      $0.machine.freePages = 1000
      $0.machine.claimedPages = 500
    }
    #expect(throws: HostError.hostFull(neededPages: 501, freePages: 500)) {
      try change(fake, .pages(1269), force: true)
    }
    #expect(fake.sent.isEmpty)
    #expect(try change(fake, .pages(1268)).status == .done)
    #expect(!HostError.hostFull(neededPages: 1, freePages: 0).isUsage)
  }

  @Test func aNestedPoolBecomesSmallOnlyByForce() throws {
    let fake = FakeHypervisor()
    let raised = try change(fake, .pages(256), "db")
    #expect(raised.status == .raised)
    #expect(fake.sent == [1281])
    #expect(raised.plan.notes.contains { $0.contains("--force") })
    let outcome = try change(fake, .pages(256), "db", force: true)
    #expect(outcome.status == .done)
    #expect(outcome.after.pages == 256)
    #expect(outcome.plan.notes.contains(HostText.nestedPaging))
    #expect(try change(fake, .pages(2000), "db").plan.undo.hasSuffix("--pages 256 --force"))
    let old = FakeHypervisor(isExact: false)
    #expect(try change(old, .pages(256), "db").status == .raised)
    #expect(try change(old, .pages(1300), "db").status == .done)
    #expect(old.sent == [1536, 1536])
  }

  @Test func aFailureSaysWhatIsLeft() throws {
    let fake = FakeHypervisor {
      $0.failures["set"] = ENOMEM
      $0.pagesAfterSet = 900
    }
    let error = #expect(throws: HostError.self) { try change(fake, .pages(2000)) }
    let text = try #require(error).description
    #expect(text.contains("the pool has 900 pages now, had 768"))
    #expect(text.contains("undo: shadowbench host set 3 --pages 768"))
    #expect(error?.isUsage == false)
    let untouched = FakeHypervisor {
      $0.failures["set"] = EPERM
      $0.pagesAfterSet = 768
    }
    let refusal = #expect(throws: HostError.self) { try change(untouched, .pages(2000)) }
    #expect(refusal?.description.contains("the pool still has 768 pages") == true)
  }

  @Test func successThatDidNothingIsFound() throws {
    let fake = FakeHypervisor { $0.pagesAfterSet = 768 }
    #expect(try change(fake, .pages(2000)).status == .refused)
    #expect(try change(fake, .pages(500)).status == .refused)
  }
}
