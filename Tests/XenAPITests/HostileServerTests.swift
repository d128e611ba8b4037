import Foundation
import Testing

@testable import XenAPI

/// Servers that answer with what no pool would: every answer is bounded and ends in an error that
/// says what was wrong.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HostileServerTests {
  private func failure(
    _ faults: String..., timeout: Double = 20, password: String = "secret"
  ) throws -> XenAPIError? {
    let host = try StandIn(faults[0], faults.count > 1 ? faults[1] : "--special-numbers")
    let settings = ConnectionSettings(
      address: try HostAddress("127.0.0.1:\(host.port)"), password: password,
      trust: .pinned([try Fingerprint(host.certificate.fingerprint)]), timeoutSeconds: timeout,
      byteLimit: 1 << 20, retries: 0)
    let error = #expect(throws: XenAPIError.self) {
      _ = try XenSession.with(settings) { try $0.poolRecords() }
    }
    let isRefused = ["--echo-password", "--slave-of"].contains(faults[0])
    #expect(host.calls.last == (isRefused ? "session.login_with_password" : "session.logout"))
    return error
  }

  @Test(arguments: ["--flood", "--headers"]) func answersWithoutEnd(_ fault: String) throws {
    guard case .tooLarge? = try failure(fault, "VM.get_all_records") else {
      Issue.record("no limit")
      return
    }
  }

  @Test func aByteAtATime() throws {
    guard case .timeout? = try failure("--trickle", "VM.get_all_records", timeout: 1) else {
      Issue.record("no limit")
      return
    }
  }

  @Test func noRedirectIsFollowed() throws {
    guard case .badReply(_, _, let reason)? = try failure("--redirect", "VM.get_all_records") else {
      Issue.record("followed")
      return
    }
    #expect(reason.contains("302"))
  }

  @Test func deepNesting() throws {
    guard case .badReply(_, _, let reason)? = try failure("--nested", "VM.get_all_records") else {
      Issue.record("taken")
      return
    }
    #expect(reason.contains("nested deeper"))
  }

  @Test(arguments: [
    "", "null", "[]", "7", #"{"id":1e400}"#, #"{"jsonrpc":"2.0","id":5,"result":7}"#,
    #"{"jsonrpc":"2.0","id":59999999999999999999,"result":{}}"#, #"{"error":{"message":7}}"#,
    #"{"jsonrpc":"2.0","id":5,"result":{"OpaqueRef:x":7}}"#, #"{"error":[],"id":5}"#,
    #"{"jsonrpc":"2.0","id":5,"result":{"OpaqueRef:x":{"VCPUs_max":"9223372036854775807"}}}"#,
    #"{"jsonrpc":"2.0","id":5,"result":{"OpaqueRef:x":{"memory_static_max":-1}}}"#,
    #"{"jsonrpc":"2.0","id":5,"result":{"OpaqueRef:x":{"other_config":{"a":{}}}}}"#,
    "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":\"\\ud800\"}",
  ])
  func answersOfWrongTypes(_ text: String) throws {
    guard case .badReply? = try failure("--raw", "VM.get_all_records=\(text)") else {
      Issue.record("taken: \(text)")
      return
    }
  }

  @Test func thePasswordIsInNoError() throws {
    let error = try failure("--echo-password", password: "my-own-password")
    #expect(error?.description.contains("my-own-password") == false)
    #expect(error?.code == "INTERNAL_ERROR")
    let slave = try failure("--slave-of", "my-own-password/x", password: "my-own-password")
    #expect(slave?.description.contains("my-own-password") == false)
  }
}
