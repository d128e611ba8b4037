import Foundation
import Output
import Testing

@testable import Bench

@Suite struct MatrixMergeTests {
  let bench = MatrixBench()

  @Test(arguments: [2, 3, 7, 20], [false, true])
  func shardsMergeToOneMachinesBytes(count: Int, sharesFolder: Bool) async throws {
    let folders = try await bench.sweepAll(count, sharesFolder: sharesFolder)
    let merge = try MatrixMerge(folders: folders.reversed())
    #expect(merge.faults.isEmpty)
    #expect(merge.cellCount == 16)
    #expect(try MatrixBench.text(merge) == (try await bench.single()))
  }

  @Test func theNumberOfThreadsChangesNothing() async throws {
    let single = try await bench.single(jobs: 1)
    for jobs in [2, 5, 64] { #expect(try await bench.single(jobs: jobs) == single) }
    let object = try JSONSerialization.jsonObject(with: Data(single.utf8)) as? [String: Any]
    let cells = try #require(object?["cells"] as? [[String: Any]])
    #expect(cells.count == 16)
    #expect(cells.map { $0["id"] as? String } == (try MatrixBench.plan().items.map(\.id)))
    #expect(object?["matrix"] as? String == "small")
    #expect(!single.contains("seconds"))
  }

  @Test func aMergedFileIsThereAsAWholeOrNotAtAll() async throws {
    let folders = try await bench.sweepAll(2, sharesFolder: true)
    let path = bench.folder("merged.json")
    try MatrixMerge(folders: folders).write(path: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == (try await bench.single()))
    #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    #expect(throws: OutputError.self) {
      try MatrixMerge(folders: folders).write(path: "/nonexistent/merged.json")
    }
  }

  @Test func aMissingShardIsNamedAndRunAgainAlone() async throws {
    try await bench.sweep(MatrixShard(number: 1, count: 3), into: "a")
    try await bench.sweep(MatrixShard(number: 3, count: 3), into: "c")
    let faults = try MatrixMerge(folders: ["a", "c"].map(bench.folder)).faults
    #expect(faults.count == 1)
    #expect(faults[0].hasPrefix("shard 2/3 is missing, 5 of its cells to do: no result of cell"))
    #expect(faults[0].hasSuffix("run it again alone: --shard 2/3"))
    try await bench.sweep(MatrixShard(number: 2, count: 3), into: "b")
    let merge = try MatrixMerge(folders: ["a", "b", "c"].map(bench.folder))
    #expect(try MatrixBench.text(merge) == (try await bench.single()))
  }

  /// Ways in which a file can be hurt, and the text that names it.
  static let damages: [(String, String, @Sendable (String) -> String?)] = [
    ("gone", "incomplete, 1 of its cells to do: no result of cell", { _ in nil }),
    ("empty", "expected two lines and their ends, found 0", { _ in "" }),
    ("cut in the result", "found 1", { String($0.dropLast(9)) }),
    ("cut in the first line", "found 0", { String($0.prefix(40)) }),
    ("without its end", "found 1", { String($0.dropLast(1)) }),
    ("with a line more", "found 3", { $0 + "more\n" }),
    (
      "one digit changed", "does not agree with its checksum",
      {
        $0.replacingOccurrences(of: "\"accesses\":", with: "\"accesses\":1")
      }
    ),
    ("no JSON", "first line is not what was written", { "x" + $0 }),
    (
      "of other inputs", "is of other inputs",
      {
        $0.replacingOccurrences(of: "\"digest\":\"", with: "\"digest\":\"0")
      }
    ),
    (
      "of another cell", "it is the result of x",
      { text in
        let lines = text.split(separator: "\n", maxSplits: 1)
        return lines[0].replacingOccurrences(of: "\"id\":\"", with: "\"id\":\"x") + "\n" + lines[1]
      }
    ),
  ]

  @Test(arguments: damages.indices)
  func aDamagedResultIsNamedAndMadeAgain(number: Int) async throws {
    let (_, complaint, damage) = Self.damages[number]
    let folders = try await bench.sweepAll(3, sharesFolder: true)
    let whole = try MatrixBench.text(MatrixMerge(folders: folders))
    let store = CellStore(folder: folders[0])
    let path = store.path(try MatrixBench.plan().items[4].id)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    if let text = damage(text) {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } else {
      try FileManager.default.removeItem(atPath: path)
    }
    let faults = try MatrixMerge(folders: folders).faults
    #expect(faults.count == 1)
    #expect(faults[0].hasPrefix("shard 2/3 is incomplete"), "\(faults[0])")
    #expect(faults[0].contains(complaint), "\(faults[0])")
    let outcome = try await bench.sweep(MatrixShard(number: 2, count: 3), into: "all")
    #expect(outcome.keptCount == 4)
    #expect(try MatrixBench.text(MatrixMerge(folders: folders)) == whole)
  }

  @Test func aDamagedManifestIsNamed() async throws {
    let folders = try await bench.sweepAll(2, sharesFolder: true)
    let path = "\(folders[0])/shard-2-of-2.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let changes = [
      "", "{}", String(text.dropLast(20)), text.replacingOccurrences(of: "-s5-", with: "-s6-"),
      text.replacingOccurrences(of: "\"shard\" : 2", with: "\"shard\" : 3"),
    ]
    for change in changes {
      try change.write(toFile: path, atomically: true, encoding: .utf8)
      let faults = try MatrixMerge(folders: folders).faults
      #expect(faults.count == 1)
      #expect(faults[0].hasPrefix("shard 2/2: \(path): is damaged"), "\(faults)")
    }
    try await bench.sweep(MatrixShard(number: 2, count: 2), into: "all")
    #expect(try MatrixMerge(folders: folders).faults.isEmpty)
  }

  @Test func shardsOfDifferentMatricesAreNotMixed() async throws {
    try await bench.sweep(MatrixShard(number: 1, count: 2), into: "a")
    let other = try MatrixBench.plan(
      MatrixBench.text.replacingOccurrences(of: "4000", with: "4001"))
    try await bench.sweep(MatrixShard(number: 2, count: 2), into: "b", plan: other)
    let faults = try MatrixMerge(folders: ["a", "b"].map(bench.folder)).faults
    #expect(faults.count == 1)
    #expect(faults[0].contains("shard 2/2 in \(bench.folder("b")) is of another matrix"))
  }

  @Test func twoResultsOfACellMustAgree() async throws {
    for name in ["a", "b"] { try await bench.sweep(.whole, into: name) }
    let folders = ["a", "b"].map(bench.folder)
    #expect(try MatrixMerge(folders: folders).faults.isEmpty)
    let item = try MatrixBench.plan().items[0]
    try CellStore(folder: folders[1]).keep(
      CellFile(result: "{}", id: item.id, digest: item.digest, seconds: 1))
    let faults = try MatrixMerge(folders: folders).faults
    #expect(faults.count == 1)
    #expect(faults[0].contains("differs from another result of the same cell"))
  }

  @Test func foldersWithoutShardsAreRefused() async throws {
    #expect(throws: InputError.self) { try MatrixMerge(folders: ["/nonexistent"]) }
    #expect(throws: InputError.self) { try MatrixMerge(folders: []) }
  }
}
