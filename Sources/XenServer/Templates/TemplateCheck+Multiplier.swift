extension TemplateCheck {
  private static let field = "HVM_shadow_multiplier"
  private static let xeField = "HVM-shadow-multiplier"

  /// The multiplier and the pool that it gives.
  mutating func checkMultiplier() {
    checkDomainType()
    guard let multiplier = template.shadowMultiplier else {
      if template.domainType?.usesMultiplier ?? true {
        add(
          .missingField, .note, Self.field, found: nil, expected: "a number",
          why: "Nothing can be said of the pool without it.")
      }
      return
    }
    guard let shape = template.memoryShape else { return checkRange(multiplier, baseMiB: nil) }
    let baseMiB = MemoryModel().basePoolMiB(shape)
    checkRange(multiplier, baseMiB: baseMiB)
    guard multiplier.isFinite, multiplier >= 1, template.domainType == .hvm else { return }
    guard let effect = MultiplierEffect(multiplier, baseMiB: baseMiB, isRounded: isRounded) else {
      return
    }
    checkKept(multiplier, effect, baseMiB: baseMiB)
    checkUse(multiplier, effect, baseMiB: baseMiB)
  }

  private mutating func checkDomainType() {
    guard let type = template.domainType else {
      guard template.record["domain_type"] != nil else {
        return add(
          .missingField, .note, "domain_type", found: nil,
          expected: "a type, or HVM_boot_policy", why: "It was not checked.")
      }
      return add(
        .notHVM, .error, "domain_type", found: template.record["domain_type"]?.string,
        expected: DomainType.allCases.map(\.rawValue).joined(separator: ", "),
        why: "The server knows no such type.")
    }
    guard type != .hvm else { return }
    let isSessionHost = system.family == .sessionHost
    guard isSessionHost || (template.shadowMultiplier ?? 1) != 1 else { return }
    let isDerived = template.record["domain_type"]?.string.map { $0 == "unspecified" } ?? true
    add(
      .notHVM, isSessionHost ? .error : .warning, isDerived ? "HVM_boot_policy" : "domain_type",
      found: isDerived ? template.bootPolicy ?? "" : type.rawValue,
      expected: isDerived ? "BIOS order" : "hvm",
      why:
        "A \(type.rawValue) guest has no shadow page tables that a multiplier could enlarge, and "
        + (isSessionHost ? "Windows does not run in one." : "is charged for it all the same."),
      fix: isSessionHost
        ? setting(isDerived ? "HVM-boot-policy=BIOS order" : "domain-type=hvm")
        : setting("\(Self.xeField)=1"))
  }

  private mutating func checkRange(_ multiplier: Double, baseMiB: Int?) {
    guard !(multiplier.isFinite && multiplier >= 1) else { return }
    let effect = baseMiB.flatMap { MultiplierEffect(multiplier, baseMiB: $0, isRounded: isRounded) }
    let isDrift = effect.map { $0.origin == .readBack } ?? false
    let wanted = Self.text(expected ?? 1)
    var why = "The server takes it as it is, and refuses to start what is made of the template: "
    why += "INVALID_VALUE, HVM_shadow_multiplier."
    if let effect, let baseMiB, isDrift {
      why = "It is \(effect.poolMiB)/\(baseMiB), read back from a running machine that got "
      why += "\(baseMiB - effect.poolMiB) MiB less than it asked for. What is made of the template "
      why += "does not start: INVALID_VALUE, HVM_shadow_multiplier."
    }
    add(
      isDrift ? .multiplierDrifted : .multiplierInvalid, .error, Self.field,
      found: Self.text(multiplier), expected: wanted, why: why,
      fix: setting("\(Self.xeField)=\(wanted)"))
  }

  /// What the template should have where no model's advice decides.
  private var expected: Double? {
    if paging == .nested { return 1 }
    return system.family == .sessionHost ? BuiltInTemplate.xenAppMultiplier : 1
  }

  /// Whether the server keeps the number; one that it keeps is sound, whoever made it.
  private mutating func checkKept(
    _ multiplier: Double, _ effect: MultiplierEffect, baseMiB: Int
  ) {
    let isExact = ExactMultiplier(poolMiB: effect.poolMiB, baseMiB: baseMiB) != nil
    let isSound = effect.origin == .readBack ? isExact : effect.isKept(multiplier)
    guard multiplier != 1, !isSound else { return }
    guard let exact = ExactMultiplier.atLeast(poolMiB: effect.poolMiB, baseMiB: baseMiB) else {
      return
    }
    if effect.origin == .readBack {
      add(
        .multiplierDrifted, .warning, Self.field, found: Self.text(multiplier),
        expected: "a number that was set",
        why: "It is \(effect.poolMiB)/\(baseMiB), read back from a running machine, and gives a "
          + "MiB less when it is applied again.",
        fix: setting("\(Self.xeField)=\(Self.text(expected ?? 1))"))
    } else if !(isRounded && abs(effect.readBack - multiplier) < 0.0005) {
      add(
        .multiplierNotKept, .note, Self.field, found: Self.text(multiplier),
        expected: exact.text,
        why:
          "Pools have whole MiB: it gives \(effect.poolMiB) of \(baseMiB), and a machine's record "
          + "says \(Self.text(effect.readBack)) once it runs.",
        fix: setting("\(Self.xeField)=\(exact.text)"))
    }
  }

  /// Whether the pool is of use, and as large as it should be.
  private mutating func checkUse(
    _ multiplier: Double, _ effect: MultiplierEffect, baseMiB: Int
  ) {
    let extra = effect.poolMiB - baseMiB
    if paging == .nested {
      guard extra > 0, template.record["platform"] != nil, !template.isNestedVirtual,
        !template.hasAlternateP2M
      else { return }
      return add(
        .multiplierWithoutUse, .warning, Self.field, found: Self.text(multiplier),
        expected: "1.0",
        why: "With nested paging there are no shadows to run short of; each guest takes "
          + "\(extra) MiB of its host for nothing.", fix: setting("\(Self.xeField)=1"))
    }
    if advice == nil, let expected, effect.origin != .readBack, multiplier != expected {
      add(
        .multiplierUnexpected, .warning, Self.field, found: Self.text(multiplier),
        expected: Self.text(expected),
        why: expected == 1
          ? "No template but XenApp's ever had another; each guest takes \(extra) MiB more."
          : "XenServer gave its XenApp templates 4.0, since sessions share memory that each of them "
            + "maps with page tables of its own.",
        fix: setting("\(Self.xeField)=\(Self.text(expected))"))
    }
    checkAdvice(multiplier, effect)
  }

  private mutating func checkAdvice(_ multiplier: Double, _ effect: MultiplierEffect) {
    guard let advice else { return }
    let wanted = advice.multiplier
    let isSmall = effect.poolMiB < wanted.poolMiB
    guard isSmall || effect.poolMiB > 2 * wanted.poolMiB else { return }
    add(
      isSmall ? .poolTooSmall : .poolTooLarge, isSmall ? .warning : .note, Self.field,
      found: "\(Self.text(multiplier)), \(effect.poolMiB) MiB",
      expected: "\(wanted.text), \(wanted.poolMiB) MiB",
      why: isSmall
        ? "In the model, \(advice.workload) re-creates shadows for more of its time than allowed."
        : "In the model, \(advice.workload) does not need so much; each guest takes "
          + "\(effect.poolMiB - wanted.poolMiB) MiB more of its host.",
      fix: setting("\(Self.xeField)=\(wanted.text)"))
  }
}
