extension TemplateCheck {
  /// Memory limits.
  mutating func checkMemory() {
    let limits = [
      ("static_min", template.staticMinBytes), ("dynamic_min", template.dynamicMinBytes),
      ("dynamic_max", template.dynamicMaxBytes), ("static_max", template.staticMaxBytes),
    ]
    for (name, bytes) in limits where bytes == nil {
      add(
        .missingField, name == "static_max" ? .error : .note, "memory_\(name)", found: nil,
        expected: "bytes",
        why: name == "static_max"
          ? "Nothing can be said about the pool without it." : "It was not checked.")
    }
    for (lower, upper) in zip(limits, limits.dropFirst()) {
      guard let low = lower.1, let high = upper.1, low > high else { continue }
      let field = "memory_\(lower.0)"
      add(
        .memoryOrder, .error, field, found: Self.memory(low),
        expected: "at most memory_\(upper.0), \(Self.memory(high))",
        why: "The server refuses to start what is made of it: MEMORY_CONSTRAINT_VIOLATION.",
        fix: setting("\(Self.xeName(field))=\(high)"))
    }
    let restrictions = TemplateRestrictions(xml: template.recommendations)
    if let bytes = template.staticMaxBytes, let most = restrictions.memoryMax, bytes > most {
      add(
        .memoryLimit, .warning, "memory_static_max", found: Self.memory(bytes),
        expected: "at most \(Self.memory(Int(most)))",
        why: "The template itself recommends no more.",
        fix: setting("memory-static-max=\(most)"))
    }
    checkBallooning()
  }

  private mutating func checkBallooning() {
    guard system.family == .sessionHost, let most = template.staticMaxBytes else { return }
    for (field, bytes) in [
      ("memory_dynamic_min", template.dynamicMinBytes),
      ("memory_dynamic_max", template.dynamicMaxBytes),
    ] {
      guard let bytes, bytes < most else { continue }
      add(
        .memoryDynamic, .warning, field, found: Self.memory(bytes), expected: Self.memory(most),
        why:
          "Ballooning takes memory from all sessions at once, and the pool stays as large as for "
          + "the static maximum.",
        fix: setting("\(Self.xeName(field))=\(most)"))
    }
  }

  /// vCPUs.
  mutating func checkVCPUs() {
    guard let most = template.vcpusMax else {
      return add(
        .missingField, .error, "VCPUs_max", found: nil, expected: "a number",
        why: "Nothing can be said about the pool without it.")
    }
    if let start = template.vcpusAtStartup, start > most {
      add(
        .vcpusOrder, .error, "VCPUs_at_startup", found: "\(start)",
        expected: "at most VCPUs_max, \(most)",
        why: "The server refuses to start what is made of it.",
        fix: setting("VCPUs-at-startup=\(most)"))
    }
    let restrictions = TemplateRestrictions(xml: template.recommendations)
    if let limit = restrictions.vcpusMax, most > limit {
      add(
        .vcpusLimit, .warning, "VCPUs_max", found: "\(most)", expected: "at most \(limit)",
        why: "The template itself recommends no more.", fix: setting("VCPUs-max=\(limit)"))
    }
    if let limit = restrictions.vcpusMin, most < limit {
      add(
        .vcpusLimit, .warning, "VCPUs_max", found: "\(most)", expected: "at least \(limit)",
        why: "The template itself recommends no fewer.", fix: setting("VCPUs-max=\(limit)"))
    }
  }

  /// Platform flags, marks, and the system's age.
  mutating func checkPlatform() {
    for field in ["platform", "other_config"] where template.record[field] == nil {
      add(
        .missingField, .note, field, found: nil, expected: "a map", why: "It was not checked.")
    }
    if template.record["platform"] != nil {
      checkFlags(template.platform)
      checkHardware(template.platform)
    }
    if template.record["other_config"] != nil, GuestSystem.isXenApp(template.nameLabel),
      !template.isApplicationTemplate
    {
      add(
        .applicationMark, .warning, "other_config:application_template",
        found: template.otherConfig["application_template"], expected: "1",
        why: "Programs tell XenApp's templates by it, whatever their name.",
        fix: setting("other-config:application_template=1"))
    }
    if system.isEndOfLife {
      add(
        .endOfLife, .warning, "name_label", found: template.nameLabel,
        expected: "a system in support",
        why: "Its maker no longer mends it.")
    }
  }

  private mutating func checkFlags(_ platform: [String: String]) {
    guard template.domainType == .hvm else { return }
    if system.isWindows, template.flag("viridian") != true {
      add(
        .viridianOff, .warning, "platform:viridian", found: platform["viridian"],
        expected: "true",
        why: "Windows then finds none of Hyper-V's interfaces, and spends more of its time in "
          + "timers, flushes and locks that a hypervisor could answer.",
        fix: setting("platform:viridian=true"))
    }
    if template.flag("nx") != true {
      add(
        .nxOff, system.isWindows ? .warning : .note, "platform:nx", found: platform["nx"],
        expected: "true", why: "The guest cannot keep data from being run as code.",
        fix: setting("platform:nx=true"))
    }
  }

  private mutating func checkHardware(_ platform: [String: String]) {
    let isHAPOff = template.flag("hap") == false
    if isHAPOff {
      add(
        .hapOff, .warning, "platform:hap", found: platform["hap"], expected: "true, or nothing",
        why: "The guest runs on shadow page tables even where the host has nested paging; Xen no "
          + "longer supports them against attacks from guests, and XenServer's Xen has none.",
        fix: removing("hap", from: "platform"))
    }
    for key in ["nested-virt", "exp-nested-hvm"] where template.flag(key) == true {
      add(
        .nestedVirtualisation, isHAPOff || paging == .shadow ? .error : .warning,
        "platform:\(key)", found: platform[key], expected: "false, or nothing",
        why: isHAPOff || paging == .shadow
          ? "Shadow page tables and nested virtualisation exclude each other: the guest does not "
            + "start." : "It is experimental in Xen.",
        fix: removing(key, from: "platform"))
    }
  }

  /// A field as `xe` has it.
  private static func xeName(_ field: String) -> String {
    String(field.map { $0 == "_" ? "-" : $0 })
  }
}
