import Foundation
import OutputSupport
import Testing

/// `pool audit --connect` against the stand-in: nothing half done goes unreported.
@Suite(.serialized, .timeLimit(.minutes(3))) struct AuditCommandTests {
  private static let live = "VM.set_shadow_multiplier_live"
  private static let halted = "VM.set_HVM_shadow_multiplier"

  /// What `--json` says.
  private func document(_ outcome: ChildOutcome) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any],
      "\(outcome.errors)")
  }

  /// The states of the changes, by the machine's name.
  private func states(_ document: [String: Any]) throws -> [String: String] {
    let changes = try #require(document["changes"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: changes.compactMap { change in
        (change["name"] as? String).flatMap { name in
          (change["state"] as? String).map { (name, $0) }
        }
      })
  }

  private func undoStates(_ host: StandIn) throws -> [String: String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(host.folder)/undo.json"))
    let file = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try states(try #require(file))
  }

  private func apply(_ host: StandIn, _ more: String...) throws -> ChildOutcome {
    try host.audit(
      "--hap", "--fix", "--apply", "--undo-file", "undo.json", "--json", more.first ?? "--hap")
  }

  @Test func aLivePoolIsAudited() throws {
    let host = try StandIn()
    let run = try host.audit()
    #expect(run.code == 1)
    for text in ["10 of 12 records", "Citrix XenApp 10", "without-gain", "start-refused"] {
      #expect(run.output.contains(text), "\(text)")
    }
    #expect(!host.calls.contains { $0.hasPrefix("VM.set") })
    #expect(host.calls.last == "session.logout")
  }

  @Test func changesAreMadeReadBackAndUndone() throws {
    let host = try StandIn()
    let run = try apply(host)
    // Four machines and a snapshot cannot be changed.
    #expect(run.code == 1, "\(run.errors)")
    let done = try states(document(run))
    #expect(
      done == [
        "Citrix XenApp 10": "done", "Citrix XenApp test": "done", "Print server": "done",
        "Citrix XenApp on Windows Server 2008 R2 (64-bit)": "done",
      ])
    #expect(try undoStates(host) == done)
    #expect(host.calls.count { $0 == Self.live } == 2)
    #expect(host.calls.count { $0 == Self.halted } == 2)
    let back = try host.audit("--undo", "undo.json", "--apply", "--undo-file", "again.json")
    #expect(back.code == 1)
    for text in [
      "Citrix XenApp 10: 1.0 to 4.0: done", "2008 R2 (64-bit): 1.0 to 4.0: done",
      "cannot be changed: Print server: the server accepts no multiplier below 1",
    ] {
      #expect(back.output.contains(text), "\(back.output)")
    }
    let none = try host.audit("--undo", "undo.json")
    #expect(none.output.contains("no changes"))
    #expect(none.output.contains("left as it is: Citrix XenApp 10: it has 4.0"))
  }

  /// A file of another pool, with the same machines in it as a copied pool has.
  @Test(arguments: [true, false]) func anotherPoolsUndoFileIsRefused(_ hasPool: Bool) throws {
    let host = try StandIn()
    _ = try apply(host)
    let path = "\(host.folder)/undo.json"
    var file = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        as? [String: Any])
    #expect(file["pool"] as? String == "92276658-1e27-41c0-8a6a-63ec24ede6a4")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    if hasPool {
      file["pool"] = "00000000-1e27-41c0-8a6a-63ec24ede6a4"
    } else {
      file["pool"] = nil
      file["host"] = "xen9"
    }
    try JSONSerialization.data(withJSONObject: file).write(to: URL(fileURLWithPath: path))
    let changes = host.calls.count { $0.hasPrefix("VM.set") }
    for word in ["--json", "--apply"] {
      let run = try host.audit("--undo", "undo.json", word)
      #expect(run.code == 2 && run.errors.contains("give --connect"), "\(run.errors)")
    }
    #expect(host.calls.count { $0.hasPrefix("VM.set") } == changes)
    #expect(host.calls.last == "session.logout")
    // The file says which host it was, and another host of the same pool will do.
    file["pool"] = "92276658-1E27-41C0-8A6A-63EC24EDE6A4"
    try JSONSerialization.data(withJSONObject: file).write(to: URL(fileURLWithPath: path))
    #expect(try host.audit("--undo", "undo.json").errors.isEmpty)
  }

  @Test(arguments: [
    (#""uuid": "x; reboot", "before": "4.0", "asked": 1"#, 2),
    (#""uuid": "830e07bc-1e39-4f10-92bd-4acefaecbd38", "before": "1e300", "asked": 4.0"#, 1),
    (#""uuid": "5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02", "before": "4.0", "asked": 1e999"#, 2),
    (#""uuid": "5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02", "before": "4,0", "asked": 1"#, 2),
  ])
  func strangeUndoFiles(_ members: String, _ code: Int32) throws {
    let host = try StandIn()
    let pool = try String(contentsOfFile: "\(StandIn.folder)/pool.json", encoding: .utf8)
    #expect(pool.contains("92276658-1e27-41c0-8a6a-63ec24ede6a4"))
    try """
    {"kind": "multiplier_undo", "schema_version": 1, "host": "x",
    "pool": "92276658-1e27-41c0-8a6a-63ec24ede6a4",
    "changes": [{\(members), "name": "n", "state": "done"}]}
    """.write(toFile: "\(host.folder)/undo.json", atomically: true, encoding: .utf8)
    let run = try host.audit("--undo", "undo.json", "--apply")
    #expect(run.code == code, "\(run.output) \(run.errors)")
    #expect(!host.calls.contains { $0.hasPrefix("VM.set") })
  }

  /// Nobody reads standard output any more: the report is on standard error.
  @Test func aReportThatNobodyReadsIsSaidElsewhere() throws {
    let host = try StandIn()
    let run = try Command.run(
      [
        "bash", "-c", "exec \"$@\" > >(exec true)", "bash", Command.shadowbench, "pool", "audit",
        "--connect", "127.0.0.1:\(host.port)", "--fingerprint", host.certificate.fingerprint,
        "--hap", "--fix", "--apply", "--undo-file", "\(host.folder)/undo.json",
      ], environment: ["SHADOWBENCH_PASSWORD": "secret"])
    #expect(run.code == 3, "\(run.errors)")
    #expect(run.errors.contains("Citrix XenApp 10: 4.0 to 1.0: done"), "\(run.errors)")
    #expect(run.errors.contains("cannot be written"))
    #expect(host.calls.last == "session.logout")
    #expect(try undoStates(host).values.allSatisfy { $0 == "done" })
  }

  @Test func whereShadowPagingExistsIsSaid() throws {
    let host = try StandIn()
    let run = try host.audit()
    #expect(
      run.output.contains(
        "XenServer 8.2.0, Xen 4.13.1: has shadow paging, which upstream Xen deprecates"))
    let json = try document(try host.audit("--json"))
    let hosts = try #require(json["hosts"] as? [[String: Any]])
    #expect(hosts.map { $0["shadow_paging"] as? String } == ["built-in", "built-in", "built-in"])
  }

  @Test func withoutApplyNothingIsChanged() throws {
    let host = try StandIn()
    let run = try host.audit("--fix", "--hap")
    #expect(run.code == 1 && run.output.contains("none of which were made"))
    #expect(!host.calls.contains { $0.hasPrefix("VM.set") })
  }

  @Test func whatTheServerMadeOfItIsSaid() throws {
    let host = try StandIn("--short-by", "1")
    let run = try apply(host)
    #expect(run.code == 1)
    let states = try states(document(run))
    #expect(states["Citrix XenApp 10"] == "differs")
    #expect(states["Citrix XenApp test"] == "done")
  }

  @Test func theFirstRefusalEndsIt() throws {
    let host = try StandIn("--refuse", "\(Self.halted)=OTHER_OPERATION_IN_PROGRESS,VM,x")
    let run = try apply(host)
    #expect(run.code == 1)
    #expect(
      try states(document(run)) == [
        "Citrix XenApp 10": "done", "Citrix XenApp test": "failed", "Print server": "not_tried",
        "Citrix XenApp on Windows Server 2008 R2 (64-bit)": "not_tried",
      ])
    #expect(host.calls.last == "session.logout")
  }

  /// The server ends before, within, and after a change.
  @Test(arguments: [
    (["--die-before", "2"], "unknown"), (["--die-after", "2"], "unknown"),
    (["--drop", "VM.set_HVM_shadow_multiplier"], "done"),
    (["--truncate", "VM.set_HVM_shadow_multiplier"], "done"),
    (["--garbage", "VM.set_HVM_shadow_multiplier"], "done"),
  ])
  func theServerGoesInTheMiddle(_ fault: [String], _ second: String) throws {
    let host = try StandIn(fault[0], fault[1])
    let run = try apply(host)
    #expect(run.code == 3)
    #expect(run.errors.contains("error:"))
    let expected = [
      "Citrix XenApp 10": "done", "Citrix XenApp test": second, "Print server": "not_tried",
      "Citrix XenApp on Windows Server 2008 R2 (64-bit)": "not_tried",
    ]
    #expect(try states(document(run)) == expected)
    #expect(try undoStates(host) == expected)
    // A change is sent once, whatever comes of it.
    #expect(host.calls.count { $0 == Self.halted } == 1)
  }

  @Test func aChangeWithoutAnAnswerIsNotRepeated() throws {
    let host = try StandIn("--delay", "\(Self.live)=4")
    let run = try apply(host, "--timeout=1")
    #expect(run.code == 3 && run.errors.contains("no answer within 1 s"))
    #expect(host.calls.count { $0 == Self.live } == 1)
    #expect(try states(document(run))["Citrix XenApp test"] == "not_tried")
  }

  @Test func withoutAnUndoFileNothingIsChanged() throws {
    let host = try StandIn()
    let run = try host.audit(
      "--hap", "--fix", "--apply", "--undo-file", "nowhere/undo.json")
    #expect(run.code == 3 && run.errors.contains("nowhere/undo.json"))
    #expect(!host.calls.contains { $0.hasPrefix("VM.set") })
    #expect(host.calls.last == "session.logout")
  }

  /// ^C while a change is under way: it is waited for and read back, and no other is begun.
  @Test func anInterruptionWithinAChangeLeavesItKnown() throws {
    let host = try StandIn("--delay", "\(Self.halted)=3")
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Command.shadowbench)
    process.arguments = [
      "pool", "audit", "--connect", "127.0.0.1:\(host.port)", "--fingerprint",
      host.certificate.fingerprint, "--hap", "--fix", "--apply", "--json", "--undo-file",
      "\(host.folder)/undo.json",
    ]
    process.environment = ["SHADOWBENCH_PASSWORD": "secret"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<400 where !host.calls.contains(Self.halted) { usleep(25_000) }
    kill(process.processIdentifier, SIGINT)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 3)
    let words = try states(
      #require(try JSONSerialization.jsonObject(with: text) as? [String: Any]))
    #expect(words["Citrix XenApp test"] == "done")
    #expect(words["Print server"] == "failed")
    #expect(host.calls.count { $0.hasPrefix("VM.set") } == 2)
    #expect(host.calls.last == "session.logout")
  }

  @Test func interruptionsEndTheSession() throws {
    let host = try StandIn("--delay", "VM.get_all_records=3")
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: Command.shadowbench)
    process.arguments = [
      "pool", "audit", "--connect", "127.0.0.1:\(host.port)", "--fingerprint",
      host.certificate.fingerprint,
    ]
    process.environment = ["SHADOWBENCH_PASSWORD": "secret"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    for _ in 0..<200 where !host.calls.contains("VM.get_all_records") { usleep(50_000) }
    kill(process.processIdentifier, SIGINT)
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 3)
    #expect(String(decoding: complaint, as: UTF8.self).contains("interrupted"))
    for _ in 0..<100 where host.calls.last != "session.logout" { usleep(50_000) }
    #expect(host.calls.last == "session.logout")
  }

  @Test func passwordsAreWrongMissingOrInFiles() throws {
    let host = try StandIn()
    let wrong = try host.audit(password: "wrong")
    #expect(wrong.code == 2 && wrong.errors.contains("name or password of 'root' are wrong"))
    #expect(!wrong.errors.contains("'wrong'"))
    let file = "\(host.folder)/password"
    try "secret\n".write(toFile: file, atomically: true, encoding: .utf8)
    let right = try host.audit("--password-file", file, password: "")
    #expect(right.code == 1 && right.errors.contains("others may read it"))
    let empty = try host.audit("--password-file", "/dev/null", password: "")
    #expect(empty.code == 2)
  }

  @Test(arguments: [
    ["--pool", "x"], ["--connect", "a/b"], ["--connect", "h", "--fingerprint", "x"],
    ["--connect", "h", "--timeout", "0"], ["--connect", "h", "--apply"],
    ["--connect", "h", "--hap", "--shadow-paging"], ["--ca", "x", "--pool", "y"], [],
    ["--pool", "x", "--fix", "--apply"], ["--connect", "h", "--ca", "/nonexistent"],
    ["--connect", "h", "--undo", "/nonexistent"],
  ])
  func badUsageIsSaid(_ words: [String]) throws {
    let run = try Command.run(
      [Command.shadowbench, "pool", "audit"] + words,
      environment: ["SHADOWBENCH_PASSWORD": "secret"])
    #expect(run.code == 2, "\(words) \(run.errors)")
    #expect(run.output.isEmpty)
  }
}
