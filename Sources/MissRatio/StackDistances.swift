/// The LRU stack distance of every request of a trace, exactly, in one pass.
///
/// The stack distance of a request is the number of other objects that were requested since the
/// same object's previous request. A cache of `n` objects that replaces the least recently used one
/// hits exactly where the distance is less than `n` (Mattson, Gecsei, Slutz, Traiger, "Evaluation
/// techniques for storage hierarchies", IBM Systems Journal 9(2), 1970): one pass gives every size.
///
/// Memory for each object: 32 to 64 bytes of table, 8 to 16 of histogram, 1.3 to 2.6 of ranks.
public struct StackDistances: ~Copyable {
  private var table: ObjectTable
  private var ranks: RecencyRanks
  private var histogram: DistanceHistogram
  /// The position of the next request.
  ///
  /// Position 0 belongs to none and is never struck out.
  private var next = 1
  /// Requests so far.
  public private(set) var requests = 0
  /// Different objects so far.
  public private(set) var objects = 0

  /// Requests between two looks at whether anything must grow.
  private static var blockLength: Int { 1 << 12 }
  /// How far ahead the table is prefetched, in requests.
  private static var ahead: Int { 24 }
  /// Positions for each object, at least, after a renumbering.
  private static var positionsPerObject: Int { 8 }

  /// Nothing requested yet.
  public init() throws(OutOfMemory) {
    let table = try ObjectTable(scale: 14)
    let ranks = try RecencyRanks(capacity: RecencyRanks.minimumCapacity)
    let histogram = try DistanceHistogram(limit: table.limit, batch: Self.blockLength)
    self.table = table
    self.ranks = ranks
    self.histogram = histogram
  }

  /// Records requests: the object's identifier lies at `offset` in each `stride` bytes, little
  /// endian.
  /// - Complexity: O(records · log objects)
  public mutating func request(
    _ records: borrowing RawSpan, stride: Int, offset: Int
  ) throws(OutOfMemory) {
    precondition(offset >= 0 && stride >= offset + 8, "the identifier lies in the record")
    let count = records.byteCount / stride
    var done = 0
    while done < count {
      let length = min(Self.blockLength, count - done)
      try makeRoom(length)
      unsafe records.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        unsafe run(start + (done * stride + offset), length, last: count - 1 - done, stride)
      }
      done += length
    }
    requests += count
  }

  /// The curve of the requests so far.
  public func curve() -> MissRatioCurve {
    MissRatioCurve(requests: requests, distances: histogram.counts(below: objects))
  }

  /// A block of requests; `last` is the last that may be looked at ahead.
  @inline(never)
  private mutating func run(
    _ identifiers: UnsafeRawPointer, _ length: Int, last: Int, _ stride: Int
  ) {
    var position = next
    var objects = objects
    var hits = 0
    for index in 0..<length {
      let later = unsafe identifiers + min(index &+ Self.ahead, last) &* stride
      unsafe table.prefetch(UInt64(littleEndian: later.loadUnaligned(as: UInt64.self)))
      let here = unsafe identifiers + index &* stride
      let identifier = unsafe UInt64(littleEndian: here.loadUnaligned(as: UInt64.self))
      let previous = table.move(identifier, to: UInt32(truncatingIfNeeded: position))
      position &+= 1
      if previous == 0 {
        objects &+= 1
      } else {
        histogram.put(objects &+ 1 &- ranks.strike(Int(previous)), at: hits)
        hits &+= 1
      }
    }
    histogram.countBatch(hits)
    next = position
    self.objects = objects
  }

  /// Sees to it that `length` requests find room.
  private mutating func makeRoom(_ length: Int) throws(OutOfMemory) {
    while table.limit - objects < length {
      try table.grow()
      try histogram.grow(limit: table.limit)
    }
    if ranks.capacity - next < length { try renumber() }
  }

  /// Numbers the last accesses from 1 on, in their order, so that positions do not run out.
  /// - Complexity: O(objects), amortised over seven times as many requests
  @inline(never)
  private mutating func renumber() throws(OutOfMemory) {
    table.renumber { ranks.rank($0) - 1 }
    next = objects + 1
    var capacity = RecencyRanks.minimumCapacity
    while capacity < objects * Self.positionsPerObject { capacity *= 2 }
    guard capacity <= 1 << 32 else { throw OutOfMemory(bytes: capacity) }
    if capacity == ranks.capacity {
      ranks.reset()
    } else {
      ranks = try RecencyRanks(capacity: capacity)
    }
  }
}
