import ShadowModel
import XenServer

/// What the commands say about a host, as text.
public enum HostText {
  /// What the multiplier is worth on a domain with nested paging.
  public static let nestedPaging =
    "nested paging: the pool is the HAP pool, and the multiplier buys no speed; "
    + ShadowPagingProduct.nestedPaging
  /// What a rate of faults leaves open, and what answers it.
  public static let rateAlone =
    "a rate of faults alone does not tell whether the pool is too small: 'shadowbench trace "
    + "summary' of a trace counts reclaims and re-shadowings, which do"

  /// A host.
  public static func info(_ host: HostInfo) -> [String] {
    let machine = host.machine
    return [
      "Xen             \(host.version.text)",
      "shadow paging   "
        + (machine.hasShadowPaging
          ? "built in" : "not built in: no domain here can have shadows, multipliers buy no speed"),
      "                \(ShadowPagingProduct.upstream)",
      "                \(ShadowPagingProduct.needs)",
      "product         " + product(host),
      "tracing         " + tracing(host),
      "nested paging   " + (machine.hasNestedPaging ? "available" : "not available"),
      "free memory     \(size(machine.usablePages)) of \(size(machine.totalPages))",
      "pool sizes      "
        + (host.hasExactPoolSizes
          ? "in exact pages" : "in whole MiB: this libxenctrl has no paging-mempool calls"),
      "rule            \(RuleChoice(host.toolstack).text)",
    ]
  }

  private static func product(_ host: HostInfo) -> String {
    guard let product = host.product else {
      return "not one of those in docs/PRODUCTS.md; go by what this Xen says"
    }
    return "\(product.name): shadow paging \(product.support.rawValue)"
  }

  private static func tracing(_ host: HostInfo) -> String {
    guard host.isTracingDangerous else { return "safe: this Xen is not open to XSA-477" }
    return "dangerous on this Xen where guests are not trusted: \(TracingFlaw.warning)"
  }

  /// The headers of the list of domains, with whether the column is of numbers.
  public static let columns: [(header: String, isNumber: Bool)] = [
    ("id", true), ("name", false), ("mode", false), ("paging", false), ("vCPUs", true),
    ("memory MiB", true), ("pool pages", true), ("pool MiB", true), ("minimum pages", true),
    ("mapped-once pages", true), ("×", true), ("xapi pages", true), ("×", true),
    ("libxl pages", true), ("×", true), ("faults", true),
  ]

  /// A domain's row in the list.
  public static func row(_ domain: DomainReport) -> [String] {
    let rules = domain.rules
    var cells = [
      String(domain.info.id), domain.name ?? "-", domain.info.mode.rawValue,
      domain.paging ?? "-", String(domain.info.vcpus), mebibytes(domain.info.memoryPages),
    ]
    cells += [
      domain.pool.map { ($0.isExact ? "" : "≤") + String($0.pages) } ?? "-",
      domain.pool.map { mebibytes($0.pages) } ?? "-",
      domain.pool != nil && domain.hasShadows ? String(rules.leastPages) : "-",
    ]
    for rule in PoolRules.all {
      cells.append(domain.pool == nil ? "-" : String(rules.pages(rule)))
      cells.append(domain.pool.map { fixed(rules.multiplier(rule, ofPages: $0.pages)) } ?? "-")
    }
    return cells + [domain.faultCount.map { String($0) } ?? "-"]
  }

  /// A domain with a pool; the host's own rule comes first.
  public static func lines(_ domain: DomainReport, pool: PoolSize, rule: RuleChoice) -> [String] {
    let (info, rules) = (domain.info, domain.rules)
    var lines = [
      "domain     \(info.id)" + (domain.name.map { " (\($0))" } ?? "")
        + ", \(info.mode.rawValue), \(domain.paging ?? "-"), \(info.vcpus) vCPUs, "
        + "\(mebibytes(info.memoryPages)) MiB of at most \(rules.maximumMiB) MiB"
        + (info.isShutDown ? ", shut down" : ""),
      "pool       \(size(pool))",
    ]
    if domain.hasShadows { lines.append("minimum    about \(size(rules.leastPages))") }
    for rule in [rule.rule] + PoolRules.all.filter({ $0 != rule.rule }) {
      lines.append(
        "multiplier \(fixed(rules.multiplier(rule, ofPages: pool.pages))) × \(rule.rawValue), "
          + "whose default is \(size(rules.pages(rule)))")
    }
    lines.append("rule       \(rule.text)")
    if let faults = domain.faultCount {
      lines.append("faults     \(faults) shadow faults fixed so far")
    }
    if !domain.hasShadows { lines.append("note       \(nestedPaging)") }
    return lines
  }

  /// A change, made or planned.
  public static func lines(_ outcome: PoolOutcome, rule: RuleChoice) -> [String] {
    let plan = outcome.plan
    let rules = plan.domain.rules
    func sized(_ pool: PoolSize) -> String {
      multiple(rules, rule, pool) + " = " + size(pool)
    }
    let requested = PoolSize(pages: plan.requestedPages, isExact: true)
    let expected = PoolSize(pages: plan.expectedPages, isExact: true)
    var lines = [
      "domain     \(plan.domain.info.id)" + (plan.domain.name.map { " (\($0))" } ?? ""),
      "before     \(sized(plan.before))",
      "asked for  \(sized(requested))",
    ]
    switch outcome.status {
    case .planned: lines.append("would be   \(sized(expected)); nothing was changed")
    case .done: lines.append("now        \(sized(outcome.after))")
    case .raised:
      lines.append("now        \(sized(outcome.after)): raised to the minimum")
    case .refused:
      lines.append(
        "now        \(sized(outcome.after)): Xen reported success but did not do it")
    }
    lines.append("rule       \(rule.text)")
    lines += plan.notes.map { "note       \($0)" }
    if outcome.status != .planned && outcome.after != plan.before {
      lines.append("undo       \(plan.undo)")
    }
    return lines
  }

  /// A sample of a domain that is watched.
  public static func line(_ sample: WatchSample, rule: RuleChoice) -> String {
    var line =
      "\(sample.name ?? String(sample.domain))  \(fixed(sample.seconds)) s  "
      + "pool \(size(sample.pool)) = \(multiple(sample.rules, rule, sample.pool))  "
    line += "faults \(sample.faultCount)  "
    line += sample.faultsPerSecond.map { "\(fixed($0, decimals: 0))/s" } ?? "-"
    return line + (sample.level.map { "  \($0.rawValue), verdict not known" } ?? "")
  }

  /// A pool as a multiple of what a rule gives.
  static func multiple(_ rules: PoolRules, _ rule: RuleChoice, _ pool: PoolSize) -> String {
    "\(fixed(rules.multiplier(rule.rule, ofPages: pool.pages))) × \(rule.rule.rawValue)"
  }

  private static func size(_ pages: Int) -> String {
    size(PoolSize(pages: pages, isExact: true))
  }

  static func size(_ pool: PoolSize) -> String {
    "\(mebibytes(pool.pages)) MiB = \(pool.pages) pages"
      + (pool.isExact ? "" : " (rounded up to MiB by Xen)")
  }

  static func mebibytes(_ pages: Int) -> String { fixed(Double(pages) / 256) }

  static func fixed(_ value: Double, decimals: Int = 2) -> String {
    guard decimals > 0 else { return String(Int(value.rounded())) }
    let hundredths = Int((value * 100).rounded())
    let rest = String(hundredths % 100)
    return "\(hundredths / 100)." + (rest.count < 2 ? "0" : "") + rest
  }
}
