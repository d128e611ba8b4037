/// What went wrong between this program and a pool, and what to do.
public enum XenAPIError: Error, Hashable, CustomStringConvertible {
  /// No libcurl on this machine, or one that lacks what is needed.
  case noLibrary(String)
  /// An address, a fingerprint or a file that cannot be used.
  case badInput(String)
  /// No connection, or one that ended too early; `wasSent`: the request may have got through.
  case unreachable(host: String, reason: String, wasSent: Bool)
  /// No answer in time; `wasSent`: the request may have got through.
  case timeout(host: String, seconds: Double, wasSent: Bool)
  /// The host has another certificate than the one that was pinned.
  case wrongCertificate(host: String, found: String, expected: [String])
  /// The host's certificate is not one of an authority that is trusted; `found` is its fingerprint.
  case untrusted(host: String, reason: String, found: String?)
  /// The answer is longer than is read.
  case tooLarge(host: String, bytes: Int)
  /// The answer is not one of XenAPI's.
  case badReply(host: String, call: String, reason: String)
  /// The server refused a call, with its own error code and parameters.
  case refused(call: String, code: String, parameters: [String])
  /// Name or password are wrong.
  case wrongPassword(host: String, user: String)
  /// Hosts that send each other's callers on.
  case redirectLoop([String])
  /// The caller was asked to end; `wasSent`: the request may have got through.
  case interrupted(wasSent: Bool)

  /// Whether other arguments help, not another machine or another time.
  public var isUsage: Bool {
    switch self {
    case .badInput, .wrongPassword: true
    default: false
    }
  }

  /// Whether a call that changes something may have been carried out although it ended so.
  public var leavesOutcomeUnknown: Bool {
    switch self {
    case .unreachable(_, _, let wasSent), .timeout(_, _, let wasSent), .interrupted(let wasSent):
      wasSent
    case .tooLarge, .badReply: true
    default: false
    }
  }

  /// The same error without a secret that a server may have put into it.
  func without(_ secret: String) -> XenAPIError {
    func hidden(_ text: String) -> String {
      secret.isEmpty
        ? text
        : text.split(separator: secret, omittingEmptySubsequences: false)
          .joined(separator: "…")
    }
    return switch self {
    case .refused(let call, let code, let parameters):
      .refused(call: call, code: hidden(code), parameters: parameters.map(hidden))
    case .badReply(let host, let call, let reason):
      .badReply(host: host, call: call, reason: hidden(reason))
    default: self
    }
  }

  /// The server's own error code; nil when it is none of the server's.
  public var code: String? {
    guard case .refused(_, let code, _) = self else { return nil }
    return code
  }

  /// What is wrong and what to do, on one line.
  public var description: String {
    switch self {
    case .noLibrary(let reason):
      "\(reason); install it (Debian: libcurl4), or read records from a file"
    case .badInput(let reason): reason
    case .unreachable(let host, let reason, let wasSent):
      "\(host): \(reason)" + (wasSent ? "; the call may have got through" : "")
    case .timeout(let host, let seconds, let wasSent):
      "\(host): no answer within \(Self.number(seconds)) s"
        + (wasSent ? "; the call may have got through" : "") + "; --timeout allows for more"
    case .wrongCertificate(let host, let found, let expected):
      "\(host): its certificate is not the pinned one: found \(found), expected "
        + "\(expected.joined(separator: " or ")); nothing was sent. Ask the host itself, on its "
        + "console, before you pin another"
    case .untrusted(let host, let reason, let found):
      "\(host): its certificate is not trusted (\(reason)); nothing was sent."
        + (found.map {
          " It has \($0): compare that with what the host itself says, on its console, and give it "
            + "with --fingerprint, or give the authority's certificate with --ca"
        } ?? "")
    case .tooLarge(let host, let bytes):
      "\(host): the answer is longer than the \(bytes >> 20) MiB, or its headers than the 64 KiB, "
        + "that are read"
    case .badReply(let host, let call, let reason):
      "\(host): the answer to \(call) is none of XenAPI's: \(reason)"
    case .refused(let call, let code, let parameters):
      "\(call): " + ([code] + parameters).joined(separator: ", ")
        + (Self.advice[code].map { ": " + $0 } ?? "")
    case .wrongPassword(let host, let user):
      "\(host): name or password of '\(user)' are wrong"
    case .redirectLoop(let hosts):
      "the hosts \(hosts.joined(separator: ", ")) send callers on to each other: the pool has no "
        + "master now"
    case .interrupted(let wasSent):
      "interrupted" + (wasSent ? "; the call may have got through" : "")
    }
  }

  private static let advice = [
    "HOST_NOT_ENOUGH_FREE_MEMORY": "bytes needed and available on the machine's host",
    "HOST_STILL_BOOTING": "try again when the host is up",
    "OTHER_OPERATION_IN_PROGRESS": "something else is being done to the machine; try again",
    "RBAC_PERMISSION_DENIED": "the user needs the role vm-power-admin",
    "SESSION_INVALID": "the session ended; log in again",
    "VM_BAD_POWER_STATE": "the machine was started or stopped meanwhile; look again",
  ]

  private static func number(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
  }
}
