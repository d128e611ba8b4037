import GuestModel

/// Medians of samples drawn from samples, as many, each from all of them.
struct ResampledMedians {
  private let sorted: [Double]
  /// How often each was drawn.
  private var drawn: [Int]

  init(_ samples: Samples) {
    sorted = samples.sorted
    drawn = [Int](repeating: 0, count: samples.count)
  }

  /// The next median.
  /// - Complexity: O(samples): what was drawn is counted, so nothing is sorted
  mutating func next(_ generator: inout SeededGenerator) -> Double {
    for index in drawn.indices { drawn[index] = 0 }
    for _ in drawn.indices { drawn[generator.below(drawn.count)] += 1 }
    // Places of the two middle ones, the same for an odd number.
    let (lower, upper) = ((drawn.count - 1) / 2, drawn.count / 2)
    var index = 0
    var passed = drawn[0]
    while passed <= lower {
      index += 1
      passed += drawn[index]
    }
    let first = sorted[index]
    while passed <= upper {
      index += 1
      passed += drawn[index]
    }
    return (first + sorted[index]) / 2
  }
}
