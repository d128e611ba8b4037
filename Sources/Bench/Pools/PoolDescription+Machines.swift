import XenServer

extension PoolDescription {
  private static let keys = [
    "name", "uuid", "host", "power", "template", "application_template", "memory_mib",
    "static_min_mib", "dynamic_min_mib", "dynamic_max_mib", "overhead_mib", "vcpus", "multiplier",
    "type", "platform", "protection", "always_run", "order", "only_on",
  ]
  private static let powers = VMRecord.PowerState.allCases
  private static let protections = ["restart", "best-effort", "none"]

  /// Adds a machine or a template.
  mutating func addMachine(_ value: YAMLValue) throws(InputError) {
    let mapping = try value.mapping(known: Self.keys)
    let name = try mapping.required("name").text()
    let isTemplate = try mapping.optional("template")?.boolean() ?? false
    let shape = try Self.shape(mapping)
    let staticMin =
      try mapping.optional("static_min_mib")?.integer(
        in: 0...max(0, shape.dynamicMinBytes >> 20)
      ) ?? shape.dynamicMinBytes >> 20
    let (power, host) = try state(mapping, isTemplate: isTemplate)
    let overhead =
      try mapping.optional("overhead_mib")?.integer(in: 0...(MemoryShape.byteLimit >> 20))
      ?? model.overheadMiB(shape)
    let protection = try mapping.optional("protection")?.choice(Self.protections) ?? 2
    let order = try mapping.optional("order")?.integer(in: -1_000_000...1_000_000) ?? 0
    let isApplication = try mapping.optional("application_template")?.boolean() ?? false
    let isRunning = host != nil
    var fields = Self.fields(shape, staticMinBytes: staticMin << 20)
    fields.merge([
      "uuid": .string(try uuid(mapping.optional("uuid"), .machine)), "name_label": .string(name),
      "is_a_template": .boolean(isTemplate), "is_a_snapshot": .boolean(false),
      "is_control_domain": .boolean(false), "power_state": .string(power),
      "resident_on": .string(host ?? "OpaqueRef:NULL"),
      "HVM_boot_policy": .string(shape.domainType == .hvm ? "BIOS order" : ""),
      "memory_overhead": .integer(Int64(overhead) << 20),
      "platform": .map(try Self.platform(mapping.optional("platform"))),
      "other_config": .map(isApplication ? ["application_template": .string("1")] : [:]),
      "ha_restart_priority": .string(protection == 2 ? "" : Self.protections[protection]),
      "ha_always_run": .boolean(
        try mapping.optional("always_run")?.boolean() ?? (isRunning && protection != 2)),
      "order": .integer(Int64(order)),
    ]) { _, new in new }
    let reference = try add(fields, class: "VM", at: value)
    if let bound = mapping.optional("only_on") { try bind(reference, to: bound) }
  }

  private static func shape(_ mapping: YAMLMapping) throws(InputError) -> MemoryShape {
    let memory = try mapping.required("memory_mib").integer(in: memoryMiB)
    let dynamicMax = try mapping.optional("dynamic_max_mib")?.integer(in: 1...memory) ?? memory
    let dynamicMin =
      try mapping.optional("dynamic_min_mib")?.integer(in: 1...dynamicMax) ?? dynamicMax
    let types = DomainType.allCases
    return MemoryShape(
      staticMaxBytes: memory << 20, dynamicMaxBytes: dynamicMax << 20,
      dynamicMinBytes: dynamicMin << 20,
      vcpus: try mapping.required("vcpus").integer(in: 1...1024),
      multiplier: try mapping.optional("multiplier")?.number(in: 0...1000) ?? 1,
      domainType: try mapping.optional("type").map { value throws(InputError) in
        types[try value.choice(types.map(\.rawValue))]
      } ?? .hvm)
  }

  /// The power state and the host: which a machine has that runs or is paused, and no other.
  private func state(
    _ mapping: YAMLMapping, isTemplate: Bool
  ) throws(InputError) -> (power: String, host: String?) {
    let hostValue = mapping.optional("host")
    let powerValue = mapping.optional("power")
    let names = Self.powers.map { $0.rawValue.lowercased() }
    let power =
      try powerValue.map { value throws(InputError) in Self.powers[try value.choice(names)] }
      ?? (hostValue == nil ? .halted : .running)
    let isOnHost = power == .running || power == .paused
    if isTemplate, power != .halted || hostValue != nil {
      throw (powerValue ?? hostValue ?? mapping.place).error("a template does not run")
    }
    let what = "a machine that is \(power.rawValue.lowercased())"
    guard let hostValue else {
      guard !isOnHost else { throw (powerValue ?? mapping.place).error("\(what) needs a host") }
      return (power.rawValue, nil)
    }
    guard isOnHost else { throw hostValue.error("\(what) is on no host") }
    return (power.rawValue, try host(hostValue))
  }

  private static func platform(_ value: YAMLValue?) throws(InputError) -> [String: XenValue] {
    guard let value else { return [:] }
    guard case .mapping(let pairs) = value.content else {
      throw value.unexpected("keys and values of the field platform")
    }
    var platform: [String: XenValue] = [:]
    for pair in pairs { platform[pair.key] = .string(try pair.value.text()) }
    return platform
  }

  /// Gives a machine a disk in storage that only those hosts have.
  private mutating func bind(_ machine: String, to value: YAMLValue) throws(InputError) {
    var names: [String] = []
    var references: [String] = []
    for element in try value.list(limit: 1024) {
      references.append(try host(element))
      names.append(try element.text())
    }
    names.sort()
    let storage: String
    if let known = localStorage[names] {
      storage = known
    } else {
      storage = try add(
        [
          "uuid": .string(uuid(nil, .other)), "shared": .boolean(false),
          "name_label": .string("Storage of \(names.joined(separator: ", "))"),
        ], class: "SR")
      localStorage[names] = storage
      for host in references {
        try add(
          [
            "uuid": .string(uuid(nil, .other)), "SR": .string(storage), "host": .string(host),
            "currently_attached": .boolean(true),
          ], class: "PBD")
      }
    }
    let image = try add(
      ["uuid": .string(uuid(nil, .other)), "SR": .string(storage)], class: "VDI")
    try add(
      [
        "uuid": .string(uuid(nil, .other)), "VM": .string(machine), "VDI": .string(image),
        "type": .string("Disk"), "empty": .boolean(false),
      ], class: "VBD")
  }
}
