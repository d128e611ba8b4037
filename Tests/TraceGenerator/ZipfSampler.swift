import Glibc
import GuestModel

/// Draws ranks with probability proportional to `(rank + 1)^-alpha`, in constant time.
///
/// The alias method: Vose, "A linear algorithm for generating random numbers with a given
/// distribution", IEEE Transactions on Software Engineering 17(9), 1991.
struct ZipfSampler {
  private var keep: [Double]
  private var alias: [UInt32]

  /// A sampler of `0..<population`.
  init(population: Int, alpha: Double) {
    let weights = (1...population).map { pow(Double($0), -alpha) }
    let scale = Double(population) / weights.reversed().reduce(0, +)
    keep = weights.map { $0 * scale }
    alias = (0..<UInt32(population)).map { $0 }
    var small = keep.indices.filter { keep[$0] < 1 }
    var large = keep.indices.filter { keep[$0] >= 1 }
    while let poor = small.popLast(), let rich = large.last {
      alias[poor] = UInt32(rich)
      keep[rich] -= 1 - keep[poor]
      if keep[rich] < 1 {
        large.removeLast()
        small.append(rich)
      }
    }
  }

  /// A rank, from 0 on.
  func sample(_ generator: inout SeededGenerator) -> Int {
    let column = generator.below(keep.count)
    return generator.unit() < keep[column] ? column : Int(alias[column])
  }
}
