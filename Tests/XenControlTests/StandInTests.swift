import Foundation
import Testing

/// The command with libraries that stand in for those of several versions of Xen.
@Suite struct StandInTests {
  static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("StandIn/libxenctrl.c").path
  static let command = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("shadowbench").path

  /// Runs a program; gives its exit code and what it wrote.
  static func run(_ words: [String], _ environment: [String: String] = [:]) throws -> (
    code: Int32, output: String
  ) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  /// A folder with a library that stands in for that of Xen 4.`minor`.
  static func library(_ minor: Int) throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stand-in-\(minor)-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let compiled = try run([
      "clang", "-shared", "-fPIC", "-DMINOR=\(minor)", "-o", "\(folder)/libxenctrl.so.4.\(minor)",
      source,
    ])
    try #require(compiled.code == 0, "\(compiled.output)")
    try hideNewer(than: minor, in: folder)
    return folder
  }

  /// Gives the stand-in the names of newer libraries that this machine has, which would be found
  /// first.
  private static func hideNewer(than minor: Int, in folder: String) throws {
    let name = "libxenctrl.so.4."
    for other in 0...99 where other > minor && dlopen("\(name)\(other)", RTLD_LAZY) != nil {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/\(name)\(other)", withDestinationPath: "\(name)\(minor)")
    }
  }

  @Test(arguments: [
    (15, "in whole MiB", 1536, 512), (16, "in whole MiB", 1536, 512),
    (17, "in exact pages", 1281, 385), (22, "in exact pages", 1281, 385),
  ])
  func theArgumentsAreThoseOfTheVersion(minor: Int, sizes: String, grown: Int, least: Int) throws {
    let folder = try Self.library(minor)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func host(_ words: String...) throws -> (code: Int32, output: String) {
      try Self.run(
        [Self.command, "host"] + words,
        ["LD_LIBRARY_PATH": folder, "STAND_IN_POOL": "\(folder)/pool"])
    }
    let info = try host("info")
    #expect(info.output.contains("4.\(minor).5"))
    #expect(info.output.contains(sizes))
    #expect(info.output.contains("9900 pages of 2048.00 MiB"))
    #expect(try host("get", "3").output.contains("25350 shadow faults"))
    let set = try host("set", "3", "--pages", "1281")
    #expect(set.code == 0)
    #expect(set.output.contains("= \(grown) pages"))
    let raised = try host("set", "3", "--pages", "9")
    #expect(raised.output.contains("= \(least) pages"))
    #expect(raised.output.contains("raised to the minimum"))
    #expect(try host("set", "3", "--pages", "99999").code == 3)
    let watched = try host("watch", "3", "--count", "2", "--interval", "0.05").output
    #expect(watched.contains("few-faults, verdict not known"))
    #expect(try host("get", "4").code == 2)
  }
}
