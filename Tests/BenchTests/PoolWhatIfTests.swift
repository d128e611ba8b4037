import Foundation
import OutputSupport
import Testing
import XenServer

@testable import Bench

@Suite struct PoolWhatIfTests {
  static let sample = "\(Repository.root)/Workloads/pools/sample.yaml"
  private let commands = CommandTests()

  private func names() throws -> PoolNames {
    let records = try PoolInput.records(Self.sample)
    return PoolNames(
      try PoolInput.pool(records, file: "pool"), templates: records.templates.map(\.nameLabel))
  }

  @Test func machinesByPatternNameAndUUID() throws {
    let names = try names()
    #expect(try names.machines(["Citrix XenApp*"], option: "--on").count == 11)
    #expect(try names.machines(["SQL", "Domain controller ?"], option: "--on").count == 3)
    let id = try names.machine("SQL", option: "--like")
    #expect(try names.machines([id], option: "--on") == [id])
    #expect(try names.machines([], option: "--on").count == 17)
    let template = #expect(throws: InputError.self) {
      try names.machines(["Windows Server*"], option: "--on")
    }
    #expect(template?.reason.contains("template 'Windows Server 2022") == true)
    let near = #expect(throws: InputError.self) { try names.machines(["SLQ"], option: "--on") }
    #expect(near?.reason.contains("did you mean 'SQL'") == true)
  }

  @Test func hostsByNameListAndPartition() throws {
    let names = try names()
    #expect(try names.hosts("xen1, xen3", option: "--lose").count == 2)
    #expect(try names.partitions("xen1|xen2,xen3", option: "--partition").map(\.count) == [1, 2])
    for text in ["xen1|xen2", "xen1,xen2|xen2,xen3", "", "xen1,|xen2,xen3", "xen9|xen1,xen2,xen3"] {
      #expect(throws: InputError.self) { try names.partitions(text, option: "--partition") }
    }
  }

  /// From 1.0 to 4.0 are 3·132 = 396 MiB for each of nine machines.
  @Test func theSampleLosesItsPlanAtFour() throws {
    let run = try commands.shadowbench(
      "pool", "what-if", "--pool", Self.sample, "--multiplier", "4", "--on", "Citrix XenApp*")
    #expect(run.code == 1 && run.errors.isEmpty)
    for text in [
      "failures tolerated       1      0", "most free has xen2, 3496 MiB: 636 MiB short",
      "       9  Citrix XenApp 01         16518      16914         396        3564",
      "xapi itself does not ask the plan", "plan lost: for 1 failure there was one",
    ] {
      #expect(run.output.contains(text), "\(text) is missing:\n\(run.output)")
    }
    let two = try commands.shadowbench(
      "pool", "what-if", "--pool", Self.sample, "--multiplier", "2", "--on", "Citrix XenApp*")
    #expect(two.code == 0 && two.output.hasSuffix("a plan for 1 failure\n"), "\(two.output)")
  }

  @Test func jsonHasTheSame() throws {
    let run = try commands.shadowbench(
      "pool", "what-if", "--pool", Self.sample, "--multiplier", "4", "--on", "Citrix XenApp*",
      "--partition", "xen1|xen2,xen3", "--json")
    #expect(run.code == 1)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(json["schema_version"] as? Int == 2 && json["plan_lost"] as? Bool == true)
    let after = try #require(json["after"] as? [String: Any])
    #expect(after["failures_tolerated"] as? Int == 0 && after["method"] as? String == "exact")
    let tightest = try #require(after["tightest"] as? [String: Any])
    #expect(tightest["margin_mib"] as? Int == -636 && tightest["fails"] as? Bool == true)
    let hosts = try #require(json["hosts"] as? [[String: Any]])
    #expect(hosts.compactMap { $0["free_after_mib"] as? Int } == [37_575, 20_410, 52_422])
    #expect(hosts.compactMap { $0["hap"] as? Bool } == [true, true, false])
    #expect((json["machines"] as? [Any])?.count == 10)
    let fates = try #require(json["fates"] as? [String: String])
    #expect(fates.values.count { $0 == "fenced-outside-best-partition" } == 1)
    #expect((json["loss"] as? [String: Any])?["restarts"] as? [Any] != nil)
  }

  @Test func whatIsNotKnownIsNoNumber() throws {
    let text = """
      about: two hosts of which nobody said what their control domains take
      pool: {name: p, xapi: before-26.3, ha: {enabled: true, failures_to_tolerate: 1}}
      hosts:
        - {name: a, memory_mib: 65536, overhead_mib: 1000}
        - {name: b, memory_mib: 65536, overhead_mib: 1000}
      vms:
        - {name: v, host: a, memory_mib: 4096, vcpus: 2, protection: restart, order: 1}
      """
    try Folder.with(["p.yaml": Data(text.utf8)]) { folder in
      let run = try commands.shadowbench(
        "pool", "what-if", "--pool", folder + "/p.yaml", "--lose", "b", "--json")
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any],
        "\(run.errors)")
      let after = try #require(json["after"] as? [String: Any])
      #expect(after["failures_tolerated"] as? Int == nil)
      #expect(after["failures_tolerated_at_most"] as? Int == 1)
      let pool = try #require(json["pool"] as? [String: Any])
      #expect(pool["unknown_dom0_memory"] as? [String] == ["a", "b"])
    }
  }

  @Test func losingAHostSaysWhereItsMachinesGo() throws {
    let run = try commands.shadowbench("pool", "what-if", "--pool", Self.sample, "--lose", "xen3")
    #expect(run.code == 0)
    for text in [
      "  Print server      none         xen3  not restarted", "then 0 more failures tolerated",
    ] {
      #expect(run.output.contains(text), "\(text) is missing:\n\(run.output)")
    }
    let all = try commands.shadowbench(
      "pool", "what-if", "--pool", Self.sample, "--lose", "xen2,xen3")
    #expect(all.code == 1 && all.output.hasSuffix("protected machines have no place\n"))
  }

  @Test(arguments: [
    ["--pool", "/nonexistent"], ["--pool", sample, "--on", "SQL"],
    ["--pool", sample, "--on", "nobody", "--multiplier", "2"], ["--pool", sample, "--add", "1"],
    ["--pool", sample, "--lose", "xen7"], ["--pool", sample, "--partition", "xen1|xen2"],
    ["--pool", sample, "--failures", "4"], ["--pool", sample, "--multiplier", "nan"],
    ["--pool", sample, "--memory-mib", "0"], ["--pool", sample, "--vcpus", "0"],
    ["--pool", sample, "--protect", "--unprotect"], ["--pool", sample, "--xapi", "9"],
    ["--pool", sample, "--lose-storage", "xen1,"],
    ["--pool", sample, "--add", "0", "--like", "SQL"],
  ])
  func badInputExitsWithTwo(_ arguments: [String]) throws {
    let run = try commands.shadowbench(["pool", "what-if"] + arguments)
    #expect(run.code == 2 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("shadowbench: error: "), "\(run.errors)")
  }
}
