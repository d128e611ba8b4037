import Foundation
import OutputSupport
import Testing

/// `--ca FILE` trusts that file alone, with both of Debian's builds of libcurl, in a mount
/// namespace whose system folder of authorities holds another one.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: Namespace.isThere))
struct AuthorityTests {
  /// OpenSSL's build and GnuTLS's, where this machine has them.
  static let libraries = ["libcurl.so.4", "libcurl-gnutls.so.4"].filter { name in
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"]
    return folders.contains { FileManager.default.fileExists(atPath: "\($0)/\(name)") }
  }

  @Test(arguments: libraries) func theSystemsFolderDoesNotCount(_ library: String) throws {
    let host = try StandIn()
    let files = FileManager.default
    let other = try TestCertificate(folder: host.folder, name: "other")
    // The one library, under the name that is looked for first.
    let place = try Command.run(["sh", "-c", "ls /usr/lib*/*/\(library) /usr/lib64/\(library)"])
    let path = try #require(place.output.split(separator: "\n").first)
    let libraries = "\(host.folder)/libraries"
    try files.createDirectory(atPath: libraries, withIntermediateDirectories: true)
    try files.createSymbolicLink(
      atPath: "\(libraries)/libcurl.so.4", withDestinationPath: String(path))
    // The system's authorities: the host's own certificate by its hash, and a bundle without it.
    let system = "\(host.folder)/system"
    try files.createDirectory(atPath: system, withIntermediateDirectories: true)
    try files.copyItem(atPath: host.certificate.certificate, toPath: "\(system)/host.pem")
    try #require(try Command.run(["openssl", "rehash", system]).code == 0)
    try files.copyItem(atPath: other.certificate, toPath: "\(system)/ca-certificates.crt")
    func list(_ words: String...) throws -> ChildOutcome {
      try Command.run(
        Namespace.command + [
          "sh", "-c", "mount --bind \"$1\" /etc/ssl/certs && shift && exec \"$@\"", "sh", system,
          Command.shadowbench, "templates", "list", "--connect", "127.0.0.1:\(host.port)",
        ] + words,
        environment: ["SHADOWBENCH_PASSWORD": "secret", "LD_LIBRARY_PATH": libraries])
    }
    let bySystem = try list()
    #expect(bySystem.code == 0, "the system's folder is to count without --ca: \(bySystem.errors)")
    let right = try list("--ca", host.certificate.certificate)
    #expect(right.code == 0, "\(right.errors)")
    let logins = host.calls.count { $0 == "session.login_with_password" }
    let wrong = try list("--ca", other.certificate)
    #expect(wrong.code == 3, "\(wrong.output)")
    #expect(wrong.errors.contains("not trusted") && wrong.errors.contains("nothing was sent"))
    #expect(host.calls.count { $0 == "session.login_with_password" } == logins)
  }
}

/// A mount namespace of its own, which not every machine lets a user have.
private enum Namespace {
  static let command = ["unshare", "--map-root-user", "--mount"]
  static let isThere = (try? Command.run(command + ["true"]))?.code == 0
}
