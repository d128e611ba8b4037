/// How often an LRU cache misses, for every size.
public struct MissRatioCurve: Sendable {
  /// Requests of the trace.
  public let requests: Int
  /// Hits of a cache of so many objects, from 0 on; the last is that of a cache for all objects.
  private let hitsBySize: [Int]

  /// The curve of `requests` requests, `distances[d]` of them at stack distance `d`.
  public init(requests: Int, distances: [Int]) {
    self.requests = requests
    var hits = 0
    hitsBySize =
      [0]
      + distances.map { count in
        hits += count
        return hits
      }
  }

  /// Different objects of the trace: its first requests, which every cache misses.
  public var objects: Int { hitsBySize.count - 1 }

  /// Hits of a cache of `size` objects.
  public func hits(size: Int) -> Int { hitsBySize[min(max(0, size), objects)] }

  /// Misses of a cache of `size` objects, those of first requests included.
  public func misses(size: Int) -> Int { requests - hits(size: size) }

  /// The share of requests that a cache of `size` objects misses.
  public func missRatio(size: Int) -> Double {
    requests == 0 ? 0 : Double(misses(size: size)) / Double(requests)
  }
}
