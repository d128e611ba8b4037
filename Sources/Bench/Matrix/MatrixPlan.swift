import Digests

/// A matrix's cells with the digest of everything that decides each one's result.
public struct MatrixPlan: Sendable {
  /// A cell to sweep.
  public struct Item: Sendable {
    /// The cell.
    public var cell: MatrixCell
    /// Its ``MatrixCell/id``.
    public var id: String
    /// SHA-256 of settings, files and program version.
    public var digest: String
  }

  /// The matrix.
  public let matrix: SweepMatrix
  /// The cells in order.
  public let items: [Item]
  let cost: CostProfile
  private let resolver: InputResolver

  /// Plans a matrix: its files are read, its inputs found.
  /// - Throws: ``InputError`` with the matrix's line for an input that is not there
  public init(_ matrix: SweepMatrix, resolver: InputResolver = .standard) throws(InputError) {
    self.matrix = matrix
    self.resolver = resolver
    var common = SHA256()
    common.add(field: Product.version.utf8)
    common.add(field: "\(JSONResult.schemaVersion)".utf8)
    common.add(field: matrix.sizes.settings.utf8)
    common.add(
      field:
        "\(matrix.cyclesPerAccess) \(matrix.target.share) \(matrix.target.margin)".utf8)
    if matrix.costProfile == CostProfile.core2.name {
      cost = .core2
    } else {
      let path = matrix.location(of: matrix.costProfile)
      cost = try CostProfile.named(path)
      common.add(field: try TextFile.bytes(of: path))
    }
    common.add(field: cost.name.utf8)
    var inputs: [String: SHA256] = [:]
    for entry in matrix.inputs where inputs[entry.name] == nil {
      var hash = common
      for file in try Self.files(of: entry, in: matrix, resolver) {
        hash.add(field: try TextFile.bytes(of: file))
      }
      inputs[entry.name] = hash
    }
    items = matrix.cells.map { cell in
      var hash = inputs[cell.input] ?? common
      hash.add(field: cell.settings.utf8)
      return Item(cell: cell, id: cell.id, digest: hash.finish())
    }
  }

  private static func files(
    of entry: SweepMatrix.Entry, in matrix: SweepMatrix, _ resolver: InputResolver
  ) throws(InputError) -> [String] {
    do throws(InputError) {
      return try resolver.files(of: matrix.location(of: entry.name))
    } catch {
      throw InputError(file: matrix.path, line: entry.line, reason: "inputs: \(error)")
    }
  }

  /// The items of a part.
  public func items(of shard: MatrixShard) -> [Item] {
    items.filter { shard.contains($0.cell.index) }
  }

  /// Opens a cell's input.
  func open(_ cell: MatrixCell) throws(InputError) -> WorkloadInput {
    var input = try resolver.open(
      InputRequest(
        matrix.location(of: cell.input), mode: cell.guest.mode,
        memoryMiB: cell.guest.memoryMiB, vcpus: cell.guest.vcpus))
    input.name = cell.input
    return input
  }

  /// What a cell is swept under.
  func conditions(_ cell: MatrixCell, input: WorkloadInput) -> Conditions {
    Conditions(
      input: input,
      sizing: Sizing(shape: input.shape, rule: cell.rule, p2m: cell.p2m), policy: cell.policy,
      rule: ShareRule(cost: cost, cyclesPerAccess: matrix.cyclesPerAccess),
      target: matrix.target)
  }
}
