import Foundation
import OutputSupport
import Testing
import XenServer

/// A certificate that a test made, with its key.
struct TestCertificate {
  let certificate: String
  let key: String
  /// As `openssl x509 -fingerprint -sha256` says it.
  let fingerprint: String

  /// Makes a self-signed certificate, for `localhost` and 127.0.0.1.
  init(folder: String, name: String = "host") throws {
    certificate = "\(folder)/\(name).pem"
    key = "\(folder)/\(name).key"
    let made = try Command.run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes", "-days", "3", "-subj", "/CN=\(name)", "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
    ])
    try #require(made.code == 0, "\(made.errors)")
    let said = try Command.run([
      "openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256",
    ])
    let digits = try #require(said.output.split(separator: "=").last)
    fingerprint = "sha256:" + digits.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Other programs.
enum Command {
  static let shadowbench = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("shadowbench").path

  /// Runs one to its end.
  static func run(
    _ words: [String], environment: [String: String] = [:], folder: String? = nil
  ) throws -> ChildOutcome {
    try ChildOutcome(
      running: URL(fileURLWithPath: "/usr/bin/env"), words, environment: environment,
      folder: folder)
  }
}

/// A host that runs for as long as a test needs it.
final class StandIn {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("StandIn").path

  let port: Int
  let folder: String
  let certificate: TestCertificate
  private let process = Process()
  private let input = Pipe()

  /// Starts one with the records of `pool.json`.
  init(_ faults: String..., certificate name: String = "host") throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("xenapi-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    certificate = try TestCertificate(folder: folder, name: name)
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "python3", "\(Self.folder)/xenapi_stand_in.py", "--certificate", certificate.certificate,
        "--key", certificate.key, "--records", "\(Self.folder)/pool.json", "--log",
        "\(folder)/log",
      ] + faults
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Ends it, as a host that loses its power.
  func stop() {
    // Not SIGTERM: a test's thread blocks that one, and its children inherit it.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// The calls that it got, in order.
  var calls: [String] {
    let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? ""
    return log.split(separator: "\n").compactMap { line in
      let entry = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return entry?["method"] as? String
    }
  }

  /// Runs `shadowbench pool audit --connect` on it.
  func audit(_ words: String..., password: String = "secret") throws -> ChildOutcome {
    try Command.run(
      [
        Command.shadowbench, "pool", "audit", "--connect", "127.0.0.1:\(port)", "--fingerprint",
        certificate.fingerprint,
      ] + words, environment: ["SHADOWBENCH_PASSWORD": password], folder: folder)
  }
}
