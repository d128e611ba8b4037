import Foundation
import OutputSupport
import Testing

/// What signals leave behind: no session, a true undo file and report, a terminal that shows what
/// is typed, and a program that they end.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SignalTests {
  /// A few of the runs of `make signal-check`.
  @Test func signalsAtAnyMomentLeaveNothingBehind() throws {
    let run = try Command.run([
      "python3", "\(StandIn.folder)/signals.py", Command.shadowbench, "3",
    ])
    #expect(run.code == 0, "\(run.output) \(run.errors)")
    #expect(run.output.split(separator: "\n").count == 6)
  }

  @Test(arguments: [
    "HUP", "INT", "QUIT", "PIPE", "ALRM", "TERM", "USR1", "USR2", "^Z", "STOP-CONT",
  ])
  func thePromptLeavesATerminalThatShows(_ signal: String) throws {
    let host = try StandIn()
    let run = try Command.run(
      [
        "python3", "\(StandIn.folder)/prompt.py", signal, Command.shadowbench, "templates", "list",
        "--connect", "127.0.0.1:\(host.port)", "--fingerprint", host.certificate.fingerprint,
      ], environment: ["SHADOWBENCH_PASSWORD": "", "TERM": "xterm"])
    #expect(run.code == 0, "\(run.output) \(run.errors)")
    let isContinued = ["^Z", "STOP-CONT"].contains(signal)
    #expect(host.calls.isEmpty == !isContinued)
  }

  /// The model runs once the session has ended: signals end the program then, as if it had never
  /// taken them.
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func afterASessionSignalsWorkAgain(_ number: Int32) throws {
    let host = try StandIn()
    let process = Process()
    // A test's thread blocks signals, and its children inherit that.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import os,signal,sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); "
        + "os.execvp(sys.argv[1], sys.argv[1:])",
      Command.shadowbench, "templates", "validate", "--connect", "127.0.0.1:\(host.port)",
      "--fingerprint", host.certificate.fingerprint, "--shadow-paging", "--seeds", "100",
    ]
    process.environment = ["SHADOWBENCH_PASSWORD": "secret", "PATH": "/usr/bin:/bin"]
    process.currentDirectoryURL = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<400 where host.calls.last != "session.logout" { usleep(25_000) }
    #expect(host.calls.last == "session.logout")
    usleep(500_000)
    #expect(process.isRunning, "the model has not run long enough for this test")
    kill(process.processIdentifier, number)
    for _ in 0..<200 where process.isRunning { usleep(25_000) }
    #expect(!process.isRunning)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == number)
  }
}
