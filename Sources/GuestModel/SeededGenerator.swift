/// The only source of randomness: SplitMix64, the same numbers on every machine and release.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
@frozen
public struct SeededGenerator: Sendable {
  /// The state: any 64 bits.
  public var state: UInt64

  /// A generator that starts at `seed`.
  @inlinable
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed &>> 31)
  }

  /// A random number in `0..<bound`, by multiplication; `bound` must be positive.
  @inlinable
  public mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A random number in `0..<1`, 53 bits of it.
  @inlinable
  public mutating func unit() -> Double { Double(next() &>> 11) * 0x1p-53 }
}
