/// Why a host is believed to be the one that is meant.
///
/// There is no way to believe it without.
public enum CertificateTrust: Hashable, Sendable {
  /// Its certificate is signed, in the end, by an authority that this system trusts, and for its
  /// name.
  case system
  /// The same with the authorities of a PEM file.
  case authority(path: String)
  /// Its certificate is one of these, whoever signed it and whichever name it is for.
  ///
  /// The fingerprint is of the whole certificate, compared before anything is sent. Each connection
  /// after that must prove that it has the private key of that certificate.
  case pinned([Fingerprint])
}

/// How to reach a pool.
public struct ConnectionSettings: Sendable {
  /// The forms of JSON-RPC that XenServer speaks.
  public enum Version: String, CaseIterable, Sendable {
    /// No `jsonrpc` member; errors are arrays.
    case one = "1.0"
    /// Errors are objects.
    case two = "2.0"
  }

  /// A host of the pool, the master or another.
  public var address: HostAddress
  /// The user's name.
  public var user: String
  /// The user's password.
  public var password: String
  /// Why a host is believed.
  public var trust: CertificateTrust
  /// The form of JSON-RPC.
  public var version: Version
  /// How long a call may take, seconds.
  public var timeoutSeconds: Double
  /// The longest answer that is read, bytes.
  public var byteLimit: Int
  /// How many more times a call that only reads is made when there was no answer.
  public var retries: Int

  /// How to reach a pool; a live change of a multiplier may wait 64 s for memory, hence the limit.
  public init(
    address: HostAddress, user: String = "root", password: String,
    trust: CertificateTrust = .system, version: Version = .two, timeoutSeconds: Double = 90,
    byteLimit: Int = 64 << 20, retries: Int = 2
  ) {
    self.address = address
    self.user = user
    self.password = password
    self.trust = trust
    self.version = version
    self.timeoutSeconds = timeoutSeconds
    self.byteLimit = byteLimit
    self.retries = retries
  }
}
