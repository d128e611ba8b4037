import Foundation
import Glibc
import Testing

@testable import XenControl

/// What is answered to a collector of metrics.
@Suite struct HostMetricsTests {
  static let sample = WatchSample(
    domain: 3, name: "we\"b", seconds: 2, pool: PoolSize(pages: 768, isExact: true),
    rules: PoolRules(vcpus: 1, maximumMiB: 256, memoryPages: 65_536, hasNestedPaging: false),
    faultCount: 25_350)

  @Test func theTextIsOpenMetrics() {
    let lines = HostMetrics.text(Self.sample).split(separator: "\n")
    #expect(
      lines.contains(#"xen_domain_paging_pool_bytes{domid="3",name="we\"b"} 3145728"#))
    #expect(
      lines.contains(#"xen_domain_shadow_faults_total{domid="3",name="we\"b"} 25350"#))
    #expect(lines.last == "# EOF")
  }

  @Test(arguments: [
    ("GET /metrics HTTP/1.1\r\n\r\n", "200 OK"), ("GET / HTTP/1.1\r\n\r\n", "404 Not Found"),
    ("POST /metrics HTTP/1.1\r\n\r\n", "405"), ("", "405"),
  ])
  func oneAddressIsAnswered(request: String, status: String) {
    #expect(
      HostMetrics.response(to: request, sample: Self.sample).hasPrefix("HTTP/1.1 " + status))
  }

  @Test func withoutASampleThereIsNone() {
    #expect(HostMetrics.response(to: "GET /metrics", sample: nil).contains("503"))
  }

  @Test func aRequestIsAnsweredOverTheNetwork() async throws {
    let listener = try MetricsListener("127.0.0.1:39217")
    let done = Task.detached {
      listener.answer(within: 10) { HostMetrics.response(to: $0, sample: Self.sample) }
    }
    let caller = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(caller) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(39217).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(caller, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    #expect(isConnected)
    let request = Array("GET /metrics HTTP/1.1\r\n\r\n".utf8)
    #expect(send(caller, request, request.count, 0) == request.count)
    await done.value
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(caller, &bytes, bytes.count, 0)
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).contains("200 OK"))
  }

  @Test(arguments: ["", "9200", "localhost:9200", "127.0.0.1:x", "127.0.0.1:99999", "::1:80"])
  func otherAddressesAreUsageErrors(address: String) {
    let error = #expect(throws: HostError.self) { try MetricsListener(address) }
    #expect(error?.isUsage == true)
  }

  @Test func anAddressOfAnotherMachineIsRefused() {
    let error = #expect(throws: HostError.self) { try MetricsListener("192.0.2.1:9200") }
    #expect(error?.isUsage == false)
  }
}
