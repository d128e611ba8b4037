/// A record whose multiplier is not 1.0: why that may be, what it costs, and what is wrong with it.
public struct MultiplierFinding: Hashable, Sendable {
  /// How the guest's memory is translated.
  public enum Paging: String, CaseIterable, Sendable {
    /// By the processor, EPT or NPT: no shadows.
    case nested
    /// By Xen's shadows.
    case shadow
    /// Nobody says.
    case unknown
    /// By the guest itself: paravirtualised.
    case none
  }

  /// Where the number may come from.
  public enum Cause: Hashable, Sendable {
    /// One of XenServer's templates for XenApp.
    case applicationTemplate
    /// 4.0, as XenCenter's button for XenApp sets it and XenApp's templates hand it on.
    case optimisedForXenApp
    /// What Xen said while the machine ran: so many MiB of those at 1.0.
    case readBack(poolMiB: Int, baseMiB: Int)
    /// Anything else.
    case setByHand
  }

  /// What is wrong.
  public enum Problem: String, CaseIterable, Sendable {
    /// Below 1.0: the server does not start it.
    case startRefused = "start-refused"
    /// Shadow paging is asked for where no host has it: it cannot start.
    case shadowPagingMissing = "shadow-paging-missing"
    /// No number, or one beyond all memory.
    case notANumber = "not-a-number"
    /// Not an HVM guest: it is built as with 1.0.
    case withoutEffect = "without-effect"
    /// Nested paging: a larger pool gains nothing.
    case withoutGain = "without-gain"

    /// Whether it keeps something from working.
    public var isError: Bool { self != .withoutEffect && self != .withoutGain }
    /// Whether another multiplier mends it.
    public var isOfMultiplier: Bool { self != .shadowPagingMissing }
  }

  /// The machine, template or snapshot.
  public var vm: VMRecord
  /// Its multiplier.
  public var multiplier: Double
  /// The host that it is on, or that it prefers; nil when there is none.
  public var host: String?
  /// How its memory is translated.
  public var paging: Paging
  /// Where the number may come from.
  public var cause: Cause
  /// What is wrong, the worst first; nothing for a guest with shadows that are enlarged.
  public var problems: [Problem]
  /// MiB of pool at 1.0; nil when the record lacks memory or vCPUs.
  public var baseMiB: Int?
  /// MiB that the server charges for the pool.
  public var poolMiB: Int?
  /// Whether it is set up for virtual machines inside it, which a larger pool may serve.
  public var isNestedVirtual: Bool

  /// Whether its page tables have alternates, which the pool holds too: with a small one the guest
  /// is crashed.
  public var hasAlternateP2M: Bool { vm.hasAlternateP2M }

  /// Fields that are not in its record, and that more could be said with.
  public var missingFields: [String] {
    let needed = [
      "power_state", "memory_static_max", "VCPUs_max", "platform", "is_a_template",
    ]
    let type = vm.domainType == nil && vm.record["domain_type"] == nil ? ["domain_type"] : []
    return needed.filter { vm.record[$0] == nil } + type
  }

  /// MiB more than at 1.0; negative below it.
  public var extraMiB: Int? {
    guard let baseMiB, let poolMiB else { return nil }
    return poolMiB - baseMiB
  }

  /// Whether it takes those MiB of a host now.
  public var isInMemory: Bool {
    vm.powerState == .running || vm.powerState == .paused
  }

  /// The multiplier that it should have; nil where nothing speaks against the one it has.
  public var proposal: Double? {
    guard let worst = problems.first(where: \.isOfMultiplier) else { return nil }
    return worst == .withoutGain && (isNestedVirtual || hasAlternateP2M) ? nil : 1
  }
}
