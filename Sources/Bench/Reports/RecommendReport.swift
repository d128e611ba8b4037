import Glibc
import GuestModel
import ShadowModel

/// The text of `recommend`.
public enum RecommendReport {
  /// The lines: what to set, then the curve and what else speaks for it.
  /// - Parameter toolstack: the one that the guest runs on; nil for both
  public static func lines(
    _ recommendation: Recommendation, conditions: Conditions, ample: RunPoint,
    toolstack: Toolstack? = nil, terminal: Terminal
  ) -> [String] {
    let subject = AnswerReport.Subject(
      recommendation, sizing: conditions.sizing, toolstack: toolstack)
    var lines = SelfCheckReport.warning(recommendation.check, terminal: terminal)
    lines += AnswerReport.lines(subject, terminal: terminal) + [""]
    lines += ConditionsReport.lines(conditions, ample: ample) + [""]
    lines +=
      SweepReport.plot(
        recommendation.curve, conditions: conditions, knee: recommendation.knee,
        recommended: recommendation.size?.allocation, terminal: terminal
      ).lines
    let rows = excerpt(recommendation)
    lines +=
      [""]
      + SweepReport.table(rows, target: conditions.target, among: recommendation.curve).lines
    if recommendation.knee.isKnown { lines += [""] + SweepReport.lines(recommendation.knee) }
    lines += [""] + consequences(subject, recommendation)
    if recommendation.check != nil { lines += [""] + SelfCheckReport.lines(recommendation.check) }
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
      recommendation.defaultSize, recommendation.settings.xapi.standard,
    ]
    for case let pages? in named.map({ $0?.allocation.pages })
    where !chosen.contains(where: { $0.allocation.pages == pages }) {
      // The curve's own point: a setting's has the multiplier of another rule.
      chosen += curve.filter { $0.allocation.pages == pages }
    }
    return chosen.sorted { $0.allocation.pages < $1.allocation.pages }
  }

  /// On a host with nested paging.
  public static func lines(nestedPaging sizing: Sizing, toolstack: Toolstack? = nil) -> [String] {
    AnswerReport.lines(nestedPaging: sizing, toolstack: toolstack) + [""] + NestedPaging.basis
  }

  private static func consequences(
    _ subject: AnswerReport.Subject, _ recommendation: Recommendation
  ) -> [String] {
    var lines: [String] = []
    let rule = recommendation.defaultSize.allocation.rule
    if let multiplier = recommendation.multiplier, let size = recommendation.size,
      rule != .mappedOnce
    {
      lines.append(
        "by rule      \(Numeral.multiplier(multiplier, rule: rule.rawValue)) × \(rule.rawValue) = "
          + "\(Numeral.fixed(size.allocation.mebibytes, 2)) MiB"
          + (size.allocation.isRaised ? ", Xen's minimum" : ""))
    }
    if let failing = recommendation.knee.failing, let size = recommendation.size {
      let distance =
        1 - Double(failing.allocation.pages) / Double(max(1, size.allocation.pages))
      lines.append(
        "smaller      \(Numeral.grouped(failing.allocation.pages)) pages would take "
          + "\(Numeral.percent(failing.share.recreation)) %; that is "
          + "\(Numeral.percent(distance)) % below (margin "
          + "\(Numeral.percent(recommendation.target.margin)) %)")
    }
    lines += subject.toolstacks.compactMap { costs(subject, $0) }
    for other in recommendation.sensitivity {
      let size = zip(other.mebibytes, other.multiplier).map { mebibytes, multiplier in
        "\(Numeral.fixed(mebibytes, 2)) MiB, "
          + "\(Numeral.multiplier(multiplier, rule: rule.rawValue)) × \(rule.rawValue),"
      }
      lines.append(
        "sensitivity  \(size ?? "none") if shadow work cost "
          + "\(Numeral.fixed(other.factor, 1)) times as much")
    }
    return lines
  }

  /// What the size that is set takes over what the toolstack gives unasked.
  private static func costs(_ subject: AnswerReport.Subject, _ toolstack: Toolstack) -> String? {
    let setting = subject.settings[toolstack]
    guard let extra = setting.extraMebibytes, let density = setting.density else { return nil }
    let share = extra / Double(subject.sizing.shape.memoryMiB)
    return "costs        \(Numeral.fixed(extra, 2)) MiB a domain over "
      + (toolstack == .xapi ? "XenServer's 1.0" : "xl's default")
      + ", \(Numeral.percent(share)) % of its memory; a host of 256 GiB holds "
      + "\(density.recommendedDomains) such domains instead of \(density.defaultDomains)"
  }

  private static func zip(_ one: Double?, _ two: Double?) -> (Double, Double)? {
    guard let one, let two else { return nil }
    return (one, two)
  }
}
