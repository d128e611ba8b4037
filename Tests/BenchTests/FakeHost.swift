import Foundation
import GuestModel
import OutputSupport
import Testing

@testable import Bench
@testable import ShadowModel
@testable import XenControl

/// A host whose programs are scripts, with everything they need to know in a folder.
final class FakeHost {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("fake-host-\(UUID().uuidString)").path
  static let programs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("HostPrograms").path

  /// What programs find in their environment besides.
  var environment: [String: String] = [:]

  /// A small input, and what it becomes.
  static let input = "reference:procs=4 leaves=2 touch=4 rounds=2"
  static let name = "reference-64-bit"

  init(hasCounters: Bool = true) throws {
    for name in ["console", "guest", "bin", "tmp"] { try makeFolder(name) }
    if hasCounters { try makeFolder("counters") }
    for mode in ["64-bit", "pae", "2-level"] { try write("guest/replay-\(mode)", "kernel \(mode)") }
    for program in ["xl", "xenperf", "xentrace"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/bin/\(program)", withDestinationPath: "\(Self.programs)/\(program)")
    }
    try write(
      "info",
      """
      xen_version            : 4.17.5
      virt_caps              : pv hvm hap shadow
      free_memory            : 1200
      cpu_mhz                : 2000.000
      xen_commandline        : placeholder

      """)
    try write("ring", "(XEN) booted\n(d7) SB done operations=1 checksum=0\n")
    try write("level", "none/warning\n")
    try write("plan", "r-----\n---s--\n")
  }

  /// Gives the host a library that stands in for libxenctrl of a version: domain 3, the next to be
  /// made, has 25,350 faults fixed.
  func addLibrary(minor: Int) throws {
    let source = URL(fileURLWithPath: Self.programs).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("XenControlTests/StandIn/libxenctrl.c")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "clang", "-shared", "-fPIC", "-DMINOR=\(minor)", "-o", "\(folder)/libxenctrl.so.4.\(minor)",
      source.path,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    // Newer libraries of this machine would be found first.
    let name = "libxenctrl.so.4."
    for other in 0...99 where other > minor && dlopen("\(name)\(other)", RTLD_LAZY) != nil {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/\(name)\(other)", withDestinationPath: "\(name)\(minor)")
    }
    environment["LD_LIBRARY_PATH"] = folder
    environment["STAND_IN_POOL"] = "\(folder)/pool"
    environment["STAND_IN_SHUT_DOWN"] = "1"
    try write("id", "2\n")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
  }
  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
  }
  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(name)")
  }
  func text(_ name: String) -> String {
    (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
  }

  /// Whether nothing was left: no domain, no changed level, no file of ours.
  var isClean: Bool {
    !exists("domain") && text("level") == "none/warning\n"
      && (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/tmp")) == []
  }

  /// The stream of the small input.
  static func stream(_ input: String = input) throws -> ReplayStream {
    try ReplayStream.make(InputRequest(input), name: input, seed: 1)
  }

  /// Lets the guest and Xen say, of the run at a size, what the model says.
  /// - Parameter change: what is said instead
  func answer(
    _ item: ReplayItem, _ size: Int,
    change: (inout [String], inout [Counters.Name: Int]) -> Void = { _, _ in }
  ) throws {
    var lines = Self.console(item.stream)
    let point = try item.model(size, makePager: StandardModel.pager)
    var counters = Dictionary(
      uniqueKeysWithValues: Counters.Name.allCases.map { ($0, point.counters[$0]) })
    change(&lines, &counters)
    try write("console/\(item.id(size))", lines.map { $0 + "\n" }.joined())
    if exists("counters") {
      try write("counters/\(item.id(size))", XenperfTextTests.text(counters))
    }
  }

  /// What a guest that does what its stream says writes.
  static func console(_ stream: ReplayStream) -> [String] {
    var lines = [
      "SB replay 1 mode=\(stream.shape.mode.name) module=0x120000 bytes=\(stream.bytes.count) "
        + "digest=\(Numeral.hexadecimal(stream.digest))"
    ]
    var total = 0
    for phase in stream.expected {
      total += phase.operations
      lines.append(
        "SB phase \(phase.number) tsc=\(2_000_000 * (phase.number + 1)) "
          + "operations=\(phase.operations) accesses=\(phase.accesses) faults=\(phase.faults) "
          + "checksum=\(Numeral.hexadecimal(phase.checksum))")
    }
    return lines + [
      "SB done operations=\(total) checksum=\(Numeral.hexadecimal(stream.checksum))"
    ]
  }

  /// Starts a program on this host.
  func start(_ words: [String], errors: Pipe, output: Pipe) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = [
      "PATH": "\(folder)/bin:/usr/bin:/bin", "FAKE_HOST": folder, "TMPDIR": "\(folder)/tmp",
      "SHADOWBENCH_RUN": "\(folder)/run",
    ].merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return process
  }

  /// Runs a program on this host.
  func run(_ words: [String]) throws -> ChildOutcome {
    let (output, errors) = (Pipe(), Pipe())
    let process = try start(words, errors: errors, output: output)
    return ChildOutcome(of: process, output: output, errors: errors)
  }

  /// Runs the command on this host.
  func shadowbench(_ words: String...) throws -> ChildOutcome {
    try run([CommandTests.command.path] + words)
  }

  /// Starts a program, waits until a domain is there, sends it a signal; its exit code.
  func interrupt(_ words: [String], with number: Int32) throws -> (code: Int32, errors: String) {
    let (output, errors) = (Pipe(), Pipe())
    let process = try start(words, errors: errors, output: output)
    let end = ContinuousClock.now + .seconds(60)
    while !exists("domain") && ContinuousClock.now < end { usleep(20_000) }
    usleep(300_000)
    kill(process.processIdentifier, number)
    if number == SIGKILL {
      // What it started lives on, and Foundation would wait for that too.
      while ProcessMark(of: process.processIdentifier) != nil { usleep(20_000) }
      return (number, "")
    }
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
