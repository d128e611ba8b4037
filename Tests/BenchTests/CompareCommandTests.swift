import Foundation
import OutputSupport
import Testing

@testable import Bench

/// `run --repeats`, `compare` and `baseline` as commands: exit codes, streams, files.
@Suite struct CompareCommandTests {
  static let small = CommandTests.small

  func shadowbench(_ arguments: String...) throws -> ChildOutcome {
    try CommandTests().shadowbench(arguments)
  }

  @Test(arguments: [
    ["run", small, "--repeats", "0"], ["run", small, "--warmup", "1"],
    ["run", small, "--clock", "wall"], ["run", small, "--repeats", "2", "--clock", "sun"],
    ["run", small, "--repeats", "2", "--min-time", "-1"], ["compare"], ["compare", "a"],
    ["compare", "/nonexistent.json", "/nonexistent.json"], ["baseline"],
    ["compare", "a", "b", "--threshold", "-1"], ["compare", "a", "b", "--alpha", "0"],
    ["compare", "a", "b", "--alpha", "1"], ["baseline", "save", "x"],
    ["baseline", "check", "nosuch", "a.json"], ["baseline", "save", "../x", "a.json"],
  ])
  func badUsageExitsWithTwo(_ arguments: [String]) throws {
    let outcome = try CommandTests().shadowbench(arguments)
    #expect(outcome.code == 2 || arguments == ["baseline"] && outcome.code == 0)
    if arguments != ["baseline"] {
      #expect(outcome.output.isEmpty && outcome.errors.hasPrefix("shadowbench: error: "))
    }
  }

  @Test func aDamagedResultExitsWithTwo() throws {
    let good = ResultFileTests.fixture(.run)
    for text in ["", "{", "[1]", "{\"schema_version\": 2, \"kind\": \"baseline\"}"] {
      try Folder.with(["bad.json": Data(text.utf8)]) { folder in
        let outcome = try shadowbench("compare", good, folder)
        #expect(outcome.code == 2 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("shadowbench: error: \(folder)/bad.json: "))
      }
    }
    let empty = try Folder.with([:]) { try shadowbench("compare", good, $0) }
    #expect(empty.code == 2 && empty.errors.contains("without any .json file"))
  }

  @Test func timesAreKeptAndComparedAndAChangedCounterFound() throws {
    try Folder.with([:]) { folder in
      let (old, new) = ("\(folder)/old.json", "\(folder)/new.json")
      let run = try shadowbench(
        "run", Self.small, "--repeats", "6", "--warmup", "1", "--clock", "wall", "-o", old)
      #expect(run.code == 0 && run.errors.isEmpty)
      #expect(run.output.contains("95 % interval") && run.output.contains("p99.9"))
      let again = try shadowbench(
        "run", Self.small, "--repeats", "2", "--min-time", "0.01", "--clock", "wall", "-o", new)
      #expect(again.code == 0)
      // A threshold that no machine is noisy enough for: what is tested are counters and codes.
      let same = try shadowbench("compare", old, new, "--threshold", "1000", "-o", "\(folder)/c")
      #expect(same.code == 0 && same.output.contains("time that passed, 6 and "))
      #expect(
        try String(contentsOfFile: "\(folder)/c", encoding: .utf8).contains("\"comparison\""))
      let text = try String(contentsOfFile: new, encoding: .utf8)
      let changed = text.replacingOccurrences(
        of: "\"peak_pages\" : ", with: "\"peak_pages\" : 1")
      try changed.write(toFile: new, atomically: true, encoding: .utf8)
      let differs = try shadowbench("compare", old, new, "--threshold", "1000", "--json")
      #expect(differs.code == 1)
      #expect(differs.output.contains("\"figure\" : \"point.peak_pages\""))
    }
  }

  @Test func aBaselineIsKeptListedAndChecked() throws {
    try Folder.with([:]) { folder in
      let (result, store) = ("\(folder)/r.json", "\(folder)/deep/baselines")
      #expect(
        try shadowbench("run", Self.small, "--repeats", "3", "--clock", "wall", "-o", result).code
          == 0)
      let empty = try shadowbench("baseline", "list", "--folder", store)
      #expect(empty.code == 0 && empty.errors.isEmpty)
      let save = ["baseline", "save", "first", result, "--folder", store]
      let saved = try CommandTests().shadowbench(save)
      #expect(saved.code == 0 && saved.output.isEmpty && saved.errors.contains("1 result kept in"))
      let twice = try CommandTests().shadowbench(save)
      #expect(twice.code == 2 && twice.errors.contains("is there already"))
      let list = try shadowbench("baseline", "list", "--folder", store, "--json")
      #expect(list.output.contains("\"timed\" : 1") && list.output.contains("\"name\" : \"first\""))
      let forced = try CommandTests().shadowbench(save + ["--force", "--counters-only"])
      #expect(forced.code == 0)
      let kept = try String(contentsOfFile: "\(store)/first.json", encoding: .utf8)
      #expect(!kept.contains("timing") && !kept.contains("environment"))
      let check = ["baseline", "check", "first", result, "--folder", store]
      #expect(try CommandTests().shadowbench(check).code == 0)
      #expect(try shadowbench("compare", "\(store)/first.json", result).code == 0)
      try kept.replacingOccurrences(of: "\"accesses\" : ", with: "\"accesses\" : 1")
        .write(toFile: "\(store)/first.json", atomically: true, encoding: .utf8)
      #expect(try CommandTests().shadowbench(check).code == 1)
      let other = try shadowbench("baseline", "check", "second", result, "--folder", store)
      #expect(other.code == 2 && other.errors.contains("there are: first"))
      let names = try FileManager.default.contentsOfDirectory(atPath: store)
      #expect(names == ["first.json"])
    }
  }

  @Test func whatIsMissingIsAFaultWhenStrict() throws {
    let (run, sweep) = (ResultFileTests.fixture(.run), ResultFileTests.fixture(.sweep))
    try Folder.with([:]) { folder in
      #expect(
        try shadowbench("baseline", "save", "both", run, sweep, "--folder", folder).code == 0)
      let check = ["baseline", "check", "both", run, "--folder", folder]
      let outcome = try CommandTests().shadowbench(check)
      #expect(outcome.code == 0 && outcome.output.contains("only in old"))
      #expect(try CommandTests().shadowbench(check + ["--strict"]).code == 1)
      #expect(try shadowbench("compare", run, sweep).code == 2)
    }
  }
}
