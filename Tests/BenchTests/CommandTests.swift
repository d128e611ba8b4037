import Foundation
import OutputSupport
import Testing

/// The built command: exit codes, and which stream gets what.
@Suite struct CommandTests {
  static let command = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("shadowbench")

  func shadowbench(_ arguments: String...) throws -> ChildOutcome { try shadowbench(arguments) }

  func shadowbench(_ arguments: [String]) throws -> ChildOutcome {
    try ChildOutcome(running: Self.command, arguments)
  }

  static let small = "reference:procs=4 leaves=2 touch=4 rounds=2"

  @Test(arguments: [
    ["run"], ["bogus"], ["run", "nosuch"], ["run", small, "--mode", "x"],
    ["run", small, "--memory-mib", "0"], ["run", small, "--vcpus", "999"],
    ["run", small, "--pages", "0"], ["run", small, "--pages", "1,2"],
    ["run", small, "--pages", "1", "--multiplier", "2"], ["run", small, "--target", "x"],
    ["run", "reference:procs=no"], ["sweep", small, "--sizes", "0"],
    ["run", small, "--multiplier", "100000000"], ["run", small, "--cost-profile", "nosuch"],
    ["sweep"], ["sweep", small, "--matrix", "m.yaml"], ["sweep", "--matrix", "/nonexistent.yaml"],
    ["sweep", "--matrix", "m.yaml", "--merge", "a"], ["sweep", "--merge", "/nonexistent"],
    ["sweep", small, "--shard", "1/2"], ["sweep", small, "--jobs", "2"],
    ["host", "set", "3"], ["host", "set", "3", "--pages", "0"],
    ["host", "set", "3", "--pages", "9", "--shadow-mib", "9"], ["host", "get"],
    ["host", "watch", "3", "--interval", "0"], ["host", "watch", "3", "--count", "0"],
    ["sweep", "--matrix", "m.yaml", "--shard", "3/2"],
    ["sweep", "--matrix", "m.yaml", "--sizes", "4"],
    ["sweep", "--matrix", "m.yaml", "--jobs", "0"],
    ["recommend", small, "--seeds", "0"], ["verify", "/nonexistent.json"],
  ])
  func badInputExitsWithTwo(arguments: [String]) throws {
    let process = try shadowbench(arguments)
    #expect(process.code == 2)
    #expect(process.output.isEmpty)
    #expect(process.errors.hasPrefix("shadowbench: error: "), "\(process.errors)")
  }

  @Test(arguments: ["--help", "--version", "run --help", "help sweep"])
  func helpThatCannotBeWrittenExitsWithThree(_ words: String) throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "\"$0\" \(words) > /dev/full 2>/dev/null", Self.command.path]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 3)
  }

  @Test func aliasesOfAliasesEndSoonInEveryCommand() throws {
    var text = "- &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, other) in zip("bcdefghi", "abcdefgh") {
      text += "- &\(name) [" + String(repeating: "*\(other), ", count: 9) + "]\n"
    }
    try Folder.with(["l.json": Data(text.utf8), "l.yaml": Data(text.utf8)]) { folder in
      for command in [["verify"], ["run"], ["pool", "audit", "--pool"], ["sweep", "--matrix"]] {
        for file in ["l.json", "l.yaml"] {
          let outcome = try shadowbench(command + ["\(folder)/\(file)"])
          #expect(outcome.code == 2, "\(command) \(file): \(outcome.errors)")
        }
      }
    }
  }

  @Test func aMalformedFileIsNamedWithItsLine() throws {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).json"
    try "[\n{}\n]".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try shadowbench("verify", path)
    #expect(outcome.code == 2)
    #expect(outcome.errors.hasPrefix("shadowbench: error: \(path):2: [0]: has no 'id'"))
  }

  @Test(arguments: [
    (["recomend", "x"], "there is no 'shadowbench recomend'; did you mean 'recommend'? "),
    (["trace", "sumary"], "there is no 'shadowbench trace sumary'; did you mean 'summary'? "),
    (["frobnicate"], "there is no 'shadowbench frobnicate'; There are run, sweep, "),
  ])
  func aMisspeltCommandIsNamed(words: [String], message: String) throws {
    let outcome = try shadowbench(words)
    #expect(outcome.code == 2)
    #expect(outcome.errors.hasPrefix("shadowbench: error: " + message), "\(outcome.errors)")
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
    let nested = try shadowbench("recommend", Self.small, "--hap").output
    #expect(nested.hasPrefix("pool  as it is") && nested.contains("HVM-shadow-multiplier = 1.0"))
  }

  @Test func aMatrixIsSharedOutMergedAndTheSame() throws {
    let folder = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let matrix = "\(folder)/m.yaml"
    try "{name: m, inputs: [\"\(Self.small)\"], seeds: [1, 2, 3], sizes: {shadow_mib: [2, 3]}}"
      .write(toFile: matrix, atomically: true, encoding: .utf8)
    let single = try shadowbench("sweep", "--matrix", matrix, "--json")
    #expect(single.code == 0 && single.errors.isEmpty)
    let first = try shadowbench("sweep", "--matrix", matrix, "--shard", "1/2", "-o", "\(folder)/a")
    #expect(first.code == 0)
    #expect(first.output.split(separator: "\n").count == 3)
    let short = try shadowbench("sweep", "--merge", "\(folder)/a", "-o", "\(folder)/merged")
    #expect(short.code == 1 && short.output.isEmpty)
    #expect(short.errors.hasPrefix("shadowbench: shard 2/2 is missing, 1 of its cells to do"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/merged"))
    #expect(
      try shadowbench("sweep", "--matrix", matrix, "--shard", "2/2", "-o", "\(folder)/b").code == 0)
    let merged = try shadowbench("sweep", "--merge", "\(folder)/a", "\(folder)/b")
    #expect(merged.code == 0)
    #expect(merged.output == single.output)
    let again = try shadowbench("sweep", "--matrix", matrix, "--shard", "2/2", "-o", "\(folder)/b")
    #expect(again.errors == "shadowbench: 1 of 1 cells were there already\n")
    #expect(try shadowbench("sweep", "--matrix", matrix, "-o", "/proc/none").code == 3)
  }

  @Test func theMachineIsInTheResult() throws {
    for command in ["run", "sweep", "recommend"] {
      let outcome = try shadowbench(command, Self.small, "--json", "--numa-node", "0")
      #expect(outcome.output.contains("\"environment\" : {"))
      #expect(outcome.errors.hasPrefix("shadowbench: memory nodes: "))
    }
    #expect(try shadowbench("run", Self.small, "--numa-node", "x").code == 2)
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
