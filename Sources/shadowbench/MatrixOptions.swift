public import ArgumentParser
public import Bench
import NUMA

extension MatrixShard: ExpressibleByArgument {
  /// The part that `i/n` names.
  public init?(argument: String) { self.init(argument) }
}

/// Many inputs under many conditions, on one machine or shared out to several.
struct MatrixOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Sweep every cell of a matrix file.", valueName: "file"), completion: .file()
  )
  var matrix: String?

  @Option(
    help: ArgumentHelp(
      "Only every n-th cell of the matrix, from the i-th on.", valueName: "i/n"))
  var shard: MatrixShard?

  @Option(help: "Cells at once. (default: the processors)")
  var jobs: Int?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Merge the results of a matrix's shards: the folders that -o named.", valueName: "folder"),
    completion: .directory)
  var merge: [String] = []

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "The file that keeps the result as JSON; with --matrix the folder.", valueName: "path"),
    completion: .file())
  var output: String?

  func validate() throws {
    guard matrix == nil || merge.isEmpty else {
      throw ValidationError("give one of --matrix and --merge")
    }
    let isMatrix = matrix != nil
    if shard != nil && !isMatrix { throw ValidationError("--shard needs --matrix") }
    if jobs != nil && !isMatrix { throw ValidationError("--jobs needs --matrix") }
    if let jobs, !(1...4096).contains(jobs) {
      throw ValidationError("--jobs is \(jobs), must be 1 to 4096")
    }
  }

  /// Whether this is about a matrix at all.
  var isGiven: Bool { matrix != nil || !merge.isEmpty }

  /// Sweeps the cells of the file at `path`.
  func sweep(_ path: String, json: Bool, node: NodeOptions, console: Console) async throws {
    let plan = try MatrixPlan(SweepMatrix.load(path: path))
    let machine = try node.machine(pieces: plan.items.count, console: console)
    let progress = console.progress("sweeping", unit: "cells")
    defer { progress.finish() }
    let outcome = try await MatrixSweep(
      plan: plan, shard: shard ?? .whole,
      jobs: jobs ?? NUMALibrary.system.usableProcessors,
      store: output.map(CellStore.init(folder:)), placement: machine.placement,
      environment: machine.environment, makeSweep: StandardModel.sweep
    ).run(progress: progress.update)
    progress.finish()
    if outcome.keptCount > 0 {
      console.warn("\(outcome.keptCount) of \(outcome.items.count) cells were there already")
    }
    if json && outcome.failures.isEmpty {
      try outcome.write(plan, to: console.write)
    } else if !json {
      try console.print(MatrixReport.lines(outcome))
    }
    guard outcome.failures.isEmpty else {
      outcome.failures.dropLast().forEach { console.warn("\(path): \($0)") }
      throw InputError(file: path, reason: outcome.failures.last ?? "")
    }
  }

  /// Merges the shards' folders.
  func mergeShards(console: Console) throws {
    let merge = try MatrixMerge(folders: merge)
    guard merge.faults.isEmpty else {
      merge.faults.forEach(console.warn)
      throw Failure.Code.found
    }
    if let output { try merge.write(path: output) } else { try merge.write(to: console.write) }
    console.warn("merged \(merge.cellCount) cells")
  }
}
