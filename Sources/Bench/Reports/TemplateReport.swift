import GuestModel
import ShadowModel
import XenServer

/// The text of `recommend --template`.
public enum TemplateReport {
  /// The lines: what to set on hosts of either kind, then the template and what speaks for it.
  public static func lines(_ advice: TemplateAdvice, terminal: Terminal) -> [String] {
    var lines: [String] = []
    if let nested = advice.nested { lines += self.lines(nested, advice) + [""] }
    if let shadow = advice.shadow {
      lines += answer(shadow, advice, terminal) + [""]
    }
    lines += head(advice)
    if let shadow = advice.shadow { lines += self.lines(shadow, advice) }
    return lines
  }

  /// What to set with shadow paging.
  private static func answer(
    _ shadow: TemplateAdvice.Shadow, _ advice: TemplateAdvice, _ terminal: Terminal
  ) -> [String] {
    let subject = AnswerReport.Subject(
      shadow.recommendation, sizing: shadow.conditions.sizing, toolstack: .xapi)
    var lines = ["with shadow paging"] + AnswerReport.lines(subject, terminal: terminal)
    if let multiplier = shadow.multiplier { lines += ["", verdict(multiplier, advice)] }
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
    if template.flag("hap") == false {
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
      "with nested paging",
      "pool  \(Numeral.grouped(nested.poolMiB)) MiB, as it is at 1.0: a larger one buys no speed",
      "", "XenServer, XCP-ng",
      "  set    HVM-shadow-multiplier = 1.0: \(Numeral.grouped(nested.poolMiB)) MiB",
    ]
    if extra != 0 {
      lines.append(
        "         the template's \(advice.choice.shape.multiplier) takes "
          + "\(Numeral.grouped(extra)) MiB more; a host of 256 GiB holds \(nested.domains) such "
          + "guests at 1.0, \(nested.templateDomains) as it is")
    }
    return lines + NestedPaging.basis.map { "  - \($0)" }
  }

  private static func lines(
    _ shadow: TemplateAdvice.Shadow, _ advice: TemplateAdvice
  ) -> [String] {
    let sizing = shadow.conditions.sizing
    var lines = ConditionsReport.lines(shadow.conditions, ample: shadow.ample)
    if shadow.isWorkloadsGuest {
      lines.append(
        "the workload does not fit into the template's memory: this is the guest that it was made for"
      )
    }
    lines.append("")
    if let multiplier = shadow.multiplier {
      if let failing = shadow.recommendation.knee.failing {
        let distance = 1 - failing.allocation.mebibytes / Double(multiplier.poolMiB)
        lines.append(
          "smaller      \(Numeral.fixed(failing.allocation.mebibytes, 2)) MiB would take "
            + "\(Numeral.percent(failing.share.recreation)) %; that is "
            + "\(Numeral.percent(distance)) % below (margin "
            + "\(Numeral.percent(shadow.recommendation.target.margin)) %)")
      }
      let extra = multiplier.poolMiB - multiplier.baseMiB
      lines.append(
        "costs        \(Numeral.grouped(extra)) MiB a guest over 1.0, "
          + "\(Numeral.percent(Double(extra) / Double(sizing.shape.memoryMiB))) % of its memory; "
          + "a host of 256 GiB holds \(shadow.domains.map(String.init) ?? "-") such guests")
      lines.append("")
    }
    return lines + ["rests on"] + shadow.recommendation.basis.map { "  - \($0)" }
  }

  /// How the template's own multiplier compares.
  private static func verdict(
    _ multiplier: ExactMultiplier, _ advice: TemplateAdvice
  ) -> String {
    let own = advice.choice.shape.multiplier
    guard let effect = MultiplierEffect(own, baseMiB: multiplier.baseMiB) else {
      return "the template's \(own) is no multiplier that gives a pool"
    }
    let word =
      effect.poolMiB < multiplier.poolMiB
      ? "too small" : effect.poolMiB > multiplier.poolMiB ? "more than needed" : "just that"
    return "the template's own \(own) gives \(Numeral.grouped(effect.poolMiB)) MiB: \(word)"
  }
}
