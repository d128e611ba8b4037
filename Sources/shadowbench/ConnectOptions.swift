public import ArgumentParser
import Bench
import Foundation
public import XenAPI
import XenServer

/// How to reach a pool: the same for every command that asks one.
struct ConnectOptions: ParsableArguments {
  /// The variable that a password may be in.
  static let passwordVariable = "SHADOWBENCH_PASSWORD"

  @Option(
    help: ArgumentHelp("Ask the pool of this host, host:port, or [IPv6]:port.", valueName: "host"))
  var connect: String?

  @Option(help: ArgumentHelp("The user's name.", valueName: "name"))
  var user = "root"

  @Option(
    help: ArgumentHelp(
      """
      The file whose first line is the password. (default: the variable \
      \(ConnectOptions.passwordVariable), or a prompt)
      """, valueName: "file"), completion: .file())
  var passwordFile: String?

  @Option(
    help: ArgumentHelp(
      """
      Believe a host whose certificate has this SHA-256 fingerprint, several times for several \
      hosts: sha256:AB:CD:…
      """, valueName: "fingerprint"))
  var fingerprint: [String] = []

  @Option(
    help: ArgumentHelp(
      "Believe hosts whose certificate an authority of this PEM file signed.", valueName: "file"),
    completion: .file())
  var ca: String?

  @Option(help: ArgumentHelp("How long a call may take, seconds.", valueName: "seconds"))
  var timeout = 90.0

  @Option(help: ArgumentHelp("The form of JSON-RPC, 1.0 or 2.0.", valueName: "version"))
  var jsonRpc = ConnectionSettings.Version.two

  func validate() throws {
    guard timeout >= 0.1, timeout <= 3600 else {
      throw ValidationError("--timeout is \(timeout), must be 0.1 to 3600")
    }
    guard fingerprint.isEmpty || ca == nil else {
      throw ValidationError("give --fingerprint or --ca, not both")
    }
    guard connect != nil || fingerprint.isEmpty && ca == nil && passwordFile == nil else {
      throw ValidationError("--fingerprint, --ca and --password-file need --connect")
    }
    do {
      _ = try connect.map { try HostAddress($0) }
      for text in fingerprint { _ = try Fingerprint(text) }
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The settings; the password is asked for now.
  func settings(_ host: String) throws -> ConnectionSettings {
    var trust = CertificateTrust.system
    if !fingerprint.isEmpty { trust = .pinned(try fingerprint.map { try Fingerprint($0) }) }
    if let ca {
      guard FileManager.default.isReadableFile(atPath: ca) else {
        throw InputError(file: ca, reason: "cannot be read; give a PEM file with --ca")
      }
      trust = .authority(path: ca)
    }
    return ConnectionSettings(
      address: try HostAddress(host), user: user,
      password: try password("password of \(user) at \(host): "), trust: trust, version: jsonRpc,
      timeoutSeconds: timeout)
  }

  private func password(_ prompt: String) throws -> String {
    if let passwordFile { return try Self.firstLine(passwordFile) }
    if let password = ProcessInfo.processInfo.environment[Self.passwordVariable],
      !password.isEmpty
    {
      return password
    }
    guard let password = try PasswordPrompt.ask(prompt) else {
      throw ValidationError(
        "there is no terminal to ask for the password on: give --password-file or set "
          + Self.passwordVariable)
    }
    return password
  }

  private static func firstLine(_ path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: 4096)
    else { throw InputError(file: path, reason: "cannot be read; it must hold the password") }
    let line = data.prefix { $0 != 0x0A && $0 != 0x0D }
    guard let password = String(bytes: line, encoding: .utf8), !password.isEmpty else {
      throw InputError(file: path, line: 1, reason: "holds no password in its first line")
    }
    let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions]
    if let mode = mode as? Int, mode & 0o077 != 0 {
      Console().warn("\(path): others may read it; 'chmod 600' it")
    }
    return password
  }
}

extension ConnectionSettings.Version: ExpressibleByArgument {}

extension ConnectOptions {
  /// The records of the pool of `--connect`; nil when there is no such option.
  func records() throws -> PoolRecords? {
    try connect.map { host in try session(host) { try $0.poolRecords() } }
  }

  /// Does `body` in a session with the pool of `host`; whatever asks the program to end meanwhile
  /// ends the session first.
  /// - Throws: ``XenAPIError/interrupted(wasSent:)`` also when it came too late to end anything
  func session<R>(_ host: String, _ body: (XenSession) throws -> R) throws -> R {
    try Interruption.during {
      let result = try XenSession.with(
        try settings(host), presses: { Interruption.presses }, body)
      guard !Interruption.isRequested else { throw XenAPIError.interrupted(wasSent: false) }
      return result
    }
  }

  /// The records of files, then those of the pool; each has a template.
  func templates(_ files: [String]) throws -> [PoolRecords] {
    var sources: [(name: String, records: PoolRecords)] = []
    var bases = 0
    for file in files {
      do {
        sources.append((file, try TemplateFiles.read(file)))
      } catch {
        guard error.isBaseDefinition, files.count > 1 else { throw error }
        bases += 1
      }
    }
    if bases > 0 {
      Console().warn(
        "\(bases) of \(files.count) files are bases that templates derive from: not templates, left "
          + "out")
    }
    if let connect, let records = try records() { sources.append((connect, records)) }
    return try sources.map { name, records in
      guard !records.templates.isEmpty else {
        let unknown = records.vms.filter { !$0.tellsKind }
        throw InputError(
          file: name, line: unknown.first?.record.place?.line,
          reason: unknown.isEmpty
            ? "holds no template, only \(records.vms.count) VMs"
            : "none of \(records.vms.count) records says whether it is a template (is_a_template); "
              + "list them with 'xe template-list params=all'")
      }
      return records
    }
  }
}

/// Where a command's records of a pool come from: a file, or the pool itself.
struct PoolSource {
  /// The records.
  var records: PoolRecords
  /// What errors call where they are from.
  var name: String

  /// Reads the file, or asks the pool.
  /// - Throws: ``ValidationError`` unless exactly one is given
  static func load(file: String?, connection: ConnectOptions) throws -> PoolSource {
    switch (file, connection.connect) {
    case (let file?, nil): return PoolSource(records: try PoolInput.records(file), name: file)
    case (nil, let host?):
      guard let records = try connection.records() else { break }
      return PoolSource(records: records, name: host)
    default: break
    }
    throw ValidationError("give one of --pool and --connect")
  }
}
