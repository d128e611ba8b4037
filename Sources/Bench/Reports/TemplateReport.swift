import GuestModel
import ShadowModel
import XenServer

/// The text of `recommend --template`.
public enum TemplateReport {
  /// The lines: the template, then what hosts of either kind should give it.
  public static func lines(_ advice: TemplateAdvice, terminal: Terminal) -> [String] {
    var lines = head(advice)
    if let nested = advice.nested { lines += [""] + self.lines(nested, advice) }
    if let shadow = advice.shadow { lines += [""] + self.lines(shadow, advice, terminal) }
    return lines
  }

  private static func head(_ advice: TemplateAdvice) -> [String] {
    let template = advice.choice.template
    let shape = advice.choice.shape
    var lines = [
      "\(template.nameLabel) (\(template.record.place?.file ?? template.reference)): "
        + "\(Numeral.grouped(shape.staticMaxMiB)) MiB, \(shape.vcpus) "
        + (shape.vcpus == 1 ? "vCPU" : "vCPUs") + ", \(shape.domainType.rawValue), "
        + "HVM_shadow_multiplier \(shape.multiplier)"
    ]
    if template.platform["hap"] == "false" {
      lines.append("platform:hap is false: its guests use shadow paging on every host")
    }
    if shape.domainType != .hvm {
      lines.append("a \(shape.domainType.rawValue) guest has no use for a multiplier")
    }
    return lines
  }

  private static func lines(
    _ nested: TemplateAdvice.Nested, _ advice: TemplateAdvice
  ) -> [String] {
    let extra = nested.templatePoolMiB - nested.poolMiB
    var lines = [
      "nested paging  HVM_shadow_multiplier = 1.0 = \(Numeral.grouped(nested.poolMiB)) MiB"
    ]
    if extra != 0 {
      lines.append(
        "               the template's \(advice.choice.shape.multiplier) takes "
          + "\(Numeral.grouped(extra)) MiB more; a host of 256 GiB holds \(nested.domains) such "
          + "guests at 1.0, \(nested.templateDomains) as it is")
    }
    return lines + NestedPaging.basis.map { "  - \($0)" }
  }

  private static func lines(
    _ shadow: TemplateAdvice.Shadow, _ advice: TemplateAdvice, _ terminal: Terminal
  ) -> [String] {
    let sizing = shadow.conditions.sizing
    var lines = ConditionsReport.lines(shadow.conditions, ample: shadow.ample)
    if shadow.isWorkloadsGuest {
      lines.append(
        "the workload does not fit into the template's memory: this is the guest that it was made for"
      )
    }
    lines.append("")
    guard let multiplier = shadow.multiplier, let size = shadow.recommendation.size else {
      return lines + ["shadow paging  " + terminal.styled("none: no size meets the target", .bad)]
    }
    lines.append(
      "shadow paging  "
        + terminal.styled("HVM_shadow_multiplier = \(multiplier.text)", .strong)
        + " = \(Numeral.grouped(multiplier.poolMiB)) MiB, "
        + "\(multiplier.poolMiB)/\(multiplier.baseMiB) of the default: the server keeps it as it is"
    )
    lines.append(
      "               re-creation \(Numeral.percent(size.share.recreation)) % of guest time at "
        + "\(Numeral.fixed(size.allocation.mebibytes, 2)) MiB, target "
        + "\(Numeral.percent(shadow.recommendation.target.share)) %")
    if let failing = shadow.recommendation.knee.failing {
      let distance = 1 - failing.allocation.mebibytes / Double(multiplier.poolMiB)
      lines.append(
        "               \(Numeral.fixed(failing.allocation.mebibytes, 2)) MiB would take "
          + "\(Numeral.percent(failing.share.recreation)) %; that is "
          + "\(Numeral.percent(distance)) % below (margin "
          + "\(Numeral.percent(shadow.recommendation.target.margin)) %)")
    }
    let extra = multiplier.poolMiB - multiplier.baseMiB
    lines.append(
      "costs          \(Numeral.grouped(extra)) MiB a guest over 1.0, "
        + "\(Numeral.percent(Double(extra) / Double(sizing.shape.memoryMiB))) % of its memory; "
        + "a host of 256 GiB holds \(shadow.domains.map(String.init) ?? "-") such guests")
    lines.append(verdict(multiplier, advice))
    return lines + ["", "rests on"] + shadow.recommendation.basis.map { "  - \($0)" }
  }

  /// How the template's own multiplier compares.
  private static func verdict(
    _ multiplier: ExactMultiplier, _ advice: TemplateAdvice
  ) -> String {
    let own = advice.choice.shape.multiplier
    guard let effect = MultiplierEffect(own, baseMiB: multiplier.baseMiB) else {
      return "the template  its \(own) is no multiplier that gives a pool"
    }
    let word =
      effect.poolMiB < multiplier.poolMiB
      ? "too small" : effect.poolMiB > multiplier.poolMiB ? "more than needed" : "just that"
    return "the template   its \(own) gives \(Numeral.grouped(effect.poolMiB)) MiB: \(word)"
  }
}
