import Foundation
import Testing

/// No memory is the environment's, said in words: never a trap.
@Suite struct MemoryLimitTests {
  private func limited(_ mebibytes: Int, _ arguments: [String]) throws -> (Int32, String) {
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      ["-c", "ulimit -v \(mebibytes << 10); exec \"$@\"", "sh", CommandTests.command.path]
      + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let code =
      process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
    return (code, String(decoding: text, as: UTF8.self))
  }

  /// Limits, MiB, that the program starts in, and what does not fit into them.
  @Test(arguments: [
    (300, ["sweep", "reference:procs=64", "--memory-mib", "65536", "--sizes", "64"]),
    (400, ["sweep", "reference:procs=64", "--memory-mib", "65536", "--sizes", "40"]),
    // Too little for the threads: the system's libraries would wait for ever.
    (150, ["run", "reference:procs=4"]), (200, ["recommend", "reference:procs=4"]),
  ])
  func noMemoryIsSaid(_ limit: Int, _ arguments: [String]) throws {
    let (code, errors) = try limited(limit, arguments)
    #expect(code == 3, "\(code) \(errors)")
    #expect(errors.hasPrefix("shadowbench: error: out of memory: "), "\(errors)")
  }
}
