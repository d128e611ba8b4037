import Glibc
public import XenServer

/// How often a caller was asked to end, by ^C, or because the terminal has gone.
///
/// It is asked at any moment, by any thread.
public typealias Presses = @Sendable () -> Int

/// A session with a pool's master.
///
/// It is made, used and ended by ``with(_:presses:_:)``, so that none is left on the server.
public final class XenSession {
  /// The host that is spoken to: the master.
  public private(set) var host: HostAddress
  private let settings: ConnectionSettings
  private let transport: HTTPTransport
  private let presses: Presses
  private var reference: String?
  private var lastID: Int64 = 0

  /// Logs in, does `body`, and logs out, whatever happens in between.
  ///
  /// A host that is not the master says who is; that is where the session goes then.
  ///
  /// The first press ends what only reads; a change that is under way is waited for. The second
  /// ends that too. Nothing ends the logout, nor a login that was sent.
  /// - Parameter presses: how often the caller was asked to end, so far
  /// - Throws: ``XenAPIError``, and what `body` throws
  public static func with<R>(
    _ settings: ConnectionSettings, presses: @escaping Presses = { 0 },
    _ body: (XenSession) throws -> R
  ) throws -> R {
    let session = try XenSession(settings, presses)
    defer { session.logOut() }
    try session.logIn()
    return try body(session)
  }

  private init(
    _ settings: ConnectionSettings, _ presses: @escaping Presses
  ) throws(XenAPIError) {
    self.settings = settings
    self.presses = presses
    host = settings.address
    transport = try HTTPTransport(trust: settings.trust, presses: presses)
  }

  /// Whether the caller was asked to end.
  public var isInterrupted: Bool { presses() > 0 }

  /// Makes a call that only reads: again when there was no answer, and after a new login when the
  /// session has ended.
  /// - Parameter patience: how many presses give it up
  public func read(
    _ method: String, _ parameters: [XenValue] = [], patience: Int = 1
  ) throws(XenAPIError) -> XenValue {
    var attempt = 0
    while true {
      do {
        return try renewing { () throws(XenAPIError) in
          try call(method, parameters, patience: patience)
        }
      } catch {
        guard attempt < settings.retries, Self.isWorthRetrying(error) else { throw error }
        attempt += 1
        usleep(UInt32(200_000 * attempt))
        guard presses() < patience else { throw .interrupted(wasSent: false) }
      }
    }
  }

  /// Makes a call that changes something: once, whatever comes of it.
  ///
  /// ``XenAPIError/leavesOutcomeUnknown`` says whether an error leaves open what was done.
  public func change(_ method: String, _ parameters: [XenValue]) throws(XenAPIError) {
    guard !isInterrupted else { throw .interrupted(wasSent: false) }
    _ = try call(method, parameters, changes: true, patience: 2)
  }

  private static func isWorthRetrying(_ error: XenAPIError) -> Bool {
    switch error {
    case .unreachable, .timeout, .badReply: true
    default: false
    }
  }

  /// Logs in again when the session has ended meanwhile, or another host has become master.
  private func renewing(
    _ body: () throws(XenAPIError) -> XenValue
  ) throws(XenAPIError) -> XenValue {
    do {
      return try body()
    } catch {
      guard error.code == "SESSION_INVALID" || error.code == "HOST_IS_SLAVE" else { throw error }
      reference = nil
      try logIn()
      return try body()
    }
  }

  private func logIn() throws(XenAPIError) {
    var asked = [host]
    while true {
      do throws(XenAPIError) {
        let value = try post(
          "session.login_with_password",
          [
            .string(settings.user), .string(settings.password), .string("1.0"),
            .string("shadowbench"),
          ],
          // A session whose name never came could not be ended: what was sent is waited for.
          patience: Int.max, unsentPatience: 1)
        guard let session = value.string, !session.isEmpty else {
          throw XenAPIError.badReply(
            host: "\(host)", call: "session.login_with_password", reason: "it is no session")
        }
        reference = session
        return
      } catch {
        guard error.code == "HOST_IS_SLAVE", case .refused(_, _, let parameters) = error else {
          guard error.code == "SESSION_AUTHENTICATION_FAILED" else {
            throw error.without(settings.password)
          }
          throw .wrongPassword(host: "\(host)", user: settings.user)
        }
        let master = try master(parameters.first ?? "")
        guard asked.count < 4, !asked.contains(master) else {
          throw .redirectLoop((asked + [master]).map(\.description))
        }
        asked.append(master)
        host = master
      }
    }
  }

  /// The host that a slave names.
  private func master(_ address: String) throws(XenAPIError) -> HostAddress {
    do {
      return try HostAddress(Self.bracketed(address), port: host.port)
    } catch {
      throw .badReply(
        host: "\(host)", call: "session.login_with_password",
        reason: "it is a slave, and what it names as the master is no address")
    }
  }

  /// An address without a port, so that none is read into it.
  private static func bracketed(_ address: String) -> String {
    address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address
  }

  private func logOut() {
    guard let session = reference else { return }
    reference = nil
    // The answer matters to nobody: the session ends on its own in time.
    _ = try? post("session.logout", [.string(session)], limit: 5, patience: Int.max)
  }

  private func call(
    _ method: String, _ parameters: [XenValue], changes: Bool = false, patience: Int
  ) throws(XenAPIError) -> XenValue {
    guard let reference else {
      throw .refused(call: method, code: "SESSION_INVALID", parameters: [])
    }
    return try post(
      method, [.string(reference)] + parameters, changes: changes, patience: patience)
  }

  private func post(
    _ method: String, _ parameters: [XenValue], changes: Bool = false, limit: Double? = nil,
    patience: Int = 1, unsentPatience: Int? = nil
  ) throws(XenAPIError) -> XenValue {
    lastID += 1
    let request = HTTPTransport.Request(
      path: "/jsonrpc",
      body: JSONRPC.call(method, parameters, id: lastID, version: settings.version),
      timeoutSeconds: limit ?? settings.timeoutSeconds, byteLimit: settings.byteLimit,
      changes: changes, patience: patience, unsentPatience: unsentPatience)
    let reply = try transport.post(request, to: host)
    guard reply.status == 200 else {
      throw .badReply(
        host: "\(host)", call: method, reason: "HTTP status \(reply.status) instead of 200")
    }
    do {
      return try JSONRPC.result(reply.body, id: lastID, host: "\(host)")
    } catch let refusal as JSONRPC.Refusal {
      throw .refused(call: method, code: refusal.code, parameters: refusal.parameters)
    } catch {
      let reason = (error as? RecordError)?.reason ?? "\(error)"
      throw .badReply(host: "\(host)", call: method, reason: reason)
    }
  }
}
