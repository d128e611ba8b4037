extension BuiltInTemplate {
  /// The record that a host has of it, as far as its figures are known.
  ///
  /// A field that the templates of its age did not have, or that is not known, is missing.
  public var record: VMRecord {
    var platform: [String: String] = ["acpi": "true", "apic": "true", "pae": "true"]
    platform["nx"] = "\(hasNX)"
    platform["viridian"] = hasViridian.map { "\($0)" }
    var otherConfig = ["default_template": "true"]
    if isApplicationTemplate { otherConfig["application_template"] = "1" }
    var restrictions = TemplateRestrictions()
    restrictions.memoryMax = Int64(mostMemoryMiB) << 20
    restrictions.vcpusMax = Int64(mostVCPUs)
    let memory = XenValue.integer(Int64(memoryMiB) << 20)
    var fields: [String: XenValue] = [
      "name_label": .string(nameLabel), "is_a_template": .boolean(true),
      "is_a_snapshot": .boolean(false), "is_control_domain": .boolean(false),
      "power_state": .string("Halted"), "HVM_boot_policy": .string("BIOS order"),
      "HVM_shadow_multiplier": .float(shadowMultiplier),
      "memory_static_min": .integer(Int64(staticMinMiB) << 20), "memory_static_max": memory,
      "memory_dynamic_min": memory, "memory_dynamic_max": memory,
      "VCPUs_max": .integer(Int64(vcpus)), "VCPUs_at_startup": .integer(Int64(vcpus)),
      "platform": .map(platform.mapValues { .string($0) }),
      "other_config": .map(otherConfig.mapValues { .string($0) }),
      "recommendations": .string(restrictions.xml ?? ""),
    ]
    fields["uuid"] = uuid.map { .string($0) }
    if releases == .v7 || releases == .v8 { fields["is_default_template"] = .boolean(true) }
    return VMRecord(
      reference: "built-in:\(id)",
      record: XenRecord(fields, place: RecordPlace(file: "built-in:\(id)")))
  }

  /// What is wrong with it; nothing is said of a flag that is not known.
  public func findings(paging: HostPaging, advice: PoolAdvice? = nil) -> [TemplateFinding] {
    TemplateCheck.findings(record, paging: paging, advice: advice)
      .filter { $0.rule != .viridianOff || hasViridian != nil }
  }
}
