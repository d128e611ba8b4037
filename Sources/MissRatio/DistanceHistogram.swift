import CPrefetch

/// How many requests had each stack distance.
///
/// The counters are as many as the objects and distances are spread over them, so counting at once
/// would wait for memory at each request. Distances are put aside in a batch, and a batch is
/// counted with the counters fetched ahead.
struct DistanceHistogram: ~Copyable {
  private var requests: PageBuffer<UInt64>
  private let batch: PageBuffer<UInt32>

  /// How far ahead counters are fetched.
  private static var ahead: Int { 16 }

  /// A histogram of distances below `limit`, in batches of up to `batch`.
  init(limit: Int, batch: Int) throws(OutOfMemory) {
    let requests = try PageBuffer<UInt64>(count: limit)
    let distances = try PageBuffer<UInt32>(count: batch)
    self.requests = requests
    self.batch = distances
  }

  /// Puts a distance aside, the batch's number `index`.
  @inline(__always)
  func put(_ distance: Int, at index: Int) {
    batch[index] = UInt32(truncatingIfNeeded: distance)
  }

  /// Counts the first `count` distances of the batch.
  @inline(__always)
  func countBatch(_ count: Int) {
    for index in 0..<count {
      let later = Int(batch[min(index &+ Self.ahead, count &- 1)])
      unsafe prefetch_for_write(requests.base + later)
      requests[Int(batch[index])] &+= 1
    }
  }

  /// Makes room for distances below `limit`.
  mutating func grow(limit: Int) throws(OutOfMemory) { try requests.grow(to: limit) }

  /// Requests at each distance below `limit`.
  func counts(below limit: Int) -> [Int] { (0..<limit).map { Int(requests[$0]) } }
}
