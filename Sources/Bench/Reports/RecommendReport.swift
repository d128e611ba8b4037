import Glibc
import GuestModel
import ShadowModel

/// The text of `recommend`.
public enum RecommendReport {
  /// The lines: the curve, then the recommendation.
  public static func lines(
    _ recommendation: Recommendation, conditions: Conditions, ample: RunPoint, terminal: Terminal
  ) -> [String] {
    var lines = ConditionsReport.lines(conditions, ample: ample) + [""]
    lines +=
      SweepReport.plot(
        recommendation.curve, conditions: conditions, recommended: recommendation.size?.allocation,
        terminal: terminal
      ).lines
    let rows = excerpt(recommendation)
    lines +=
      [""]
      + SweepReport.table(rows, target: conditions.target, among: recommendation.curve).lines
    lines += [""] + SweepReport.lines(recommendation.knee)
    lines += [""] + headline(recommendation, terminal: terminal)
    lines += consequences(recommendation, conditions: conditions)
    lines += ["", "rests on"] + recommendation.basis.map { "  - \($0)" }
    return lines
  }

  /// The sizes that a table shows: a dozen of the curve, and those that the answer names.
  private static func excerpt(_ recommendation: Recommendation) -> [SizeResult] {
    let curve = recommendation.curve
    var chosen: [SizeResult] = []
    if let least = curve.first?.allocation.pages, let most = curve.last?.allocation.pages {
      for row in 0..<12 {
        let wanted = log(Double(least)) + log(Double(most) / Double(least)) * Double(row) / 11
        let nearest = curve.min {
          abs(log(Double($0.allocation.pages)) - wanted)
            < abs(log(Double($1.allocation.pages)) - wanted)
        }
        if let nearest, nearest.allocation.pages != chosen.last?.allocation.pages {
          chosen.append(nearest)
        }
      }
    }
    let named = [
      recommendation.knee.failing, recommendation.knee.fitting, recommendation.size,
      recommendation.defaultSize,
    ]
    for case let point? in named
    where !chosen.contains(where: { $0.allocation.pages == point.allocation.pages }) {
      chosen.append(point)
    }
    return chosen.sorted { $0.allocation.pages < $1.allocation.pages }
  }

  /// On a host with nested paging.
  public static func lines(nestedPaging sizing: Sizing) -> [String] {
    [
      "recommended  multiplier 1.0 (\(Numeral.size(sizing.defaultAllocation)))", "",
    ] + NestedPaging.basis
  }

  private static func headline(_ recommendation: Recommendation, terminal: Terminal) -> [String] {
    guard let multiplier = recommendation.multiplier, let size = recommendation.size else {
      return ["recommended  " + terminal.styled("none: no size meets the target", .bad)]
    }
    let allocation = size.allocation
    var lines = [
      "recommended  "
        + terminal.styled(
          "multiplier \(Numeral.fixed(multiplier, 2)) by rule \(allocation.rule.rawValue)", .strong)
        + " = \(Numeral.fixed(allocation.mebibytes, 2)) MiB = "
        + "\(Numeral.grouped(allocation.pages)) pages"
        + (allocation.isRaised ? ", Xen's minimum" : "")
    ]
    if let xapi = recommendation.xapiMultiplier {
      lines.append("             in XenServer: HVM-shadow-multiplier = \(Numeral.fixed(xapi, 2))")
    }
    lines.append(
      "             re-creation \(Numeral.percent(size.share.recreation)) % of guest time, target "
        + "\(Numeral.percent(recommendation.target.share)) %")
    return lines
  }

  private static func consequences(
    _ recommendation: Recommendation, conditions: Conditions
  ) -> [String] {
    var lines: [String] = []
    let standard = recommendation.defaultSize
    lines.append(
      "default      \(Numeral.size(standard.allocation)): "
        + "\(Numeral.percent(standard.share.recreation)) % re-creation")
    if let failing = recommendation.knee.failing, let size = recommendation.size {
      let distance =
        1 - Double(failing.allocation.pages) / Double(max(1, size.allocation.pages))
      lines.append(
        "smaller      \(Numeral.grouped(failing.allocation.pages)) pages would take "
          + "\(Numeral.percent(failing.share.recreation)) %; that is "
          + "\(Numeral.percent(distance)) % below (margin "
          + "\(Numeral.percent(recommendation.target.margin)) %)")
    }
    if let extra = recommendation.extraMebibytes, let density = recommendation.density {
      let share = extra / Double(conditions.sizing.shape.memoryMiB)
      lines.append(
        "costs        \(Numeral.fixed(extra, 2)) MiB a domain over the default, "
          + "\(Numeral.percent(share)) % of its memory; a host of 256 GiB "
          + "holds \(density.recommendedDomains) such domains instead of "
          + "\(density.defaultDomains)")
    }
    for other in recommendation.sensitivity {
      let multiplier = other.multiplier.map { Numeral.fixed($0, 2) } ?? "none"
      lines.append(
        "sensitivity  multiplier \(multiplier) if shadow work cost "
          + "\(Numeral.fixed(other.factor, 1)) times as much")
    }
    return lines
  }
}
