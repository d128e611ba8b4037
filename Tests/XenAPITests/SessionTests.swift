import Foundation
import Testing
import XenServer

@testable import XenAPI

/// The client against the stand-in, over TLS.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SessionTests {
  private func settings(
    _ host: StandIn, password: String = "secret", trust: CertificateTrust? = nil,
    version: ConnectionSettings.Version = .two, timeout: Double = 10, limit: Int = 1 << 24
  ) throws -> ConnectionSettings {
    ConnectionSettings(
      address: try HostAddress("127.0.0.1:\(host.port)"), password: password,
      trust: try trust ?? .pinned([Fingerprint(host.certificate.fingerprint)]), version: version,
      timeoutSeconds: timeout, byteLimit: limit)
  }

  /// The error of an attempt to read the pool.
  private func failure(_ settings: ConnectionSettings) -> XenAPIError? {
    #expect(throws: XenAPIError.self) {
      _ = try XenSession.with(settings) { try $0.poolRecords() }
    }
  }

  @Test(arguments: ConnectionSettings.Version.allCases)
  func readsAPoolInBothForms(_ version: ConnectionSettings.Version) throws {
    let host = try StandIn()
    let records = try XenSession.with(settings(host, version: version)) { try $0.poolRecords() }
    #expect(records.format == .live)
    #expect(records.hosts.count == 3)
    #expect(records.vms.count { $0.kind == .machine } == 9)
    let file = try RecordFile.read("\(StandIn.folder)/pool.json")
    #expect(records.records(class: "VM") == file.records(class: "VM"))
    #expect(host.calls.first == "session.login_with_password")
    #expect(host.calls.last == "session.logout")
  }

  @Test func anAuthoritysCertificateIsChecked() throws {
    let host = try StandIn()
    let trusted = CertificateTrust.authority(path: host.certificate.certificate)
    #expect(
      try XenSession.with(settings(host, trust: trusted)) { try $0.poolRecords() }.hosts.count == 3)
    let other = try TestCertificate(folder: host.folder, name: "other")
    for trust in [.authority(path: other.certificate), CertificateTrust.system] {
      guard case .untrusted(_, _, let found)? = failure(try settings(host, trust: trust)) else {
        Issue.record("an unknown certificate was trusted")
        continue
      }
      #expect(found == host.certificate.fingerprint)
    }
    #expect(host.calls.count { $0 == "session.login_with_password" } == 1)
  }

  @Test func aWrongCertificateGetsNoPassword() throws {
    let host = try StandIn()
    let expected = "sha256:" + Array(repeating: "AB", count: 32).joined(separator: ":")
    let error = failure(try settings(host, trust: .pinned([Fingerprint(expected)])))
    #expect(
      error
        == .wrongCertificate(
          host: "127.0.0.1:\(host.port)", found: host.certificate.fingerprint,
          expected: [expected]))
    #expect(error?.description.contains("nothing was sent") == true)
    #expect(host.calls.isEmpty)
  }

  @Test(arguments: ConnectionSettings.Version.allCases)
  func aWrongPasswordIsSaid(_ version: ConnectionSettings.Version) throws {
    let host = try StandIn()
    let error = failure(try settings(host, password: "wrong", version: version))
    #expect(error == .wrongPassword(host: "127.0.0.1:\(host.port)", user: "root"))
    #expect(host.calls == ["session.login_with_password"])
  }

  @Test func errorsMayBeBareArrays() throws {
    let host = try StandIn("--bare-errors")
    #expect(failure(try settings(host, password: "wrong"))?.isUsage == true)
  }

  @Test func aSlaveSendsOnToTheMaster() throws {
    let master = try StandIn(certificate: "master")
    let slave = try StandIn(
      "--listen", "127.0.0.2", "--port", "\(master.port)", "--slave-of", "127.0.0.1")
    let pins = try [master, slave].map { try Fingerprint($0.certificate.fingerprint) }
    func settings(_ trust: CertificateTrust) throws -> ConnectionSettings {
      var settings = try self.settings(slave, trust: trust)
      settings.address = try HostAddress("127.0.0.2:\(master.port)")
      return settings
    }
    let hosts = try XenSession.with(settings(.pinned(pins))) { session in
      #expect(session.host.host == "127.0.0.1")
      return try session.poolRecords().hosts
    }
    #expect(hosts.count == 3)
    #expect(slave.calls == ["session.login_with_password"])
    #expect(master.calls.last == "session.logout")
    // The slave's certificate says nothing about the master.
    guard case .wrongCertificate(let host, _, _)? = failure(try settings(.pinned([pins[1]]))) else {
      Issue.record("the master's certificate was not checked")
      return
    }
    #expect(host == "127.0.0.1:\(master.port)")
  }

  @Test func redirectsThatLeadNowhere() throws {
    let slave = try StandIn("--slave-of", "127.0.0.1")
    guard case .redirectLoop(let hosts)? = failure(try settings(slave)) else {
      Issue.record("a loop was not noticed")
      return
    }
    #expect(hosts.count == 2)
    for address in ["xen1/evil", "", "a b", "user@host"] {
      let host = try StandIn("--slave-of", address)
      #expect(failure(try settings(host)) != nil)
      #expect(host.calls == ["session.login_with_password"])
    }
  }

  @Test func anExpiredSessionIsRenewedForReading() throws {
    let host = try StandIn("--expire-after", "3")
    let records = try XenSession.with(settings(host)) { try $0.poolRecords() }
    #expect(records.hosts.count == 3)
    #expect(host.calls.count { $0 == "session.login_with_password" } > 2)
    #expect(host.calls.last == "session.logout")
  }

  @Test func lateEndlessAndBrokenAnswers() throws {
    let late = try StandIn("--delay", "VM.get_all_records=3")
    guard case .timeout(_, 0.5, true)? = failure(try settings(late, timeout: 0.5)) else {
      Issue.record("no time limit")
      return
    }
    let flood = try StandIn("--flood", "VM.get_all_records")
    #expect(
      failure(try settings(flood, limit: 1 << 20))
        == .tooLarge(host: "127.0.0.1:\(flood.port)", bytes: 1 << 20))
    #expect(flood.calls.last == "session.logout")
    let truncated = try StandIn("--truncate", "VM.get_all_records")
    guard case .unreachable? = failure(try settings(truncated)) else {
      Issue.record("half an answer was taken")
      return
    }
    #expect(truncated.calls.count { $0 == "VM.get_all_records" } == 3)
    #expect(truncated.calls.last == "session.logout")
    let garbage = try StandIn("--garbage", "host.get_all_records")
    guard case .badReply? = failure(try settings(garbage)) else {
      Issue.record("HTML was taken")
      return
    }
    #expect(garbage.calls.last == "session.logout")
  }

  @Test func aHostThatIsNotThere() throws {
    let host = try StandIn()
    let settings = try settings(host)
    host.stop()
    guard case .unreachable(_, _, wasSent: false)? = failure(settings) else {
      Issue.record("a dead host answered")
      return
    }
  }

  @Test func fractionsKeepTheirPoint() throws {
    let host = try StandIn()
    try XenSession.with(settings(host)) { session in
      let vm = try #require(
        try session.poolRecords().vms.first { $0.powerState == .halted && $0.kind == .machine })
      let whole = #expect(throws: XenAPIError.self) {
        try session.change(
          "VM.set_HVM_shadow_multiplier", [.string(vm.reference), .integer(2)])
      }
      #expect(whole?.code == "FIELD_TYPE_ERROR")
      try session.change("VM.set_HVM_shadow_multiplier", [.string(vm.reference), .float(2)])
      #expect(try session.vm(uuid: vm.uuid ?? "").shadowMultiplier == 2)
    }
  }

  @Test func theSessionEndsWhenTheCallerFails() throws {
    struct Own: Error {}
    let host = try StandIn()
    #expect(throws: Own.self) { try XenSession.with(settings(host)) { _ in throw Own() } }
    #expect(host.calls == ["session.login_with_password", "session.logout"])
  }

  /// The server has made the session by then; only its name can end it.
  @Test(arguments: [1, 5]) func anInterruptionWhileLoggingInLeavesNoSession(_ presses: Int) throws {
    let host = try StandIn("--delay", "session.login_with_password=2")
    let begin = ContinuousClock.now
    let error = #expect(throws: XenAPIError.self) {
      try XenSession.with(
        settings(host), presses: { ContinuousClock.now - begin > .seconds(1) ? presses : 0 }
      ) { try $0.poolRecords() }
    }
    guard case .interrupted? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(host.calls.first == "session.login_with_password")
    #expect(host.calls.last == "session.logout")
  }

  @Test func aLibcurlWithoutPinsSendsNothing() throws {
    let host = try StandIn()
    let settings = try settings(host)
    let transport = try HTTPTransport(trust: settings.trust, presses: { 0 })
    // No option has this number.
    transport.pinOption = 19_999
    let error = #expect(throws: XenAPIError.self) {
      try transport.post(request, to: settings.address)
    }
    guard case .noLibrary? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(host.calls.isEmpty)
  }

  @Test func aCertificateThatChangesAfterItWasSeenGetsNothing() throws {
    let (first, second) = (try StandIn(), try StandIn(certificate: "other"))
    let address = try settings(first).address
    let other = try settings(second).address
    let transport = try HTTPTransport(trust: try settings(first).trust, presses: { 0 })
    _ = try transport.post(request, to: address)
    transport.pins[other] = transport.pins[address]
    let error = #expect(throws: XenAPIError.self) { try transport.post(request, to: other) }
    guard case .wrongCertificate? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!first.calls.isEmpty && second.calls.isEmpty)
  }

  private var request: HTTPTransport.Request {
    HTTPTransport.Request(
      path: "/jsonrpc",
      body: JSONRPC.call("session.logout", [.string("none")], id: 1, version: .two),
      timeoutSeconds: 10, byteLimit: 1 << 16)
  }

  @Test func anInterruptionEndsReadingAndTheSession() throws {
    let host = try StandIn("--delay", "VM.get_all_records=5")
    let begin = ContinuousClock.now
    let error = #expect(throws: XenAPIError.self) {
      try XenSession.with(
        settings(host), presses: { ContinuousClock.now - begin > .seconds(1) ? 1 : 0 }
      ) { try $0.poolRecords() }
    }
    guard case .interrupted? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
