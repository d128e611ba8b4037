import GuestModel
import ShadowModel

/// The lines that say what a result was made with.
enum ConditionsReport {
  static func lines(_ conditions: Conditions, ample: RunPoint) -> [String] {
    let sizing = conditions.sizing
    let shape = sizing.shape
    let isUnseen = (conditions.input.evidence?.neverCold ?? 0) > 0
    var lines = [
      "\(conditions.input.name) (\(conditions.input.kind)): \(shape.mode.name), "
        + "\(Numeral.grouped(shape.memoryMiB)) MiB, \(shape.vcpus) \(shape.vcpus == 1 ? "vCPU" : "vCPUs"), "
        + "P2M \(sizing.p2m.rawValue), policy \(conditions.policy.rawValue), "
        + "costs \(conditions.rule.cost.name)"
    ]
    lines += conditions.input.losses.map { "note: \($0)" }
    if sizing.placement != .descending {
      lines.append("memory placed: \(sizing.placement.text)")
    }
    lines.append(conditions.rule.description(of: ample.steady))
    lines.append(
      "needs \(isUnseen ? "at least " : "")\(Numeral.grouped(ample.peakPages)) pages "
        + "(\(Numeral.fixed(Double(ample.peakPages) / 256, 2)) MiB) to keep every shadow; "
        + "Xen's minimum is \(Numeral.grouped(sizing.minimumPages)) pages for a new domain, "
        + "\(Numeral.grouped(sizing.runningMinimumPages)) for a running one")
    return lines
  }
}
