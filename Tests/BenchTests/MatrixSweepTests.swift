import Foundation
import Output
import Testing

@testable import Bench

@Suite struct MatrixSweepTests {
  let bench = MatrixBench()

  @Test func aSecondRunDoesNothing() async throws {
    let first = try await bench.sweep(.whole, into: "a")
    let runs = bench.runs.value
    #expect(first.keptCount == 0)
    #expect(runs > 0)
    let second = try await bench.sweep(.whole, into: "a")
    #expect(second.keptCount == 16)
    #expect(bench.runs.value == runs)
    #expect(second.lines == first.lines)
    #expect(try MatrixReport.lines(second).count == 17)
  }

  @Test func aRunThatWasCutShortGoesOn() async throws {
    let shard = MatrixShard(number: 1, count: 3)
    try await bench.sweep(shard, into: "a")
    // What a crash leaves: some results, half-written ones under other names.
    let store = CellStore(folder: bench.folder("a"))
    let items = try MatrixBench.plan().items(of: shard)
    for item in items.prefix(2) {
      try FileManager.default.removeItem(atPath: store.path(item.id))
      let half = bench.folder("a/cells/.shadowbench-\(item.id.prefix(8)).part")
      try "{".write(toFile: half, atomically: true, encoding: .utf8)
    }
    let outcome = try await bench.sweep(shard, into: "a")
    #expect(outcome.keptCount == items.count - 2)
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder("a/cells"))
    #expect(left.count { $0.hasSuffix(".jsonl") } == items.count)
  }

  @Test func changedInputsAreSweptAgain() async throws {
    let path = bench.folder("input.yaml")
    let matrix = "name: a\ninputs: [input.yaml]\nsizes: 2\n"
    try FileManager.default.createDirectory(
      atPath: bench.root, withIntermediateDirectories: true)
    func sweep() async throws -> Int {
      try matrix.write(toFile: bench.folder("m.yaml"), atomically: true, encoding: .utf8)
      let plan = try MatrixPlan(SweepMatrix.load(path: bench.folder("m.yaml")))
      #expect(plan.items[0].id.hasPrefix("input-mapped-once-2m-xen-s1-"))
      return try await bench.sweep(.whole, into: "a", plan: plan).keptCount
    }
    try SmallFile.workload.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try await sweep() == 0)
    #expect(try await sweep() == 1)
    try (SmallFile.workload + "# changed\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(try await sweep() == 0)
  }

  @Test func aBadCellDoesNotKeepTheOthersFromBeingSwept() async throws {
    let plan = try MatrixBench.plan(
      """
      name: a
      inputs: ["reference:procs=2 leaves=1", "reference:procs=bad"]
      seeds: [1, 2]
      sizes: 1
      """)
    let outcome = try await bench.sweep(.whole, into: "a", plan: plan)
    #expect(outcome.failures.count == 2)
    #expect(outcome.failures[0].contains("reference: procs=bad: must be a number"))
    #expect(outcome.lines.map { $0 == nil } == [false, false, true, true])
    #expect(try MatrixReport.lines(outcome)[4].contains("failed"))
    #expect(try await bench.sweep(.whole, into: "a", plan: plan).keptCount == 2)
  }

  @Test func aFolderThatCannotBeMadeIsTheEnvironmentsFault() async throws {
    let plan = try MatrixBench.plan()
    await #expect(throws: OutputError.self) {
      try await MatrixSweep(plan: plan, jobs: 1, store: CellStore(folder: "/proc/none")).run()
    }
    let file = bench.folder("file")
    try FileManager.default.createDirectory(
      atPath: bench.root, withIntermediateDirectories: true)
    try "x".write(toFile: file, atomically: true, encoding: .utf8)
    await #expect(throws: OutputError.self) {
      try await MatrixSweep(plan: plan, jobs: 1, store: CellStore(folder: file)).run()
    }
  }

  @Test(arguments: [1, 2, 3, 7, 16, 40])
  func everyCellIsInOneShard(count: Int) throws {
    let plan = try MatrixBench.plan()
    let parts = (1...count).map { plan.items(of: MatrixShard(number: $0, count: count)) }
    #expect(parts.flatMap { $0 }.map(\.cell.index).sorted() == Array(0..<16))
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test(arguments: ["", "1", "0/3", "4/3", "-1/3", "1/0", "1/2/3", "a/b", "1/", "/1", "1/9999999"])
  func badShardsAreRefused(text: String) {
    #expect(MatrixShard(text) == nil)
  }

  @Test func shardsAreCountedFromOne() {
    #expect(MatrixShard("1/1") == .whole)
    #expect(MatrixShard("2/7")?.description == "2/7")
    #expect(ShardManifest.part(fileName: "shard-2-of-7.json") == MatrixShard("2/7"))
    for name in ["shard-2-of-7.jso", "shard-2.json", "shard-02-of-7.json", "x-2-of-7.json"] {
      #expect(ShardManifest.part(fileName: name) == nil)
    }
  }
}
