import Foundation

/// A multiplier that a server keeps as it was set.
///
/// xapi makes a pool of `trunc(T·multiplier)` MiB, and once the machine runs it replaces the
/// multiplier in its records by MiB/T. So a pool has whole MiB, k, and a multiplier stays what it
/// is only if it is k/T, and if `trunc(T·(k/T))` is k again in floating point: for 3.3 % of all k
/// and T it is k - 1, and each start would take a MiB away. Such k are left out.
public struct ExactMultiplier: Hashable, Sendable {
  /// T: MiB of pool at multiplier 1.0.
  public let baseMiB: Int
  /// k: MiB of pool.
  public let poolMiB: Int

  /// The multiplier for a pool of `poolMiB`.
  /// - Returns: nil when the server would not keep it, or refuse it because it is below 1.0
  public init?(poolMiB: Int, baseMiB: Int) {
    guard baseMiB > 0, poolMiB >= baseMiB, poolMiB <= MemoryShape.byteLimit >> 20 else {
      return nil
    }
    self.poolMiB = poolMiB
    self.baseMiB = baseMiB
    // XML-RPC carries sixteen digits, one less than a fraction may need.
    guard let sent = Double(String(format: "%.16g", value)),
      Self.pool(value, baseMiB) == poolMiB, Self.pool(sent, baseMiB) == poolMiB
    else { return nil }
  }

  /// The least multiplier that is kept and gives `poolMiB` or more; at least 1.0.
  ///
  /// There always is one: whole multiples of T are kept.
  public static func atLeast(poolMiB: Int, baseMiB: Int) -> ExactMultiplier? {
    let least = max(poolMiB, baseMiB)
    guard baseMiB > 0, least <= MemoryShape.byteLimit >> 20 else { return nil }
    for candidate in least...(least + baseMiB) {
      if let exact = ExactMultiplier(poolMiB: candidate, baseMiB: baseMiB) { return exact }
    }
    return nil
  }

  /// k/T.
  public var value: Double { Double(poolMiB) / Double(baseMiB) }

  /// The multiplier as text that reads back as the very same number, with a decimal point.
  public var text: String { "\(value)" }

  /// MiB that a server makes of a multiplier.
  static func pool(_ multiplier: Double, _ baseMiB: Int) -> Int? {
    let product = Double(baseMiB) * multiplier
    guard product.isFinite, abs(product) < Double(MemoryShape.byteLimit) else { return nil }
    return max(1, Int(product.rounded(.towardZero)))
  }
}

/// What a server makes of a multiplier that is set.
public struct MultiplierEffect: Hashable, Sendable {
  /// Whether a number is what a server reads back rather than what anyone sets.
  public enum Origin: Hashable, Sendable {
    /// Three decimals or fewer.
    case set
    /// k/T with more decimals than anyone types.
    case readBack
    /// Neither.
    case unknown
  }

  /// MiB of pool.
  public let poolMiB: Int
  /// What the records say once the machine has run: `poolMiB`/T.
  public let readBack: Double
  /// MiB of pool after it has run and was started again.
  public let nextPoolMiB: Int
  /// Where the number comes from, by its looks.
  public let origin: Origin

  /// The effect of `multiplier`.
  /// - Parameters:
  ///   - baseMiB: T
  ///   - isRounded: the number was printed with three decimals
  /// - Returns: nil for what is no number or gives no pool
  public init?(_ multiplier: Double, baseMiB: Int, isRounded: Bool = false) {
    guard baseMiB > 0, multiplier.isFinite, multiplier > 0,
      var pool = ExactMultiplier.pool(multiplier, baseMiB)
    else { return nil }
    let nearest = (Double(baseMiB) * multiplier).rounded()
    let isFraction = (nearest / Double(baseMiB) * 1000).rounded() / 1000 == multiplier
    if isRounded && isFraction { pool = max(1, Int(nearest)) }
    let back = Double(pool) / Double(baseMiB)
    poolMiB = pool
    readBack = back
    nextPoolMiB = ExactMultiplier.pool(back, baseMiB) ?? pool
    let isShort = (multiplier * 100).rounded() / 100 == multiplier
    if isShort {
      origin = .set
    } else if back == multiplier || isRounded && isFraction {
      origin = .readBack
    } else {
      origin = (multiplier * 1000).rounded() / 1000 == multiplier ? .set : .unknown
    }
  }

  /// Whether the number stays what it is.
  public func isKept(_ multiplier: Double) -> Bool {
    readBack == multiplier && nextPoolMiB == poolMiB
  }
}
