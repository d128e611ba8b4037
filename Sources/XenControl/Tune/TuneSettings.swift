/// What a loop that looks for a pool's size goes by.
public struct TuneSettings: Hashable, Codable, Sendable {
  /// Shadow faults a second on each vCPU that are few enough.
  public var target: Double
  /// Samples of a measurement.
  public var samples = 5
  /// Seconds of a sample.
  public var interval = 2.0
  /// Seconds from a change to the first sample: the guest's working set comes back first.
  public var settle = 4.0
  /// What a step multiplies the pool by, or divides it by.
  public var factor = 1.5
  /// The part of the rate by which a step must lower it to count as help.
  public var leastGain = 0.2
  /// Steps without help, one after the other, after which no larger pool is tried.
  public var patience = 3
  /// Whether the pool may become smaller than it was found.
  public var canShrink = false
  /// Pages that the pool may grow by in all.
  public var budgetPages: Int
  /// Pages of the host's free memory that stay free.
  public var keptFreePages = 64 * 256
  /// Whether an end by a signal brings back the size found, not the best one measured.
  public var restoresOnInterrupt = false
  /// Whether steps are made on a domain with nested paging, whose rate is 0 at every size.
  public var triesNestedPaging = false

  /// Settings with the usual values.
  /// - Parameters:
  ///   - target: shadow faults a second on each vCPU that are few enough
  ///   - budgetPages: pages that the pool may grow by in all
  public init(target: Double, budgetPages: Int) {
    self.target = target
    self.budgetPages = budgetPages
  }

  /// The usual target: where faults are few, a tenth of where they are many.
  public static let defaultTarget = FaultLevel.defaultLimit / 10

  /// The usual budget, pages: an eighth of the memory that the domain may have, 16 MiB or more.
  public static func defaultBudget(_ rules: PoolRules) -> Int {
    max(16, rules.maximumMiB / 8) * 256
  }

  /// Whether every value is one that the command would take.
  var isSound: Bool {
    target >= 0 && target.isFinite && (1...1000).contains(samples)
      && (0.01...86_400).contains(interval) && (0...86_400).contains(settle)
      && (1.01...16).contains(factor) && (0...0.99).contains(leastGain)
      && (1...100).contains(patience) && Self.pageLimits.contains(budgetPages)
      && Self.pageLimits.contains(keptFreePages)
  }

  /// What a budget or a reserve can be, pages: no sum of two overflows.
  private static let pageLimits = 0...(1 << 40)

  /// The part of a processor below which a guest is idle.
  static let idleShare = 0.02
  /// Samples of an idle guest in a measurement after which it ends, for each sample wanted.
  static let idlePatience = 4
}
