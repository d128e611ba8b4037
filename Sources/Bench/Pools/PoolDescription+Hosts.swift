import XenServer

extension PoolDescription {
  private static let hostKeys = [
    "name", "uuid", "address", "memory_mib", "overhead_mib", "dom0_mib", "dom0_vcpus", "enabled",
    "live", "hap", "cluster_member",
  ]
  /// MiB that are accepted.
  static let memoryMiB = 1...(MemoryShape.byteLimit >> 20)

  /// Adds a host, its metrics and its control domain.
  mutating func addHost(_ value: YAMLValue) throws(InputError) {
    let mapping = try value.mapping(known: Self.hostKeys)
    let nameValue = try mapping.required("name")
    let name = try nameValue.text()
    guard hosts[name] == nil else {
      throw nameValue.error("\(YAMLValue.quoted(name)) is the name of another host as well")
    }
    let memory = try mapping.required("memory_mib").integer(in: Self.memoryMiB)
    let overhead = try mapping.optional("overhead_mib")?.integer(in: 0...memory)
    let dom0 = try mapping.optional("dom0_mib")?.integer(in: 0...memory - (overhead ?? 0))
    let vcpus = try mapping.optional("dom0_vcpus")?.integer(in: 1...1024) ?? 16
    let metrics = try add(
      [
        "uuid": .string(uuid(nil, .other)), "memory_total": .integer(Int64(memory) << 20),
        "live": .boolean(mapping.optional("live")?.boolean() ?? true),
      ], class: "host_metrics")
    var otherConfig: [String: XenValue] = [:]
    if let hap = try mapping.optional("hap")?.boolean() {
      otherConfig[HostRecord.hapKey] = .string("\(hap)")
    }
    var fields: [String: XenValue] = [
      "uuid": .string(try uuid(mapping.optional("uuid"), .host)), "name_label": .string(name),
      "hostname": .string(name),
      "address": .string(try mapping.optional("address")?.text() ?? name),
      "enabled": .boolean(try mapping.optional("enabled")?.boolean() ?? true),
      "metrics": .string(metrics), "other_config": .map(otherConfig),
    ]
    if let overhead { fields["memory_overhead"] = .integer(Int64(overhead) << 20) }
    let reference = try add(fields, class: "host", at: value)
    hosts[name] = reference
    try add(
      [
        "uuid": .string(uuid(nil, .other)), "host": .string(reference),
        "enabled": .boolean(mapping.optional("cluster_member")?.boolean() ?? true),
      ], class: "Cluster_host")
    if let dom0, dom0 > 0 {
      try addControlDomain(of: name, reference, memoryMiB: dom0, vcpus: vcpus)
    }
  }

  private mutating func addControlDomain(
    of name: String, _ host: String, memoryMiB: Int, vcpus: Int
  ) throws(InputError) {
    let shape = MemoryShape(memoryMiB: memoryMiB, vcpus: vcpus, domainType: .pv)
    var fields = Self.fields(shape, staticMinBytes: shape.staticMaxBytes)
    fields.merge([
      "uuid": .string(try uuid(nil, .domain)),
      "name_label": .string("Control domain on host: \(name)"),
      "is_control_domain": .boolean(true), "is_a_template": .boolean(false),
      "is_a_snapshot": .boolean(false), "power_state": .string("Running"),
      "resident_on": .string(host),
      "memory_overhead": .integer(Int64(model.overheadBytes(shape))),
      "HVM_boot_policy": .string(""), "ha_always_run": .boolean(false),
      "ha_restart_priority": .string(""),
    ]) { _, new in new }
    try add(fields, class: "VM")
  }

  /// The fields of a record that a shape has.
  static func fields(_ shape: MemoryShape, staticMinBytes: Int) -> [String: XenValue] {
    [
      "memory_static_min": .integer(Int64(staticMinBytes)),
      "memory_static_max": .integer(Int64(shape.staticMaxBytes)),
      "memory_dynamic_min": .integer(Int64(shape.dynamicMinBytes)),
      "memory_dynamic_max": .integer(Int64(shape.dynamicMaxBytes)),
      "VCPUs_max": .integer(Int64(shape.vcpus)), "VCPUs_at_startup": .integer(Int64(shape.vcpus)),
      "HVM_shadow_multiplier": .float(shape.multiplier),
      "domain_type": .string(shape.domainType.rawValue),
    ]
  }
}
