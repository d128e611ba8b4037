import GuestModel
import ShadowModel

/// The lines that say what a result was made with.
enum ConditionsReport {
  static func lines(_ conditions: Conditions, ample: RunPoint) -> [String] {
    let sizing = conditions.sizing
    let shape = sizing.shape
    var lines = [
      "\(conditions.input.name) (\(conditions.input.kind)): \(shape.mode.name), "
        + "\(Numeral.grouped(shape.memoryMiB)) MiB, \(shape.vcpus) \(shape.vcpus == 1 ? "vCPU" : "vCPUs"), "
        + "P2M \(sizing.p2m.rawValue), policy \(conditions.policy.rawValue), "
        + "costs \(conditions.rule.cost.name)"
    ]
    lines.append(conditions.rule.description(of: ample.steady))
    lines.append(
      "needs \(Numeral.grouped(ample.peakPages)) pages "
        + "(\(Numeral.fixed(Double(ample.peakPages) / 256, 2)) MiB) to keep every shadow; "
        + "Xen's minimum is \(Numeral.grouped(sizing.minimumPages)) pages for a new domain, "
        + "\(Numeral.grouped(sizing.runningMinimumPages)) for a running one")
    return lines
  }

  /// Marks of a curve: the rule's own size, XenServer's templates, and what is recommended.
  static func marks(_ sizing: Sizing, recommended: Allocation? = nil) -> [Plot.Mark] {
    let xapi = Sizing(shape: sizing.shape, rule: .xapi, p2m: sizing.p2m)
    var marks = [
      Plot.Mark(
        "D", "default: 1.0 × \(sizing.rule.rawValue)",
        mebibytes: sizing.defaultAllocation.mebibytes),
      Plot.Mark(
        "T", "template \"Optimize for XenApp\": 4.0 × xapi",
        mebibytes: xapi.allocation(.multiplier(4)).mebibytes),
    ]
    if let recommended {
      marks.append(Plot.Mark("R", "recommended", mebibytes: recommended.mebibytes))
    }
    return marks
  }
}
