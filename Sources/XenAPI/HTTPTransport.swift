import CCurl
import Glibc

/// Posts to hosts over HTTPS: libcurl with one handle, certificates always checked.
final class HTTPTransport {
  /// What is posted, and how.
  struct Request {
    var path: String
    var body: [UInt8]
    var timeoutSeconds: Double
    /// The longest answer, bytes.
    var byteLimit: Int
    /// Whether it changes something: then it goes out once, over a connection of its own.
    var changes = false
    /// How many presses end it.
    var patience = 1
    /// How many presses end it as long as nothing of it was sent.
    var unsentPatience: Int?
  }

  /// The answer to a request.
  struct Reply {
    var status: Int
    var body: [UInt8]
  }

  private let curl: CurlLibrary
  private let handle: UnsafeMutableRawPointer
  private let trust: CertificateTrust
  private let presses: Presses
  /// What libcurl wrote about its last error.
  private let message = UnsafeMutablePointer<CChar>.allocate(capacity: 256)
  /// libcurl's pins by host, of certificates that were found to be pinned ones.
  var pins: [HostAddress: String] = [:]
  /// The option for pins; another one stands for a libcurl that has none.
  var pinOption = CurlNumber.pinnedKey
  /// The first option that libcurl did not take: the request is not made then, for verification may
  /// be what it lacks.
  private var refusedOption: Int32?

  init(trust: CertificateTrust, presses: @escaping Presses) throws(XenAPIError) {
    let curl = try CurlLibrary.shared.get()
    guard let handle = curl.makeHandle() else {
      throw .noLibrary("libcurl gives no handle")
    }
    self.curl = curl
    self.handle = handle
    self.trust = trust
    self.presses = presses
  }

  deinit {
    curl.freeHandle(handle)
    message.deallocate()
  }

  /// Posts, and waits for the answer.
  func post(_ request: Request, to host: HostAddress) throws(XenAPIError) -> Reply {
    if case .pinned(let fingerprints) = trust, pins[host] == nil {
      pins[host] = try pin(of: host, among: fingerprints, request)
    }
    prepare(host, request)
    set(CurlNumber.url, host.origin + request.path)
    set(CurlNumber.postSize, request.body.count)
    request.body.withUnsafeBytes { set(CurlNumber.copyPost, pointer: $0.baseAddress) }
    var headers: UnsafeMutableRawPointer?
    for header in ["Content-Type: application/json", "Expect:"] {
      headers = curl.append(headers, header)
    }
    defer { curl.freeList(headers) }
    set(CurlNumber.headers, pointer: headers)
    let transfer = Transfer(
      limit: request.byteLimit, presses: presses, patience: request.patience,
      unsentPatience: request.unsentPatience)
    let code = try perform(transfer)
    guard code == 0 else { throw error(code, host, request, transfer) }
    return Reply(status: number(CurlNumber.statusInfo), body: transfer.body)
  }

  /// Connects without asking for anything, looks at the certificate, and hangs up.
  private func certificate(
    of host: HostAddress, _ request: Request
  ) throws(XenAPIError) -> Certificate {
    prepareToTalk(request)
    set(CurlNumber.url, host.origin)
    set(CurlNumber.verifyPeer, 0)
    set(CurlNumber.verifyHost, 0)
    set(CurlNumber.connectOnly, 1)
    set(CurlNumber.certificateInfo, 1)
    set(CurlNumber.freshConnection, 1)
    let transfer = Transfer(
      limit: 0, presses: presses, patience: request.patience,
      unsentPatience: request.unsentPatience)
    let code = try perform(transfer)
    guard code == 0 else { throw error(code, host, request, transfer) }
    var found: UnsafeMutablePointer<curl_certificates>?
    _ = curl_get(curl.getInfo, handle, CurlNumber.certificatesInfo, &found)
    if let found, found.pointee.count > 0, let list = found.pointee.certificates {
      var line = list[0]
      while let current = line {
        if let text = current.pointee.text.map({ String(cString: $0) }), text.hasPrefix("Cert:"),
          let certificate = Certificate(pem: text)
        {
          return certificate
        }
        line = current.pointee.next
      }
    }
    throw .unreachable(
      host: "\(host)", reason: "it shows no certificate that can be read", wasSent: false)
  }

  private func pin(
    of host: HostAddress, among fingerprints: [Fingerprint], _ request: Request
  ) throws(XenAPIError) -> String {
    let certificate = try certificate(of: host, request)
    let found = certificate.fingerprint
    guard fingerprints.contains(found), let pin = certificate.publicKeyPin else {
      throw .wrongCertificate(
        host: "\(host)", found: "\(found)", expected: fingerprints.map(\.description))
    }
    return pin
  }

  /// Sets what decides which hosts are believed.
  private func prepare(_ host: HostAddress, _ request: Request) {
    prepareToTalk(request)
    switch trust {
    case .system: break
    case .authority(let path):
      set(CurlNumber.caFile, path)
      // The system's folder of authorities would count as well.
      set(CurlNumber.caFolder, pointer: nil)
    case .pinned:
      // The certificate was compared as a whole; who signed it does not matter.
      set(CurlNumber.verifyPeer, 0)
      set(CurlNumber.verifyHost, 0)
      // Without a pin none would be checked: the other one matches no key.
      set(pinOption, pins[host] ?? "sha256//none")
    }
  }

