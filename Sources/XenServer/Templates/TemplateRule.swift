/// What templates are checked for.
///
/// Names are part of the output that other programs read: they do not change.
public enum TemplateRule: String, CaseIterable, Sendable {
  /// A field that decides memory is not there.
  case missingField = "missing-field"
  /// The multiplier is no number, or below 1: what is made of the template does not start.
  case multiplierInvalid = "multiplier-invalid"
  /// The multiplier was read back from a running machine, and is below 1 or loses a MiB each time.
  case multiplierDrifted = "multiplier-drifted"
  /// The server cannot keep the multiplier as it is set.
  case multiplierNotKept = "multiplier-not-kept"
  /// A multiplier above 1 on hosts where it buys nothing.
  case multiplierWithoutUse = "multiplier-without-use"
  /// The multiplier is not what templates of its kind had for shadow paging.
  case multiplierUnexpected = "multiplier-unexpected"
  /// The pool is smaller than the model recommends.
  case poolTooSmall = "pool-too-small"
  /// The pool is more than twice what the model recommends.
  case poolTooLarge = "pool-too-large"
  /// A template for XenApp, or one with a multiplier, is not fully virtualised.
  case notHVM = "not-hvm"
  /// Memory limits are not in order.
  case memoryOrder = "memory-order"
  /// Memory is more than the template itself recommends.
  case memoryLimit = "memory-limit"
  /// Ballooning would take memory from a session host.
  case memoryDynamic = "memory-dynamic"
  /// More vCPUs at the start than there may be.
  case vcpusOrder = "vcpus-order"
  /// vCPUs are not what the template itself recommends.
  case vcpusLimit = "vcpus-limit"
  /// Windows without Hyper-V's interfaces.
  case viridianOff = "viridian-off"
  /// Pages cannot be marked as not executable.
  case nxOff = "nx-off"
  /// Nested paging is turned off.
  case hapOff = "hap-off"
  /// Nested virtualisation is turned on.
  case nestedVirtualisation = "nested-virtualisation"
  /// XenApp by name, but without the mark.
  case applicationMark = "application-mark"
  /// The guest's system is out of support.
  case endOfLife = "end-of-life"

  /// The rule in a sentence.
  public var summary: String {
    switch self {
    case .missingField: "Memory, vCPUs, boot policy and multiplier must be there."
    case .multiplierInvalid: "The multiplier must be a number of 1.0 or more."
    case .multiplierDrifted:
      "The multiplier must not be one read back that is below 1.0 or loses a MiB at each start."
    case .multiplierNotKept: "The multiplier should be one that the server keeps."
    case .multiplierWithoutUse: "The multiplier should be 1.0 on hosts with nested paging."
    case .multiplierUnexpected:
      "With shadow paging a XenApp template should have multiplier 4.0, any other 1.0."
    case .poolTooSmall: "The pool should be as large as the model recommends."
    case .poolTooLarge: "The pool should not be over twice what the model recommends."
    case .notHVM: "A template with a multiplier must be fully virtualised."
    case .memoryOrder: "Memory limits must be in order."
    case .memoryLimit: "Memory should be within the template's own recommendation."
    case .memoryDynamic: "A session host's dynamic memory limits should be its static maximum."
    case .vcpusOrder: "VCPUs_at_startup must not be above VCPUs_max."
    case .vcpusLimit: "vCPUs should be within the template's own recommendation."
    case .viridianOff: "Windows should have Hyper-V's interfaces."
    case .nxOff: "Guests should be able to mark pages as not executable."
    case .hapOff: "Nested paging should not be turned off."
    case .nestedVirtualisation: "Nested virtualisation should be off."
    case .applicationMark: "A XenApp template should be marked as one for an application."
    case .endOfLife: "The guest's system should be in support."
    }
  }
}

/// How grave a finding is.
public enum Severity: String, CaseIterable, Sendable, Comparable {
  /// Worth knowing.
  case note
  /// Costs or risks something.
  case warning
  /// Does not work.
  case error

  /// Whether the left one is the lighter.
  public static func < (left: Severity, right: Severity) -> Bool {
    let order = Severity.allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// Something about a template that is not as it should be.
public struct TemplateFinding: Hashable, Sendable {
  /// Which rule it breaks.
  public var rule: TemplateRule
  /// How grave it is.
  public var severity: Severity
  /// The template.
  public var template: VMRecord
  /// The field by XenAPI's name, `field:key` within a map.
  public var field: String
  /// What it holds; nil when it is missing.
  public var found: String?
  /// What it should hold.
  public var expected: String
  /// What comes of it.
  public var why: String
  /// The `xe` command that mends it; nil where none does.
  public var fix: String?

  /// Where the field was read.
  public var line: Int? {
    let name = field.prefix { $0 != ":" }
    return template.record.place?.line(of: String(name))
  }
  /// The file that it was read from.
  public var file: String { template.record.place?.file ?? template.reference }
}
