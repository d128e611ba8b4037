/// The fields that are made use of, and what they must hold: all else is kept unseen.
enum RecordSchema {
  /// What a field holds.
  enum Kind {
    case string
    case boolean
    case integer(ClosedRange<Int64>)
    case float
    case map
    case list
  }

  /// Bytes of memory.
  private static let bytes = Kind.integer(0...Int64(MemoryShape.byteLimit))
  private static let vcpus = Kind.integer(0...Int64(MemoryShape.vcpuLimit))
  private static let any = Kind.integer(Int64.min...Int64.max)

  /// Fields by class.
  static let classes: [String: [String: Kind]] = [
    "VM": [
      "uuid": .string, "name_label": .string, "name_description": .string,
      "is_a_template": .boolean, "is_a_snapshot": .boolean, "is_default_template": .boolean,
      "is_control_domain": .boolean, "power_state": .string, "domain_type": .string,
      "HVM_boot_policy": .string, "HVM_shadow_multiplier": .float,
      "memory_static_min": bytes, "memory_static_max": bytes, "memory_dynamic_min": bytes,
      "memory_dynamic_max": bytes, "memory_overhead": bytes, "VCPUs_max": vcpus,
      "VCPUs_at_startup": vcpus, "platform": .map, "other_config": .map,
      "recommendations": .string, "ha_always_run": .boolean, "ha_restart_priority": .string,
      "order": any, "start_delay": any, "resident_on": .string,
      "scheduled_to_be_resident_on": .string, "affinity": .string, "allowed_operations": .list,
      "reference_label": .string, "VBDs": .list, "VIFs": .list, "metrics": .string,
    ],
    "host": [
      "uuid": .string, "name_label": .string, "hostname": .string, "address": .string,
      "enabled": .boolean, "metrics": .string, "memory_overhead": bytes, "capabilities": .list,
      "software_version": .map, "other_config": .map,
    ],
    "host_metrics": ["uuid": .string, "memory_total": bytes, "live": .boolean],
    "pool": [
      "uuid": .string, "name_label": .string, "master": .string, "ha_enabled": .boolean,
      "ha_host_failures_to_tolerate": any, "ha_plan_exists_for": any,
      "ha_overcommitted": .boolean, "ha_allow_overcommit": .boolean,
    ],
    "SR": ["uuid": .string, "name_label": .string, "shared": .boolean, "PBDs": .list],
    "PBD": ["host": .string, "SR": .string, "currently_attached": .boolean],
    "VDI": ["SR": .string],
    "VBD": ["VM": .string, "VDI": .string, "type": .string, "empty": .boolean],
    "VIF": ["VM": .string, "network": .string],
    "network": ["uuid": .string, "name_label": .string, "PIFs": .list],
    "PIF": ["host": .string, "network": .string, "currently_attached": .boolean],
  ]

  /// `value` as its field has it: numbers that came as text become numbers.
  /// - Returns: nil when the field cannot hold it
  static func normalised(_ value: XenValue, kind: Kind) -> XenValue? {
    switch kind {
    case .string:
      return value.string == nil ? nil : value
    case .boolean:
      return value.boolean.map { .boolean($0) }
    case .integer(let range):
      guard let integer = value.integer, range.contains(integer) else { return nil }
      return .integer(integer)
    case .float:
      guard let double = value.double else { return nil }
      return double.isFinite ? .float(double) : .string("\(double)")
    case .map:
      guard case .map(let members) = value else { return nil }
      return members.values.allSatisfy({ $0.string != nil }) ? value : nil
    case .list:
      return value.list == nil ? nil : value
    }
  }

  /// What a field must hold, for an error.
  static func expectation(_ kind: Kind) -> String {
    switch kind {
    case .string: "text"
    case .boolean: "true or false"
    case .integer(let range):
      range.upperBound == Int64.max
        ? "a whole number" : "a whole number of \(range.lowerBound) to \(range.upperBound)"
    case .float: "a number"
    case .map: "a map of text"
    case .list: "a set"
    }
  }
}
