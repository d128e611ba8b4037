import Testing
import XenServer

@testable import Bench

@Suite struct PoolDescriptionTests {
  /// Every key once.
  static let text = """
    about: A pool for tests.
    pool:
      name: Test
      uuid: p
      xapi: since-26.3
      ha: {enabled: true, failures_to_tolerate: 1, plan_exists_for: 1, allow_overcommit: false, clustered: true}
    hosts:
      - {name: a, uuid: ua, address: 10.0.0.1, memory_mib: 20000, overhead_mib: 500, hap: true}
      - {name: b, memory_mib: 30000, dom0_mib: 1000, dom0_vcpus: 2, enabled: true, live: true, cluster_member: false}
    vms:
      - {name: one, host: a, memory_mib: 4096, vcpus: 2, protection: restart, order: 3}
      - name: two
        uuid: u2
        power: halted
        memory_mib: 4096
        static_min_mib: 512
        dynamic_min_mib: 1024
        dynamic_max_mib: 2048
        overhead_mib: 40
        vcpus: 2
        multiplier: 1.5
        type: pv
        platform: {nx: "true"}
        always_run: true
        only_on: [b, a]
      - {name: tem, template: true, application_template: true, memory_mib: 512, vcpus: 1}
    """

  private static func replacing(_ number: Int, _ line: String?) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let line { lines[number - 1] = line } else { lines.remove(at: number - 1) }
    return lines.joined(separator: "\n")
  }

  @Test func everyKeyArrives() throws {
    let records = try PoolDescription(text: Self.text).records
    let pool = try PlannerPool(records: records)
    #expect(pool.name == "Test" && pool.model.version == .since26_3)
    #expect(
      pool.highAvailability
        == PlannerPool.HighAvailability(
          failuresToTolerate: 1, planExistsFor: 1, isClustered: true))
    let hosts = pool.hosts.sorted { $0.name < $1.name }
    #expect(hosts.map(\.usableBytes) == [19_500 << 20, 30_000 << 20])
    #expect(hosts.map(\.hasHAP) == [true, nil] && hosts.map(\.isClusterMember) == [true, false])
    #expect(hosts[0].id == "ua" && hosts[1].id == "00000000-0000-4000-8000-000000000001")
    let one = try #require(pool.vms.first { $0.name == "one" })
    #expect(one.isProtected && one.order == 3 && one.host == "ua" && one.isAgile)
    #expect(one.recordedOverheadBytes == 37 << 20)
    let two = try #require(pool.vms.first { $0.name == "two" })
    #expect(two.shape.multiplier == 1.5 && two.shape.domainType == .pv && two.host == nil)
    #expect(two.shape.dynamicMinBytes == 1024 << 20 && two.shape.dynamicMaxBytes == 2048 << 20)
    #expect(two.recordedOverheadBytes == 40 << 20 && two.boundHosts?.count == 2)
    let dom0 = pool.vms.filter(\.isControlDomain)
    #expect(dom0.map(\.host) == [hosts[1].id] && dom0[0].shape.vcpus == 2)
    let template = try #require(records.templates.first)
    #expect(template.isApplicationTemplate && template.nameLabel == "tem")
    let record = try #require(records.vms.first { $0.nameLabel == "two" })
    #expect(record.powerState == .halted && record.platform == ["nx": "true"])
    #expect(record.staticMinBytes == 512 << 20)
  }

  @Test func aDumpOfItIsTheSamePool() throws {
    for path in ["\(Repository.root)/Workloads/pools/sample.yaml"] {
      let records = try PoolInput.records(path)
      let text = RecordDump.text(records)
      let again = try RecordFile.parse(Array(text.utf8), file: "dump")
      #expect(again.objects == records.objects)
      #expect(try PlannerPool(records: again) == PlannerPool(records: records))
    }
  }

  static let bad: [BadFile] = [
    BadFile(replacing(1, "abuot: x"), line: 1, "did you mean about"),
    BadFile(replacing(5, "  xapi: 26"), line: 5, "expected one of before-26.3, since-26.3"),
    BadFile(replacing(6, "  ha: {failures_to_tolerate: 3}"), line: 6, "from 0 to 2"),
    BadFile(replacing(6, "  ha: {plan_exists_for: -1}"), line: 6, "from 0 to 2"),
    BadFile(replacing(6, "  ha: {enabled: yes}"), line: 6, "expected true or false"),
    BadFile(replacing(8, "  - {name: b, memory_mib: 1}"), line: 9, "name of another host"),
    BadFile(replacing(8, "  - {name: a}"), line: 8, "'memory_mib' is missing"),
    BadFile(replacing(8, "  - {name: a, memory_mib: 0}"), line: 8, "memory_mib"),
    BadFile(
      replacing(8, "  - {name: a, memory_mib: 9, overhead_mib: 10}"), line: 8, "from 0 to 9"),
    BadFile(
      replacing(9, "  - {name: b, memory_mib: 9, overhead_mib: 4, dom0_mib: 6}"), line: 9,
      "from 0 to 5"),
    BadFile(replacing(9, "  - {name: b, uuid: ua, memory_mib: 9}"), line: 9, "another one"),
    BadFile(
      replacing(11, "  - {name: one, host: c, memory_mib: 1, vcpus: 1}"), line: 11, "no host 'c'"),
    BadFile(
      replacing(11, "  - {name: one, power: running, memory_mib: 1, vcpus: 1}"), line: 11,
      "needs a host"),
    BadFile(
      replacing(11, "  - {name: one, power: halted, host: a, memory_mib: 1, vcpus: 1}"), line: 11,
      "is on no host"),
    BadFile(replacing(11, "  - {name: one, host: a, vcpus: 1}"), line: 11, "memory_mib"),
    BadFile(
      replacing(11, "  - {name: one, host: a, memory_mib: 1, vcpus: 1, protection: high}"),
      line: 11, "restart, best-effort, none"),
    BadFile(replacing(17, "    dynamic_min_mib: 4096"), line: 17, "from 1 to 2048"),
    BadFile(replacing(16, "    static_min_mib: 2000"), line: 16, "from 0 to 1024"),
    BadFile(replacing(21, "    multiplier: .nan"), line: 21, "a number from 0 to 1000"),
    BadFile(replacing(22, "    type: xen"), line: 22, "expected one of hvm, pvh, pv, pv_in_pvh"),
    BadFile(replacing(23, "    platform: nx"), line: 23, "expected keys and values"),
    BadFile(replacing(25, "    only_on: [c]"), line: 25, "no host 'c'"),
    BadFile(replacing(25, "    only_on: []"), line: 25, "a list of 1"),
    BadFile(
      replacing(26, "  - {name: t, template: true, host: a, memory_mib: 1, vcpus: 1}"), line: 26,
      "a template does not run"),
    BadFile("pool: {name: x}", line: 1, "'hosts' is missing"),
    BadFile("hosts: []", line: 1, "expected a list of 1"),
  ]

  @Test(arguments: bad) func badDescriptionsSayWhereAndWhy(_ bad: BadFile) {
    let error = #expect(throws: InputError.self) {
      try PoolDescription(text: bad.text, file: "pool.yaml")
    }
    #expect(error?.file == "pool.yaml" && error?.line == bad.line)
    #expect(error?.reason.contains(bad.reason) == true, "\(error?.reason ?? "no error")")
  }

  /// Whatever is cut off or left out: an error, or a pool that can be planned for.
  @Test func piecesOfADescriptionDoNotTrap() throws {
    let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false).count
    let cuts = stride(from: 0, to: Self.text.count, by: 3).map { String(Self.text.prefix($0)) }
    for text in cuts + (1...lines).map({ Self.replacing($0, nil) }) {
      do {
        let pool = try PoolInput.pool(PoolDescription(text: text).records, file: "pool")
        _ = try PoolQuestion().answer(pool, file: "pool")
      } catch {
        #expect(!error.reason.isEmpty)
      }
    }
  }

  @Test func otherFilesAreReadByContentAndErrorsKeepTheirLine() throws {
    let error = #expect(throws: InputError.self) { try PoolInput.records("/nonexistent.json") }
    #expect(error?.file == "/nonexistent.json")
    let listing = "\(Repository.root)/Tests/Fixtures/records/vm-list.txt"
    #expect(try PoolInput.records(listing).format == .xeText)
    let noHosts = #expect(throws: InputError.self) { try PoolInput.pool(listing) }
    #expect(noHosts?.reason.contains("hosts") == true)
  }
}
