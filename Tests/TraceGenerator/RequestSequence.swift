import GuestModel

/// The objects that a trace requests, one after the other, as numbers from 0 on.
struct RequestSequence {
  /// How objects are chosen.
  enum Kind: Hashable {
    /// The object of popularity rank `r`, from 1, with probability proportional to `r^-alpha`.
    case zipf(alpha: Double)
    /// All objects in turn, over and over.
    case loop
  }

  /// The objects requested.
  let objects: [UInt32]

  /// `requests` requests over `population` objects; the same seed gives the same ones.
  ///
  /// Which object has which rank, or place in the loop, is a random permutation.
  init(_ kind: Kind, requests: Int, population: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var permutation = (0..<UInt32(population)).map { $0 }
    for last in stride(from: population - 1, to: 0, by: -1) {
      permutation.swapAt(last, generator.below(last + 1))
    }
    switch kind {
    case .loop:
      objects = (0..<requests).map { permutation[$0 % population] }
    case .zipf(let alpha):
      let sampler = ZipfSampler(population: population, alpha: alpha)
      objects = (0..<requests).map { _ in permutation[sampler.sample(&generator)] }
    }
  }

  /// The index of the next request of the same object, for each request; -1 if there is none.
  func nextRequests(population: Int) -> [Int64] {
    var seen = [Int64](repeating: -1, count: population)
    var result = [Int64](repeating: -1, count: objects.count)
    for index in objects.indices.reversed() {
      let object = Int(objects[index])
      result[index] = seen[object]
      seen[object] = Int64(index)
    }
    return result
  }
}
