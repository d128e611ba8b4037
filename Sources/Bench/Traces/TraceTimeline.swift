/// What happened in each stretch of a trace; at most 64 stretches, however long the trace.
public struct TraceTimeline: Sendable {
  /// A stretch.
  public struct Bucket: Hashable, Sendable {
    /// Shadow faults fixed.
    public var fixups: UInt64 = 0
    /// Roots given up to make room.
    public var reclaims: UInt64 = 0
    /// Roots made anew after they were given up.
    public var reshadowings: UInt64 = 0
    /// Root loads.
    public var rootLoads: UInt64 = 0
    /// Cycles of shadow work.
    public var shadowCycles: UInt64 = 0
  }

  static let limit = 64
  /// The first time stamp.
  public private(set) var start: UInt64?
  /// log2 of the cycles of a stretch.
  private var shift: UInt64 = 16
  /// The stretches, from the first on.
  public private(set) var buckets = [Bucket](repeating: Bucket(), count: limit)
  /// Stretches that were reached.
  public private(set) var used = 0

  /// Cycles of a stretch.
  public var bucketCycles: UInt64 { 1 << shift }

  /// The stretch of a time; times before the first one count to the first stretch.
  mutating func index(_ cycles: UInt64) -> Int {
    guard let start else {
      self.start = cycles
      used = 1
      return 0
    }
    guard cycles > start else { return 0 }
    while (cycles - start) >> shift >= UInt64(Self.limit) { merge() }
    let index = Int((cycles - start) >> shift)
    used = max(used, index + 1)
    return index
  }

  mutating func change(at cycles: UInt64, _ body: (inout Bucket) -> Void) {
    body(&buckets[index(cycles)])
  }

  private mutating func merge() {
    for index in 0..<(Self.limit / 2) {
      var sum = buckets[index * 2]
      let next = buckets[index * 2 + 1]
      sum.fixups += next.fixups
      sum.reclaims += next.reclaims
      sum.reshadowings += next.reshadowings
      sum.rootLoads += next.rootLoads
      sum.shadowCycles += next.shadowCycles
      buckets[index] = sum
    }
    for index in (Self.limit / 2)..<Self.limit { buckets[index] = Bucket() }
    shift += 1
    used = (used + 1) / 2
  }
}
