public import MissRatio

/// The miss-ratio curve of a trace, and the sizes to show it at.
public struct TraceCurve: Sendable {
  /// The trace's file.
  public let file: String
  /// The curve, for every size.
  public let curve: MissRatioCurve
  /// The sizes to show, objects, in ascending order.
  public let sizes: [Int]
  /// What contradicts that the file is one trace, each once; a sentence each.
  public let losses: [String]

  /// A curve with its trace.
  public init(file: String, curve: MissRatioCurve, sizes: CacheSizes, losses: [String] = []) {
    self.file = file
    self.losses = losses
    self.curve = curve
    self.sizes = sizes.sizes(objects: curve.objects)
  }

  /// Reads the trace at `path` once.
  /// - Parameter progress: takes requests done and requests in all, 0 if nobody knows
  /// - Throws: `InputError` for the file, `OutOfMemory` where there are too many objects
  public static func measure(
    _ path: String, sizes: CacheSizes, progress: (Int, Int) -> Void
  ) throws -> TraceCurve {
    let trace = try OracleGeneralTrace(path: path)
    let total = trace.recordCount ?? 0
    var distances = try StackDistances()
    var checks = OracleGeneralChecks()
    try trace.forEachBlock { block in
      progress(distances.requests, total)
      try checks.take(block, file: path)
      try distances.request(
        block, stride: OracleGeneralTrace.recordBytes,
        offset: OracleGeneralTrace.identifierOffset)
    }
    return TraceCurve(
      file: path, curve: distances.curve(), sizes: sizes,
      losses: checks.sentence.map { [$0] } ?? [])
  }
}