  /// Sets everything else.
  private func prepareToTalk(_ request: Request) {
    curl.reset(handle)
    refusedOption = nil
    message[0] = 0
    set(CurlNumber.errorBuffer, pointer: message)
    set(CurlNumber.protocols, CurlNumber.https)
    set(CurlNumber.sslVersion, CurlNumber.tls1_2)
    set(CurlNumber.httpVersion, CurlNumber.http1_1)
    set(CurlNumber.noSignals, 1)
    set(CurlNumber.userAgent, "shadowbench")
    // Never through a proxy that some variable names.
    set(CurlNumber.proxy, "")
    let milliseconds = max(1, Int(request.timeoutSeconds * 1000))
    set(CurlNumber.timeoutMilliseconds, milliseconds)
    set(CurlNumber.connectMilliseconds, min(milliseconds, 15_000))
    set(CurlNumber.freshConnection, request.changes ? 1 : 0)
    set(CurlNumber.noReuse, request.changes ? 1 : 0)
  }

  private func perform(_ transfer: Transfer) throws(XenAPIError) -> Int32 {
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    set(CurlNumber.writeData, pointer: context)
    _ = curl_set_writer(curl.setOption, handle, CurlNumber.writer) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    set(CurlNumber.headerData, pointer: context)
    _ = curl_set_writer(curl.setOption, handle, CurlNumber.headerWriter) {
      _, size, count, context in
      guard let context else { return 0 }
      return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().skip(size * count)
    }
    set(CurlNumber.progressOff, 0)
    set(CurlNumber.progressData, pointer: context)
    _ = curl_set_progress(curl.setOption, handle, CurlNumber.progress) {
      context, _, _, _, sent in
      guard let context else { return 1 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.isCancelled(sent: sent) ? 1 : 0
    }
    if let refusedOption {
      throw .noLibrary(
        "this machine's libcurl does not take option \(refusedOption), which is needed to verify "
          + "hosts; nothing was sent")
    }
    return withExtendedLifetime(transfer) { curl.perform(handle) }
  }

  private func error(
    _ code: Int32, _ host: HostAddress, _ request: Request, _ transfer: Transfer
  ) -> XenAPIError {
    let own = String(cString: message)
    let general = curl.text(code).map { String(cString: $0) } ?? "libcurl's error \(code)"
    let reason = own.isEmpty ? general : own
    let wasSent = number(CurlNumber.requestSizeInfo) > 0
    let name = "\(host)"
    switch code {
    case CurlNumber.aborted: return .interrupted(wasSent: wasSent)
    case CurlNumber.timedOut:
      return .timeout(host: name, seconds: request.timeoutSeconds, wasSent: wasSent)
    case CurlNumber.writeRefused where transfer.isFull:
      return .tooLarge(host: name, bytes: request.byteLimit)
    case CurlNumber.badCAFile: return .badInput("--ca: \(reason)")
    case CurlNumber.keyNotMatched, CurlNumber.notVerified:
      let found = try? certificate(of: host, request).fingerprint
      if case .pinned(let fingerprints) = trust {
        return .wrongCertificate(
          host: name, found: found.map(\.description) ?? "another key",
          expected: fingerprints.map(\.description))
      }
      return .untrusted(host: name, reason: reason, found: found.map(\.description))
    default: return .unreachable(host: name, reason: reason, wasSent: wasSent)
    }
  }

  private func set(_ option: Int32, _ value: Int) {
    note(option, curl_set_number(curl.setOption, handle, option, value))
  }

  private func set(_ option: Int32, pointer: UnsafeRawPointer?) {
    note(option, curl_set_pointer(curl.setOption, handle, option, pointer))
  }

  private func note(_ option: Int32, _ code: Int32) {
    if code != 0, refusedOption == nil { refusedOption = option }
  }

  private func set(_ option: Int32, _ text: String) {
    text.withCString { set(option, pointer: $0) }
  }

  private func number(_ info: Int32) -> Int {
    var value = 0
    _ = curl_get(curl.getInfo, handle, info, &value)
    return value
  }
}

/// An answer on its way.
private final class Transfer {
  private(set) var body: [UInt8] = []
  private(set) var isFull = false
  /// The most bytes of headers.
  private static let headerLimit = 1 << 16
  private var headerBytes = 0
  private let limit: Int
  private let presses: Presses
  private let patience: Int
  private let unsentPatience: Int

  init(limit: Int, presses: @escaping Presses, patience: Int, unsentPatience: Int? = nil) {
    self.limit = limit
    self.presses = presses
    self.patience = patience
    self.unsentPatience = unsentPatience ?? patience
  }

  /// Takes bytes; fewer than there are when the limit is reached, which ends the transfer.
  func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard body.count + bytes.count <= limit else {
      isFull = true
      return 0
    }
    body += bytes
    return bytes.count
  }

  /// Takes no notice of so many bytes of headers; fewer when there are too many of them.
  func skip(_ count: Int) -> Int {
    headerBytes += count
    guard headerBytes <= Self.headerLimit else {
      isFull = true
      return 0
    }
    return count
  }

  /// Whether the caller was asked to end often enough, when so many bytes of the body were sent.
  func isCancelled(sent: Int) -> Bool { presses() >= (sent > 0 ? patience : unsentPatience) }
}
