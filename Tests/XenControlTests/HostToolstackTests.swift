import ShadowModel
import Testing
import XenServer

@testable import XenControl

extension HostSigns {
  /// A machine with these paths and files, and a process of root's.
  static func machine(
    paths: [String] = [], files: [String: String] = [:], process: String? = nil,
    hidden: [String] = []
  ) -> HostSigns {
    HostSigns(
      exists: { path in
        if hidden.contains(path) { return .unknown("\(path): Permission denied") }
        return paths.contains(path) || files[path] != nil ? .yes : .no
      }, runs: { $0 == process ? .yes : .no }, read: { files[$0] })
  }

  static let debian = machine(
    files: ["/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\n"])
  static let xenServer = machine(
    paths: ["/var/lib/xcp/xapi"],
    files: [
      "/etc/xensource-inventory": "PRODUCT_BRAND='XCP-ng'\nPRODUCT_VERSION='8.3.0'\n"
    ], process: "xapi")
}

extension RuleChoice {
  static let xl = RuleChoice(HostToolstack(.debian, readStore: { _ in nil }))
  static let xapi = RuleChoice(HostToolstack(.xenServer, readStore: { _ in nil }))
}

/// Which rule a multiplier is relative to on a host.
@Suite struct HostToolstackTests {
  @Test(arguments: [
    HostSigns.machine(paths: ["/etc/xensource-inventory"]),
    .machine(paths: ["/var/lib/xcp/xapi"]), .machine(paths: ["/var/xapi/xapi"]),
    .machine(process: "xapi"), .xenServer,
    .machine(process: "xapi", hidden: ["/etc/xensource-inventory"]),
  ])
  func oneSignOfXapiIsEnough(machine: HostSigns) throws {
    let choice = RuleChoice(HostToolstack(machine, readStore: { _ in nil }))
    #expect(try choice.certain() == .xapi)
    #expect(choice.text.hasPrefix("xapi: this host runs xapi ("))
  }

  @Test func theStoreIsASignToo() {
    let toolstack = HostToolstack(.debian) { $0 == "/xapi" ? "" : nil }
    #expect(toolstack.rule == .xapi)
    #expect(toolstack.reason.contains("/xapi in xenstore"))
  }

  @Test func withoutASignItIsLibxl() throws {
    #expect(try RuleChoice.xl.certain() == .libxl)
    #expect(RuleChoice.xl.reason.contains("no sign of xapi"))
  }

  @Test func whatIsHiddenIsNotGuessed() throws {
    let toolstack = HostToolstack(
      .machine(hidden: ["/var/lib/xcp/xapi"]), readStore: { _ in nil })
    let guess = RuleChoice(toolstack)
    #expect(guess.rule == .libxl)
    #expect(guess.reason.contains("Permission denied"))
    let error = #expect(throws: HostError.self) { try guess.certain() }
    #expect(error?.isUsage == true)
    #expect(error?.description.contains("--rule xapi or --rule libxl") == true)
    #expect(try RuleChoice(toolstack, named: .xapi).certain() == .xapi)
  }

  @Test func aNamedRuleSaysWhatTheHostsOwnIs() {
    let toolstack = HostToolstack(.xenServer, readStore: { _ in nil })
    let choice = RuleChoice(toolstack, named: .mappedOnce)
    #expect(choice.rule == .mappedOnce)
    #expect(choice.reason.contains("this host's own is xapi"))
    #expect(RuleChoice(toolstack, named: .xapi).reason.contains("own too"))
  }

  /// A domain of 256 MiB that has what XenServer gives it, 3 MiB: 1.5 times that is 4 MiB, cut
  /// off, never the 288 pages of another rule.
  @Test func aMultiplierOnXenServerDoesNotHalveThePool() throws {
    let fake = FakeHypervisor()
    let rule = RuleChoice(fake.host.toolstack(.xenServer))
    let plan = try fake.host.plan(
      .multiplier(1.5, rule.certain()), domain: "web", isForced: false)
    let outcome = try fake.host.apply(plan)
    #expect(fake.sent == [1024])
    #expect(outcome.after.pages == 1024)
    let text = HostText.lines(outcome, rule: rule).joined(separator: "\n")
    #expect(text.contains("before     1.00 × xapi = 3.00 MiB"))
    #expect(text.contains("now        1.33 × xapi = 4.00 MiB"))
    #expect(text.contains("rule       xapi: this host runs xapi (/etc/xensource-inventory"))
    #expect(text.contains("1.5 becomes 4 MiB"))
    let json = try HostJSON.text(outcome, rule: rule)
    #expect(json.contains("\"rule\" : \"xapi\""))
    #expect(json.contains("\"rule_reason\" : \"this host runs xapi"))
  }

  @Test func underXlShadowsCountTwiceAndNestedPagingOnce() throws {
    let fake = FakeHypervisor { $0.machine.freePages = 1_000_000 }
    let rule = try RuleChoice.xl.certain()
    _ = try fake.host.apply(
      fake.host.plan(.multiplier(1.5, rule), domain: "web", isForced: false))
    _ = try fake.host.apply(
      fake.host.plan(.multiplier(1.5, rule), domain: "db", isForced: false))
    #expect(fake.sent == [(256 + 2 * 256) * 3 / 2, (2 * 256 + 1024) * 3 / 2])
  }

  @Test func aHostSaysWhatItIs() throws {
    let host = FakeHypervisor { $0.machine.hasShadowPaging = false }.host
    let text = HostText.info(try host.info(.debian)).joined(separator: "\n")
    #expect(text.contains("not built in"))
    #expect(text.contains("Debian 12, security: shadow paging left out"))
    #expect(text.contains("XSA-495"))
    #expect(text.contains("rule            libxl: "))
    #expect(text.contains("tracing         safe"))
    let json = try HostJSON.text(host.info(.xenServer))
    #expect(json.contains("\"product\" : \"XenServer 8, XCP-ng 8.3\""))
    #expect(json.contains("\"rule\" : \"xapi\""))
    var old = try FakeHypervisor().host.info(.debian)
    old.version = XenVersion(major: 4, minor: 17, extra: ".5")
    #expect(HostText.info(old).contains { $0.hasPrefix("tracing         dangerous") })
    #expect(try HostJSON.text(old).contains("\"tracing_dangerous\" : true"))
  }
}
