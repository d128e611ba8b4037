import MissRatio

/// Exact and slow: other ways to the same curve.
enum Oracle {
  /// The curve by the code under test.
  static func curve(_ trace: [UInt64], blockLength: Int = .max) throws -> MissRatioCurve {
    var distances = try StackDistances()
    for start in stride(from: 0, to: trace.count, by: min(blockLength, max(1, trace.count))) {
      let block = trace[start..<min(trace.count, start + min(blockLength, trace.count))]
      // As in a trace, with bytes on both sides of the identifier.
      let records = block.flatMap { [UInt64](arrayLiteral: .max, $0.littleEndian, .max) }
      try distances.request(records.span.bytes, stride: 24, offset: 8)
    }
    return distances.curve()
  }

  /// By the definition: a list of objects, the last requested first.
  static func stack(_ trace: [UInt64]) -> MissRatioCurve {
    var stack: [UInt64] = []
    var counts = [Int](repeating: 0, count: trace.count)
    for object in trace {
      if let distance = stack.firstIndex(of: object) {
        counts[distance] += 1
        stack.remove(at: distance)
      }
      stack.insert(object, at: 0)
    }
    return MissRatioCurve(requests: trace.count, distances: Array(counts.prefix(stack.count)))
  }

  /// By a Fenwick tree over the time of last requests.
  ///
  /// Source: Bennett, Kruskal, "LRU stack processing", IBM Journal of Research and Development
  /// 19(4), 1975.
  static func tree(_ trace: [UInt64]) -> MissRatioCurve {
    var sums = [Int](repeating: 0, count: trace.count + 1)
    func add(_ value: Int, at time: Int) {
      var index = time
      while index < sums.count {
        sums[index] += value
        index += index & -index
      }
    }
    func sum(to time: Int) -> Int {
      var (index, total) = (time, 0)
      while index > 0 {
        total += sums[index]
        index &= index - 1
      }
      return total
    }
    var last: [UInt64: Int] = [:]
    var counts = [Int](repeating: 0, count: trace.count)
    for (index, object) in trace.enumerated() {
      if let previous = last[object] {
        counts[last.count - sum(to: previous)] += 1
        add(-1, at: previous)
      }
      last[object] = index + 1
      add(1, at: index + 1)
    }
    return MissRatioCurve(requests: trace.count, distances: Array(counts.prefix(last.count)))
  }

  /// Hits of a cache that keeps the `size` objects requested last.
  static func hits(_ trace: [UInt64], size: Int) -> Int {
    var cache: [UInt64] = []
    var hits = 0
    for object in trace {
      if let place = cache.firstIndex(of: object) {
        hits += 1
        cache.remove(at: place)
      }
      cache.insert(object, at: 0)
      if cache.count > size { cache.removeLast() }
    }
    return hits
  }
}
