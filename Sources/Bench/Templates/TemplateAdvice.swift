import ShadowModel
public import XenServer

/// Which multiplier a template should have, on hosts of either kind.
public struct TemplateAdvice: Sendable {
  /// What hosts with nested paging should be given: 1.0, and what the template takes more.
  public struct Nested: Hashable, Sendable {
    /// MiB of pool at 1.0.
    public var poolMiB: Int
    /// MiB of pool at the template's own multiplier.
    public var templatePoolMiB: Int
    /// Guests on a host of ``HostDensity/hostMiB`` at 1.0.
    public var domains: Int
    /// The same at the template's own multiplier.
    public var templateDomains: Int
  }

  /// What hosts with shadow paging should be given.
  public struct Shadow: Sendable {
    /// The guest: the template's, or the one that the workload was made for.
    public var shape: MemoryShape
    /// Whether the workload does not fit into the template's memory, so that it is the latter.
    public var isWorkloadsGuest: Bool
    /// The multiplier; nil when no size meets the target.
    public var multiplier: ExactMultiplier?
    /// What it rests on.
    public var recommendation: Recommendation
    /// The run with an ample pool.
    public var ample: RunPoint
    /// What it was made with.
    public var conditions: Conditions
    /// Guests on a host of ``HostDensity/hostMiB`` at the multiplier; nil when there is none.
    public var domains: Int?
  }

  /// The template.
  public var choice: TemplateChoice
  /// MiB of pool at 1.0, T, for the template's guest.
  public var baseMiB: Int
  /// For hosts with nested paging; nil when it was not asked for.
  public var nested: Nested?
  /// For hosts with shadow paging; nil when it was not asked for.
  public var shadow: Shadow?

  /// Advice for a guest of the template's memory and vCPUs.
  /// - Parameters:
  ///   - shape: memory and vCPUs, those of the template or others that were asked for
  ///   - nested: whether hosts with nested paging are asked for
  public init(_ choice: TemplateChoice, shape: MemoryShape, nested: Bool) {
    self.choice = choice
    baseMiB = MemoryModel().basePoolMiB(shape)
    guard nested else { return }
    var shape = shape
    let templatePool = MemoryModel().poolMiB(shape)
    let templateDomains = Self.domains(shape)
    shape.multiplier = 1
    self.nested = Nested(
      poolMiB: baseMiB, templatePoolMiB: templatePool, domains: Self.domains(shape),
      templateDomains: templateDomains)
  }

  /// Adds what a recommendation comes to in XenServer.
  public mutating func add(
    _ recommendation: Recommendation, ample: RunPoint, conditions: Conditions, shape: MemoryShape,
    isWorkloadsGuest: Bool
  ) {
    let baseMiB = MemoryModel().basePoolMiB(shape)
    let multiplier = recommendation.settings.xapi.size.flatMap { size in
      ExactMultiplier(poolMiB: size.allocation.pages / 256, baseMiB: baseMiB)
    }
    shadow = Shadow(
      shape: shape, isWorkloadsGuest: isWorkloadsGuest, multiplier: multiplier,
      recommendation: recommendation, ample: ample,
      conditions: conditions,
      domains: multiplier.map { multiplier in
        var shape = shape
        shape.multiplier = multiplier.value
        return Self.domains(shape)
      })
  }

  /// Equal guests on a host of ``HostDensity/hostMiB``, by the accounting since 26.3.
  private static func domains(_ shape: MemoryShape) -> Int {
    HostDensity.hostMiB / max(1, MemoryModel(.since26_3).footprintMiB(shape))
  }
}
