import Foundation
import Testing

/// The built command: exit codes, and which stream gets what.
@Suite struct CommandTests {
  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  static let command = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("shadowbench")

  func shadowbench(_ arguments: String...) throws -> Outcome { try shadowbench(arguments) }

  func shadowbench(_ arguments: [String]) throws -> Outcome {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = Self.command
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaint, as: UTF8.self))
  }

  static let small = "reference:procs=4 leaves=2 touch=4 rounds=2"

  @Test(arguments: [
    ["run"], ["bogus"], ["run", "nosuch"], ["run", small, "--mode", "x"],
    ["run", small, "--memory-mib", "0"], ["run", small, "--vcpus", "999"],
    ["run", small, "--pages", "0"], ["run", small, "--pages", "1,2"],
    ["run", small, "--pages", "1", "--multiplier", "2"], ["run", small, "--target", "x"],
    ["run", "reference:procs=no"], ["sweep", small, "--sizes", "0"],
    ["run", small, "--multiplier", "100000000"], ["run", small, "--cost-profile", "nosuch"],
    ["recommend", small, "--seeds", "0"], ["verify", "/nonexistent.json"],
  ])
  func badInputExitsWithTwo(arguments: [String]) throws {
    let process = try shadowbench(arguments)
    #expect(process.code == 2)
    #expect(process.output.isEmpty)
    #expect(process.errors.hasPrefix("shadowbench: error: "), "\(process.errors)")
  }

  @Test func aMalformedFileIsNamedWithItsLine() throws {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).json"
    try "[\n{}\n]".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try shadowbench("verify", path)
    #expect(outcome.code == 2)
    #expect(outcome.errors.hasPrefix("shadowbench: error: \(path):2: [0]: has no 'id'"))
  }

  @Test func aDifferenceExitsWithOne() throws {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).json"
    let text = ScenarioFileTests.file("\"shadow_alloc\": 21", with: "\"shadow_alloc\": 1")
      .replacingOccurrences(of: "procs=4", with: "procs=2 leaves=1 rounds=0")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try shadowbench("verify", path, "--json")
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("\"counter\" : \"shadow_alloc\""))
    #expect(outcome.errors.isEmpty)
  }

  @Test func resultsGoToStandardOutput() throws {
    let outcome = try shadowbench("sweep", Self.small, "--shadow-mib", "2,3", "--json")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("\"shadow_fault_fixed\" : "))
    #expect(try shadowbench("run", Self.small).output.contains("verdict  fits"))
    #expect(try shadowbench("recommend", Self.small, "--hap").output.contains("multiplier 1.0"))
  }

  @Test func failOnTurnsAVerdictIntoOne() throws {
    let outcome = try shadowbench("run", Self.small, "--fail-on", "fits")
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("verdict"))
  }

  @Test func helpIsAResult() throws {
    for arguments in ["--help", "--version"] {
      let outcome = try shadowbench(arguments)
      #expect(outcome.code == 0)
      #expect(!outcome.output.isEmpty)
      #expect(outcome.errors.isEmpty)
    }
  }
}
