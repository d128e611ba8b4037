import Foundation
import GuestModel
import ShadowModel
import Testing

@testable import Bench

/// A matrix of 16 cells on a scripted pager, and folders that are taken away again.
final class MatrixBench {
  static let text = """
    name: small
    inputs:
      - "reference:procs=4 leaves=2 touch=4 rounds=2"
      - input: "reference:procs=5 leaves=2 touch=4 rounds=2"
        memory_mib: 128
    guests:
      - {}
      - {vcpus: 1, mode: pae}
    rules: [mapped-once]
    policies: [xen, fifo]
    seeds: {first: 5, count: 2}
    sizes: {pages: [200, 300, 4000]}

    """

  let root = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString)"
  let runs = Counter()

  deinit { try? FileManager.default.removeItem(atPath: root) }

  static func plan(_ text: String = MatrixBench.text) throws -> MatrixPlan {
    try MatrixPlan(SweepMatrix(text: text))
  }

  func folder(_ name: String) -> String { "\(root)/\(name)" }

  /// Sweeps a part into a folder.
  @discardableResult
  func sweep(
    _ shard: MatrixShard, into name: String?, plan: MatrixPlan? = nil, jobs: Int = 2
  ) async throws -> MatrixSweep.Outcome {
    let runs = runs
    return try await MatrixSweep(
      plan: plan ?? Self.plan(), shard: shard, jobs: jobs,
      store: name.map { CellStore(folder: folder($0)) }
    ) { configuration, memory, policy in
      runs.add()
      return FakePager(
        configuration, needed: 1000, crashesBelow: 0, faults: policy == .xen ? 3 : 4)
    }.run()
  }

  /// The document that one machine makes.
  func single(jobs: Int = 2) async throws -> String {
    let outcome = try await sweep(.whole, into: nil, jobs: jobs)
    var text = ""
    try outcome.write(Self.plan()) { text += $0 }
    return text
  }

  /// Sweeps all shards, a folder each or one for all.
  func sweepAll(_ count: Int, sharesFolder: Bool) async throws -> [String] {
    let names = (1...count).map { sharesFolder ? "all" : "shard\($0)" }
    for number in 1...count {
      try await sweep(
        MatrixShard(number: number, count: count), into: names[number - 1], jobs: number)
    }
    return sharesFolder ? [folder("all")] : names.map(folder)
  }

  static func text(_ merge: MatrixMerge) throws -> String {
    var text = ""
    try merge.write { text += $0 }
    return text
  }
}

/// Counts from any thread.
final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  var value: Int { lock.withLock { count } }
  func add() { lock.withLock { count += 1 } }
}
