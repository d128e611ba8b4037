import Foundation
import Testing

@testable import XenControl

/// The command `host tune` itself, on a library that stands in for Xen's, ended by signals.
@Suite struct TuneCommandTests {
  /// A guest whose working set fits into 1,500 pages, and a search of it, in a folder of its own.
  struct Scene {
    let folder: String
    let environment: [String: String]

    init(fits: Int = 1500, minor: Int = 17) throws {
      folder = try StandInTests.library(minor)
      environment = [
        "LD_LIBRARY_PATH": folder, "STAND_IN_POOL": "\(folder)/pool", "STAND_IN_FITS": "\(fits)",
      ]
    }

    var log: String { "\(folder)/log.json" }

    /// The pool, pages; as it is at first when it was never set.
    var pages: Int {
      (try? String(contentsOfFile: "\(folder)/pool", encoding: .utf8)).flatMap { Int($0) } ?? 768
    }

    var search: [String] {
      ["3", "--log", log, "--interval", "0.02", "--samples", "3", "--settle", "0.02"]
        + ["--keep-free-mib", "0"]
    }

    func tune(_ words: [String]) throws -> (code: Int32, output: String) {
      try StandInTests.run([StandInTests.command, "host", "tune"] + words, environment)
    }

    /// Runs a search and sends it a signal after so many seconds.
    @discardableResult
    func tune(_ words: [String], signal: Int32, after seconds: Double) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: StandInTests.command)
      process.arguments = ["host", "tune"] + words
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(seconds * 1_000_000))
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      return process.terminationReason == .uncaughtSignal ? process.terminationStatus : 0
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
  }

  @Test(arguments: [16, 17])
  func itFindsTheSizeAndUndoesIt(minor: Int) throws {
    let scene = try Scene(minor: minor)
    defer { scene.remove() }
    let planned = try scene.tune(scene.search + ["--dry-run"])
    #expect(planned.code == 0)
    #expect(planned.output.contains("growing"))
    #expect(scene.pages == 768)
    let found = try scene.tune(scene.search)
    #expect(found.code == 0, "\(found.output)")
    #expect(found.output.contains("verdict    target-met"))
    #expect((1500...2048).contains(scene.pages))
    let undone = try scene.tune(["--undo", scene.log])
    #expect(undone.code == 0)
    #expect(scene.pages == 768)
    #expect(try scene.tune(["--resume", scene.log]).code == 2)
  }

  @Test func whateverEndsItItGoesOn() throws {
    for round in 0..<8 {
      let scene = try Scene()
      defer { scene.remove() }
      try scene.tune(scene.search, signal: SIGKILL, after: 0.05 + 0.06 * Double(round))
      guard FileManager.default.fileExists(atPath: scene.log) else {
        #expect(scene.pages == 768)
        continue
      }
      let text = try String(contentsOfFile: scene.log, encoding: .utf8)
      let journal = try TuneJournal.read(text, file: scene.log)
      #expect(journal.firstPages == 768)
      #expect(journal.explains(scene.pages))
      if journal.state == .running {
        #expect(try scene.tune(scene.search).code == 2, "a log that has not ended is kept")
        let rest = try scene.tune(["--resume", scene.log])
        #expect(rest.code == 0, "\(rest.output)")
      }
      #expect(scene.pages == 1728)
      #expect(try scene.tune(["--undo", scene.log]).code == 0)
      #expect(scene.pages == 768)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGPIPE])
  func toldToStopItPutsBackWhatDidNotHelp(number: Int32) throws {
    let scene = try Scene(fits: 100_000)
    defer { scene.remove() }
    let ending = try scene.tune(
      scene.search + ["--interval", "0.1"], signal: number, after: 0.7)
    #expect(ending == number, "it ends as by the signal")
    let text = try String(contentsOfFile: scene.log, encoding: .utf8)
    let journal = try TuneJournal.read(text, file: scene.log)
    #expect(journal.state == .interrupted)
    #expect(scene.pages == 768)
  }

  @Test func aLogThatCannotBeWrittenChangesNothing() throws {
    let scene = try Scene()
    defer { scene.remove() }
    let failed = try scene.tune(scene.search + ["--log", "\(scene.folder)/none/log"])
    #expect(failed.code == 3)
    #expect(scene.pages == 768)
  }

  @Test(arguments: [
    [], ["3", "--undo", "x"], ["--resume", "/nonexistent"], ["--undo", "/dev/null"],
    ["3", "--target", "-1"], ["3", "--interval", "nan"], ["--resume", "x", "--shrink"],
    ["--undo", "x", "--dry-run"], ["3", "--samples", "0"], ["4"], ["--resume", "x", "--log", "y"],
  ])
  func badUsageIsSaid(words: [String]) throws {
    let scene = try Scene()
    defer { scene.remove() }
    #expect(try scene.tune(words).code == 2)
    #expect(scene.pages == 768)
  }

  @Test func everyLineIsJSON() throws {
    let scene = try Scene()
    defer { scene.remove() }
    let found = try scene.tune(scene.search + ["--json"])
    let lines = found.output.split(separator: "\n")
    #expect(lines.count == 6)
    for line in lines {
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(value?["schema_version"] as? Int == 1)
      #expect(value?["event"] is String)
    }
  }

  /// A reader that goes away ends it as by SIGPIPE, with the best size in place.
  @Test func aClosedPipeLeavesTheBestSize() throws {
    let scene = try Scene(fits: 100_000)
    defer { scene.remove() }
    let words = ["host", "tune"] + scene.search + ["--json"]
    let (code, _) = try StandInTests.run(
      ["bash", "-c", #"set -o pipefail; "$0" "$@" | head -n 1 >/dev/null"#, StandInTests.command]
        + words, scene.environment)
    #expect(code == 128 + SIGPIPE)
    #expect(scene.pages == 768)
  }

  /// The undo is told before anything is changed, and again where somebody reads.
  @Test func aSetWhoseReaderIsGoneTellsItsUndo() throws {
    let scene = try Scene()
    defer { scene.remove() }
    let (code, output) = try StandInTests.run(
      [
        "bash", "-c",
        #"set -o pipefail; { sleep 0.3; "$0" host set 3 --pages 2000 --rule libxl; } | true"#,
        StandInTests.command,
      ], scene.environment)
    #expect(code == 128 + SIGPIPE, "\(output)")
    #expect(scene.pages == 2000)
    #expect(output.contains("should this be cut off: shadowbench host set 3 --pages 768"))
    #expect(output.contains("undo       shadowbench host set 3 --pages 768"))
  }
}
