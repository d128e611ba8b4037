import Glibc

/// Answers HTTP requests on an address, one after the other, in the thread that waits for them.
public final class MetricsListener: Sendable {
  private let socketNumber: Int32

  /// Listens on `ADDRESS:PORT`, an IPv4 address.
  ///
  /// C: `socket`, `bind`, `listen`.
  public init(_ text: String) throws(HostError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    guard parts.count == 2, let port = UInt16(parts[1]),
      inet_pton(AF_INET, String(parts[0]), &address.sin_addr) == 1
    else {
      throw .badSize("--listen \(text): give an IPv4 address and a port, such as 127.0.0.1:9200")
    }
    address.sin_port = port.bigEndian
    socketNumber = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var isOn: Int32 = 1
    setsockopt(
      socketNumber, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socketNumber, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, Glibc.listen(socketNumber, 8) == 0 else {
      throw .noAddress(text, errno: errno)
    }
  }

  /// C: `close`.
  deinit { close(socketNumber) }

  /// Waits at most so many seconds for a request and answers it.
  ///
  /// A caller that says nothing for a tenth of a second is not answered.
  ///
  /// C: `poll`, `accept`, `recv`, `send`.
  public func answer(within seconds: Double, _ respond: (String) -> String) {
    guard isReadable(socketNumber, seconds) else { return }
    let caller = accept(socketNumber, nil, nil)
    guard caller >= 0 else { return }
    defer { close(caller) }
    guard isReadable(caller, 0.1) else { return }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(caller, &bytes, bytes.count, 0)
    guard count > 0 else { return }
    let response = Array(respond(String(decoding: bytes[..<count], as: UTF8.self)).utf8)
    _ = send(caller, response, response.count, Int32(MSG_NOSIGNAL))
  }

  private func isReadable(_ number: Int32, _ seconds: Double) -> Bool {
    var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, Int32(seconds * 1000)) > 0
  }
}
