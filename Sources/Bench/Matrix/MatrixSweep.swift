public import NUMA
import Output
import Synchronization

/// Sweeps the cells of a matrix's part, several at once, and keeps each result as soon as it is
/// there.
public struct MatrixSweep: Sendable {
  /// What became of the cells.
  public struct Outcome: Sendable {
    /// The cells of the part, in order.
    public var items: [MatrixPlan.Item]
    /// Each one's result line; nil for one that failed.
    var lines: [String?]
    /// Cells whose result was there before.
    public var keptCount: Int
    /// What went wrong, a sentence for each cell that failed.
    public var failures: [String]
  }

  /// The matrix.
  public let plan: MatrixPlan
  /// The part.
  public let shard: MatrixShard
  /// Cells at once.
  public let jobs: Int
  /// Where results are kept; nil to keep none.
  public let store: CellStore?
  private let placement: NodePlacement
  private let environment: RunEnvironment
  private let makePager: PagerFactory
  private let makeSweep: SweepFactory?

  /// A sweep of a part.
  public init(
    plan: MatrixPlan, shard: MatrixShard = .whole, jobs: Int, store: CellStore? = nil,
    placement: NodePlacement = .anywhere, environment: RunEnvironment? = nil,
    makePager: @escaping PagerFactory = StandardModel.pager, makeSweep: SweepFactory? = nil
  ) {
    self.plan = plan
    self.shard = shard
    self.jobs = max(1, jobs)
    self.store = store
    self.placement = placement
    self.environment = environment ?? RunEnvironment(placement)
    self.makePager = makePager
    self.makeSweep = makeSweep
  }

  /// Sweeps all cells whose result is not there yet.
  ///
  /// A cell whose input is bad does not keep the others from being swept.
  /// - Throws: ``OutputError`` when a result cannot be kept
  public func run(progress: ProgressHandler? = nil) async throws -> Outcome {
    try store?.begin(plan, shard: shard)
    let items = plan.items(of: shard)
    var lines = items.map { store?.result($0) }
    let open = items.indices.filter { lines[$0] == nil }
    let inputs = SharedInputs(plan)
    // A few cells are too few for all threads: then each runs several sizes at once.
    let threads = max(1, jobs / max(1, open.count))
    let results = try await ThreadPool(threads: jobs).map(open, progress: progress) { index in
      try await sweep(items[index], inputs: inputs, threads: threads)
    }
    var failures: [String] = []
    for (index, result) in zip(open, results) {
      switch result {
      case .success(let line): lines[index] = line
      case .failure(let error): failures.append("cell \(items[index].id): \(error)")
      }
    }
    return Outcome(
      items: items, lines: lines, keptCount: items.count - open.count, failures: failures)
  }

  private func sweep(
    _ item: MatrixPlan.Item, inputs: SharedInputs, threads: Int
  ) async throws -> Result<String, InputError> {
    let start = ContinuousClock.now
    let line: String
    do {
      let conditions = plan.conditions(item.cell, input: try inputs.open(item.cell))
      let job = Job(
        conditions: conditions, seeds: [item.cell.seed], makePager: makePager,
        makeSweep: makeSweep, threads: threads,
        placement: placement.after(item.cell.index))
      line = try JSONResult.line(try await job.sweep(plan.matrix.sizes), item: item)
    } catch let error as InputError {
      return .failure(error)
    }
    try store?.keep(
      CellFile(
        result: line, id: item.id, digest: item.digest,
        seconds: (ContinuousClock.now - start) / .seconds(1),
        environment: environment))
    return .success(line)
  }
}

extension MatrixSweep.Outcome {
  /// Writes the document of the part's results; all cells must have one.
  public func write(_ plan: MatrixPlan, to sink: (String) throws -> Void) throws {
    precondition(failures.isEmpty, "only complete results are written")
    let manifest = ShardManifest(plan, shard: .whole)
    try MatrixResult.write(
      matrix: manifest.matrix, digest: manifest.matrixDigest, count: lines.count,
      line: { lines[$0] ?? "" }, to: sink)
  }
}

/// Inputs that several cells run, each read once.
private final class SharedInputs: Sendable {
  private struct Key: Hashable {
    var name: String
    var guest: GuestOverride
  }

  private let plan: MatrixPlan
  private let inputs = Mutex<[Key: Result<WorkloadInput, InputError>]>([:])

  init(_ plan: MatrixPlan) { self.plan = plan }

  /// The cell's input.
  func open(_ cell: MatrixCell) throws(InputError) -> WorkloadInput {
    let key = Key(name: cell.input, guest: cell.guest)
    let result = inputs.withLock { inputs in
      if let known = inputs[key] { return known }
      let result = Result { () throws(InputError) in try plan.open(cell) }
      inputs[key] = result
      return result
    }
    return try result.get()
  }
}
