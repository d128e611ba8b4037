/// What the hypervisor did between an exit of the guest and its next entry.
public enum ArcKind: Int, Sendable, CaseIterable {
  /// A shadow fault fixed: an entry filled or linked.
  case fixup
  /// A shadow fault fixed that made at least one shadow.
  case fixupPromote
  /// A shadow fault fixed that first gave up at least one root.
  case fixupReclaim
  /// A fault fixed that let a table go out of sync.
  case fixupUnsync
  /// A write to a page table emulated.
  case emulate
  /// A write to a page table that unshadowed it.
  case unshadow
  /// The guest's own fault, passed on.
  case notShadow
  /// Access to a device's memory, or another end of a shadow fault.
  case otherFault
  /// A root load.
  case rootLoad
  /// A root load that first gave up at least one root.
  case rootLoadReclaim
  /// INVLPG.
  case invalidatePage
  /// The guest had nothing to do; no work of the hypervisor.
  case halt
  /// Anything else: I/O, interrupts, other registers.
  case other

  /// The kind's name in results.
  public var name: String {
    switch self {
    case .fixup: "fixup"
    case .fixupPromote: "fixup_promote"
    case .fixupReclaim: "fixup_reclaim"
    case .fixupUnsync: "fixup_unsync"
    case .emulate: "emulate"
    case .unshadow: "unshadow"
    case .notShadow: "not_shadow"
    case .otherFault: "other_fault"
    case .rootLoad: "root_load"
    case .rootLoadReclaim: "root_load_reclaim"
    case .invalidatePage: "invlpg"
    case .halt: "halt"
    case .other: "other"
    }
  }

  /// Whether it is work of the shadow code.
  public var isShadowWork: Bool { self != .halt && self != .other }
}

/// A count of durations by powers of two, with their sum.
public struct CycleHistogram: Hashable, Sendable {
  /// Durations.
  public private(set) var count: UInt64 = 0
  /// Their sum, cycles.
  public private(set) var total: UInt64 = 0
  /// The shortest, cycles; 0 if there is none.
  public private(set) var shortest: UInt64 = 0
  /// The longest, cycles.
  public private(set) var longest: UInt64 = 0
  /// Eight bins for each power of two.
  private var bins = InlineArray<512, UInt32>(repeating: 0)

  /// Nothing yet.
  public init() {}

  /// Adds a duration.
  mutating func add(_ cycles: UInt64) {
    shortest = count == 0 ? cycles : min(shortest, cycles)
    longest = max(longest, cycles)
    count += 1
    total &+= cycles
    bins[Self.bin(cycles)] &+= 1
  }

  private static func bin(_ cycles: UInt64) -> Int {
    guard cycles >= 8 else { return Int(cycles) }
    let exponent = 63 - cycles.leadingZeroBitCount
    return (exponent - 2) * 8 + Int(cycles >> UInt64(exponent - 3) & 7)
  }

  private static func middle(_ bin: Int) -> Double {
    guard bin >= 8 else { return Double(bin) }
    let width = Double(UInt64(1) << UInt64(bin / 8 - 1))
    return (Double(8 + bin % 8) + 0.5) * width
  }

  /// The median, to within an eighth; 0 if there is none.
  public var median: Double {
    var below: UInt64 = 0
    for index in 0..<512 where bins[index] > 0 {
      below += UInt64(bins[index])
      if below * 2 >= count { return Self.middle(index) }
    }
    return 0
  }

  /// The mean; 0 if there is none.
  public var mean: Double { count == 0 ? 0 : Double(total) / Double(count) }

  /// Whether counts and sums are equal.
  public static func == (left: CycleHistogram, right: CycleHistogram) -> Bool {
    left.count == right.count && left.total == right.total
      && (0..<512).allSatisfy { left.bins[$0] == right.bins[$0] }
  }

  /// Hashes count and sum.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    hasher.combine(total)
  }
}
