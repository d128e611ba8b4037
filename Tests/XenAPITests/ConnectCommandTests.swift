import Foundation
import OutputSupport
import Testing

/// Commands that ask a pool, against the stand-in: passwords typed, records read, no libcurl.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ConnectCommandTests {
  /// Types `text` at the prompt of `templates list`.
  private func typed(_ text: String, _ host: StandIn) throws -> ChildOutcome {
    try Command.run(
      [
        "python3", "\(StandIn.folder)/terminal.py", text, Command.shadowbench, "templates", "list",
        "--connect", "127.0.0.1:\(host.port)", "--fingerprint", host.certificate.fingerprint,
      ], environment: ["SHADOWBENCH_PASSWORD": "", "TERM": "xterm"])
  }

  @Test(arguments: ["secret\\n", "secrex\\x7ft\\n", "wrong\\x15secret\\r"])
  func aPasswordIsTypedAndNotShown(_ keys: String) throws {
    let host = try StandIn()
    let run = try typed(keys, host)
    #expect(run.code == 0, "\(run.output)")
    #expect(run.output.contains("password of root at 127.0.0.1"))
    #expect(run.output.contains("Citrix XenApp on Windows Server 2008 R2 (64-bit)"))
    #expect(!run.output.contains("secre") && !run.output.contains("wrong"))
    #expect(host.calls.last == "session.logout")
  }

  @Test func thePromptShowsAUsersNamePlainly() throws {
    let host = try StandIn()
    let run = try Command.run(
      [
        "python3", "\(StandIn.folder)/terminal.py", "\\x03", Command.shadowbench, "templates",
        "list", "--connect", "127.0.0.1:\(host.port)", "--fingerprint",
        host.certificate.fingerprint, "--user", "x\u{1B}[2J\u{9B}31m\u{202E}y",
      ], environment: ["SHADOWBENCH_PASSWORD": "", "TERM": "xterm"])
    #expect(run.output.contains("password of x"), "\(run.output)")
    #expect(
      !run.output.unicodeScalars.contains { ["\u{1B}", "\u{9B}", "\u{202E}"].contains($0) },
      "\(run.output)")
    #expect(host.calls.isEmpty)
  }

  @Test func aWrongPasswordThatWasTypedIsRefused() throws {
    let host = try StandIn()
    let run = try typed("guess\\n", host)
    #expect(run.code == 2, "\(run.output)")
    #expect(!run.output.contains("guess"))
  }

  @Test func anInterruptedPromptAsksNothingOfThePool() throws {
    let host = try StandIn()
    let run = try typed("sec\\x03", host)
    #expect(run.code != 0)
    #expect(host.calls.isEmpty)
  }

  @Test(arguments: [
    (["templates", "list"], 0, "Citrix XenApp on Windows Server 2008 R2 (64-bit)"),
    (["templates", "validate"], 0, "multiplier-without-use"),
    (["templates", "dump"], 0, "\"pool_records\""),
    (
      ["pool", "what-if", "--multiplier", "4", "--on", "Citrix XenApp*"], nil, "failures tolerated"
    ),
  ])
  func recordsAreReadFromThePool(_ words: [String], _ code: Int32?, _ text: String) throws {
    let host = try StandIn()
    let run = try Command.run(
      [Command.shadowbench] + words + [
        "--connect", "127.0.0.1:\(host.port)", "--fingerprint", host.certificate.fingerprint,
      ], environment: ["SHADOWBENCH_PASSWORD": "secret"])
    if let code { #expect(run.code == code, "\(run.errors)") }
    #expect(run.code < 2, "\(run.errors)")
    #expect(run.output.contains(text), "\(run.output)")
    #expect(host.calls.last == "session.logout")
    #expect(!host.calls.contains { $0.contains(".set_") })
  }

  /// What a pool keeps to itself is not written, unless every field is asked for.
  @Test func aDumpIsForItsOwnerAlone() throws {
    let host = try StandIn()
    func dump(_ words: String...) throws -> (ChildOutcome, String) {
      let run = try Command.run(
        [
          Command.shadowbench, "templates", "dump", "--connect", "127.0.0.1:\(host.port)",
          "--fingerprint", host.certificate.fingerprint, "-o", "pool.json",
        ] + words, environment: ["SHADOWBENCH_PASSWORD": "secret"], folder: host.folder)
      return (run, try String(contentsOfFile: "\(host.folder)/pool.json", encoding: .utf8))
    }
    let (used, text) = try dump()
    #expect(used.code == 0 && used.output.isEmpty && used.errors.isEmpty, "\(used.errors)")
    for word in ["mac_seed", "iscsi_iqn", "xenstore_data", "HVM_boot_params"] {
      #expect(!text.contains(word), "\(word)")
    }
    let path = "\(host.folder)/pool.json"
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let audit = try Command.run([Command.shadowbench, "pool", "audit", "--pool", path])
    let live = try host.audit()
    #expect(audit.code == 1 && audit.output == live.output)
    let (all, everything) = try dump("--all")
    #expect(all.errors.contains("passwords") && everything.contains("mac_seed"))
  }

  @Test func withoutLibcurlOnlyAPoolCannotBeAsked() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["libcurl.so.4", "libcurl-gnutls.so.4"] {
      try Data("no library".utf8).write(to: folder.appending(path: name))
    }
    let hidden = ["LD_LIBRARY_PATH": folder.path, "SHADOWBENCH_PASSWORD": "secret"]
    let list = try Command.run([Command.shadowbench, "templates", "list"], environment: hidden)
    #expect(list.code == 0, "\(list.errors)")
    let asked = try Command.run(
      [Command.shadowbench, "templates", "list", "--connect", "127.0.0.1:1"], environment: hidden)
    #expect(asked.code == 3, "\(asked.output) \(asked.errors)")
    #expect(asked.errors.contains("libcurl"), "\(asked.errors)")
  }
}
