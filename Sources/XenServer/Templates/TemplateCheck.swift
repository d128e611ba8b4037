import ShellText

/// How the hosts page the guests that templates make.
public enum HostPaging: String, CaseIterable, Sendable {
  /// Nested paging, as every host has that XenServer 8 and XCP-ng 8 run on.
  case nested
  /// Shadow page tables.
  case shadow
}

/// A pool size to hold a template against.
public struct PoolAdvice: Hashable, Sendable {
  /// The multiplier that the model recommends.
  public var multiplier: ExactMultiplier
  /// For which workload, by name.
  public var workload: String

  /// Advice.
  public init(multiplier: ExactMultiplier, workload: String) {
    self.multiplier = multiplier
    self.workload = workload
  }
}

/// Checks a template: its fields against each other, against what XenServer makes of them, and
/// against what the model recommends.
public struct TemplateCheck: Sendable {
  /// The template.
  public let template: VMRecord
  /// The system that its guests run, by its name.
  public let system: GuestSystem
  /// How hosts page its guests: shadow page tables if the template says so itself.
  public let paging: HostPaging
  /// Whether fractions were printed with three decimals.
  let isRounded: Bool
  /// What the model recommends; nil when it was not asked.
  let advice: PoolAdvice?
  var findings: [TemplateFinding] = []

  /// What is wrong with a template; gravest first, then in the order of ``TemplateRule``.
  /// - Parameters:
  ///   - paging: how hosts page guests, if the template does not decide it
  ///   - isRounded: fractions were printed with three decimals, as `xe` does
  ///   - advice: what the model recommends with shadow paging
  public static func findings(
    _ template: VMRecord, paging: HostPaging, isRounded: Bool = false, advice: PoolAdvice? = nil
  ) -> [TemplateFinding] {
    var check = TemplateCheck(
      template: template, paging: paging, isRounded: isRounded, advice: advice)
    check.checkMultiplier()
    check.checkMemory()
    check.checkVCPUs()
    check.checkPlatform()
    let order = TemplateRule.allCases
    return check.findings.enumerated().sorted { one, other in
      let rules = [one, other].map { order.firstIndex(of: $0.element.rule) ?? 0 }
      return one.element.severity == other.element.severity
        ? (rules[0], one.offset) < (rules[1], other.offset)
        : one.element.severity > other.element.severity
    }.map(\.element)
  }

  /// How hosts page a template's guests: `platform:hap` false turns nested paging off.
  public static func paging(of template: VMRecord, hosts: HostPaging) -> HostPaging {
    template.flag("hap") == false ? .shadow : hosts
  }

  private init(template: VMRecord, paging: HostPaging, isRounded: Bool, advice: PoolAdvice?) {
    self.template = template
    system = GuestSystem(template)
    self.paging = Self.paging(of: template, hosts: paging)
    self.isRounded = isRounded
    self.advice = advice
  }

  mutating func add(
    _ rule: TemplateRule, _ severity: Severity, _ field: String, found: String?,
    expected: String, why: String, fix: String? = nil
  ) {
    findings.append(
      TemplateFinding(
        rule: rule, severity: severity, template: template, field: field, found: found,
        expected: expected, why: why, fix: fix))
  }

  /// `xe` setting a field, `key=value` as it has them.
  func setting(_ assignment: String) -> String {
    command("template-param-set").adding(assignment).description
  }

  /// `xe` removing a key of a map.
  func removing(_ key: String, from field: String) -> String {
    command("template-param-remove").adding("param-name=\(field)", "param-key=\(key)").description
  }

  /// A command of `xe` for the template.
  private func command(_ verb: String) -> ShellCommand {
    let command = ShellCommand("xe", verb)
    if let uuid = template.uuid, XenUUID.isValid(uuid) { return command.adding("uuid=\(uuid)") }
    return command.adding(
      "uuid=",
      outputOf: ShellCommand(
        "xe", "template-list", "name-label=\(template.nameLabel)", "--minimal"))
  }

  /// A number with a point.
  static func text(_ multiplier: Double) -> String { "\(multiplier)" }

  /// Bytes in MiB, where they are whole ones.
  static func memory(_ bytes: Int) -> String {
    bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
  }
}
