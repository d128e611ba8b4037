import GuestModel
public import XenServer

/// `templates report`: each built-in template for XenApp, checked and given a recommendation, as
/// one Markdown table.
public struct TemplateTable: Sendable {
  /// What the model recommends for one guest.
  public struct Pool: Sendable {
    /// The guest.
    public var shape: MemoryShape
    /// The recommendation; nil when no size meets the target.
    public var multiplier: ExactMultiplier?
    /// The largest pool that fails, MiB; nil when none does.
    public var failingMiB: Double?

    /// Whether the workload has room in the guest.
    public var hasRoom = true

    /// A guest that the workload has no room in.
    public init(shape: MemoryShape) {
      self.shape = shape
      hasRoom = false
    }

    /// A recommendation for a guest.
    public init(_ shadow: TemplateAdvice.Shadow?, shape: MemoryShape) {
      self.shape = shape
      multiplier = shadow?.multiplier
      failingMiB = shadow?.recommendation.knee.failing?.allocation.mebibytes
    }
  }

  private static let header = [
    "id", "name", "guest", "has", "nested paging: findings", "nested paging: use",
    "shadow paging: findings", "workload", "shadow paging: use", "next smaller fails at",
    "the workload's own guest", "use", "next smaller fails at",
  ]

  private var rows: [[String]] = []

  /// An empty table.
  public init() {}

  /// Adds a template.
  /// - Parameters:
  ///   - asMade: the recommendation for the guest that the template makes
  ///   - usual: the same for the guest that the workload was made for
  public mutating func add(
    _ template: BuiltInTemplate, workload: String, asMade: Pool, usual: Pool
  ) {
    let advice = asMade.multiplier.map { PoolAdvice(multiplier: $0, workload: workload) }
    let base = MemoryModel().basePoolMiB(asMade.shape)
    let own = MultiplierEffect(template.shadowMultiplier, baseMiB: base)
    rows.append([
      template.id, template.nameLabel, Self.guest(asMade.shape),
      "\(template.shadowMultiplier) = \(own.map { "\($0.poolMiB)" } ?? "-") MiB",
      Self.rules(template.findings(paging: .nested)), "1.0 = \(base) MiB",
      Self.rules(template.findings(paging: .shadow, advice: advice)), workload,
      Self.multiplier(asMade), Self.failing(asMade), Self.guest(usual.shape),
      Self.multiplier(usual), Self.failing(usual),
    ])
  }

  /// The lines of the table.
  public var lines: [String] {
    let divider = Self.header.map { _ in "---" }
    return ([Self.header, divider] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
  }

  private static func guest(_ shape: MemoryShape) -> String {
    "\(shape.staticMaxMiB) MiB, \(shape.vcpus) " + (shape.vcpus == 1 ? "vCPU" : "vCPUs")
  }

  private static func multiplier(_ pool: Pool) -> String {
    guard pool.hasRoom else { return "the workload has no room" }
    guard let multiplier = pool.multiplier else { return "none: no size meets the target" }
    return "\(multiplier.text) = \(multiplier.poolMiB) MiB"
  }

  private static func failing(_ pool: Pool) -> String {
    pool.failingMiB.map { "\(Numeral.fixed($0, 2)) MiB" } ?? (pool.hasRoom ? "none" : "-")
  }

  /// Rules that are broken, the graver ones marked.
  private static func rules(_ findings: [TemplateFinding]) -> String {
    let names = findings.map { finding in
      finding.severity == .error ? "**\(finding.rule.rawValue)**" : finding.rule.rawValue
    }
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
