/// A virtual machine, template or snapshot: its record with types.
///
/// A field that is missing is nil; which are depends on the server's age and on the format.
public struct VMRecord: Hashable, Sendable, Comparable {
  /// What it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// A virtual machine.
    case machine = "VM"
    /// A template.
    case template
    /// A snapshot; also marked as a template.
    case snapshot
    /// A host's control domain.
    case controlDomain = "control domain"
  }

  /// XenAPI's power states.
  public enum PowerState: String, CaseIterable, Sendable {
    /// Not running.
    case halted = "Halted"
    /// In memory, not running.
    case paused = "Paused"
    /// Running.
    case running = "Running"
    /// On a disk.
    case suspended = "Suspended"

    /// The state of that name, whichever case its letters have: `xe` prints small ones.
    public init?(name: String) {
      guard
        let state = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
      else { return nil }
      self = state
    }
  }

  /// XenAPI's reference, or what stands for it in a file.
  public var reference: String
  /// All fields.
  public var record: XenRecord

  /// A machine of that record.
  public init(reference: String, record: XenRecord) {
    self.reference = reference
    self.record = record
  }

  /// `uuid`.
  public var uuid: String? { record["uuid"]?.string }
  /// `name_label`.
  public var nameLabel: String { record["name_label"]?.string ?? "" }
  /// `power_state`; nil when it is missing or unknown.
  public var powerState: PowerState? {
    record["power_state"]?.string.flatMap(PowerState.init(name:))
  }
  /// `is_a_template`, snapshots left out.
  public var isTemplate: Bool { kind == .template }
  /// `is_a_snapshot`.
  public var isSnapshot: Bool { record["is_a_snapshot"]?.boolean ?? false }
  /// `is_default_template`; before there was such a field, `other_config:default_template`.
  public var isDefaultTemplate: Bool {
    record["is_default_template"]?.boolean ?? (mark("default_template") == true)
  }
  /// `is_control_domain`.
  public var isControlDomain: Bool { record["is_control_domain"]?.boolean ?? false }
  /// Whether the record says what it is: machines, templates and snapshots are changed by commands
  /// of their own.
  public var tellsKind: Bool {
    isControlDomain || isSnapshot || record["is_a_template"]?.boolean != nil
  }
  /// What it is; a machine where the record does not say.
  public var kind: Kind {
    if isControlDomain { return .controlDomain }
    if isSnapshot { return .snapshot }
    return record["is_a_template"]?.boolean ?? false ? .template : .machine
  }

  /// `HVM_boot_policy`.
  public var bootPolicy: String? { record["HVM_boot_policy"]?.string }
  /// `domain_type`, or what the boot policy says; nil for a type that is not known.
  public var domainType: DomainType? {
    DomainType(record: record["domain_type"]?.string, bootPolicy: bootPolicy)
  }
  /// `HVM_shadow_multiplier`; not a number and infinity are possible.
  public var shadowMultiplier: Double? { record["HVM_shadow_multiplier"]?.double }
  /// `memory_static_min`, bytes.
  public var staticMinBytes: Int? { integer("memory_static_min") }
  /// `memory_static_max`, bytes.
  public var staticMaxBytes: Int? { integer("memory_static_max") }
  /// `memory_dynamic_min`, bytes.
  public var dynamicMinBytes: Int? { integer("memory_dynamic_min") }
  /// `memory_dynamic_max`, bytes.
  public var dynamicMaxBytes: Int? { integer("memory_dynamic_max") }
  /// `memory_overhead`, bytes, as the server worked it out.
  public var overheadBytes: Int? { integer("memory_overhead") }
  /// `VCPUs_max`.
  public var vcpusMax: Int? { integer("VCPUs_max") }
  /// `VCPUs_at_startup`.
  public var vcpusAtStartup: Int? { integer("VCPUs_at_startup") }
  /// `platform`.
  public var platform: [String: String] { record["platform"]?.strings ?? [:] }
  /// A key of `platform` that is true or false, as the server reads it: `true` or `1`, `false` or
  /// `0`, in any case; nil for a key that is missing or neither.
  public func flag(_ key: String) -> Bool? {
    platform[key].flatMap { XenValue.string($0).boolean }
  }
  /// Whether its page tables have alternates: `altp2m`, which introspection needs.
  public var hasAlternateP2M: Bool {
    guard let text = platform["altp2m"]?.lowercased() else { return false }
    return !["", "0", "false", "disabled"].contains(text)
  }
  /// Whether guests may run in it: `nested-virt` or `exp-nested-hvm`.
  public var isNestedVirtual: Bool {
    flag("nested-virt") == true || flag("exp-nested-hvm") == true
  }
  /// `other_config`.
  public var otherConfig: [String: String] { record["other_config"]?.strings ?? [:] }
  /// `recommendations`, XML.
  public var recommendations: String { record["recommendations"]?.string ?? "" }
  /// `ha_always_run`.
  public var haAlwaysRun: Bool { record["ha_always_run"]?.boolean ?? false }
  /// `ha_restart_priority`: `restart`, `best-effort` or nothing.
  public var haRestartPriority: String { record["ha_restart_priority"]?.string ?? "" }
  /// `order`: 0 first, negative ones last.
  public var order: Int { integer("order") ?? 0 }
  /// `start_delay`, seconds.
  public var startDelaySeconds: Int { integer("start_delay") ?? 0 }
  /// `resident_on`, a reference to a host.
  public var residentOn: String? { record.reference("resident_on") }
  /// `scheduled_to_be_resident_on`, a reference to a host.
  public var scheduledOn: String? { record.reference("scheduled_to_be_resident_on") }
  /// `affinity`, a reference to a host.
  public var affinity: String? { record.reference("affinity") }
  /// `allowed_operations`; nil when the record does not say.
  public var allowedOperations: Set<String>? {
    record["allowed_operations"]?.list.map { Set($0.compactMap(\.string)) }
  }
  /// `other_config:application_template`: a template for an application such as XenApp.
  public var isApplicationTemplate: Bool { mark("application_template") == true }

  private func mark(_ key: String) -> Bool? {
    otherConfig[key].flatMap { XenValue.string($0).boolean }
  }

  /// The fields that decide its memory; nil when memory, vCPUs or type are missing.
  ///
  /// A multiplier that is missing is not known either, where the domain has a use for one.
  public var memoryShape: MemoryShape? {
    guard let staticMaxBytes, let vcpusMax, let domainType,
      shadowMultiplier != nil || !domainType.usesMultiplier
    else { return nil }
    return MemoryShape(
      staticMaxBytes: staticMaxBytes, dynamicMaxBytes: dynamicMaxBytes,
      dynamicMinBytes: dynamicMinBytes, vcpus: vcpusMax, multiplier: shadowMultiplier ?? 1,
      domainType: domainType)
  }

  /// By name, then UUID, then reference.
  public static func < (one: VMRecord, other: VMRecord) -> Bool {
    (one.nameLabel, one.uuid ?? "", one.reference)
      < (other.nameLabel, other.uuid ?? "", other.reference)
  }

  private func integer(_ field: String) -> Int? {
    record[field]?.integer.flatMap { Int(exactly: $0) }
  }
}
