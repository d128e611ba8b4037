import ShadowModel

/// The text of `sweep`.
public enum SweepReport {
  /// The lines.
  public static func lines(_ result: SweepResult, terminal: Terminal) -> [String] {
    let conditions = result.conditions
    var lines = ConditionsReport.lines(conditions, ample: result.ample)
    lines += [""] + table(result.points, target: conditions.target, among: result.measured).lines
    if result.points.count > 1 {
      lines +=
        [""]
        + plot(
          result.measured, conditions: conditions, recommended: nil, terminal: terminal
        ).lines
    }
    if let knee = result.knee { lines += [""] + self.lines(knee) }
    return lines
  }

  /// A row for each size.
  static func table(_ points: [SizeResult], target: Target, among: [SizeResult]) -> Table {
    let rule = points.first?.allocation.rule.rawValue ?? ""
    var table = Table([
      .number("× \(rule)"), .number("MiB"), .number("pages"), .number("faults/root load"),
      .number("shadow work, %"), .number("re-creation, %"), .text("verdict"),
    ])
    for point in points {
      let verdict = point.isCrashed ? "crashes" : target.verdict(on: point, among: among).rawValue
      table.add([
        Figure.fixed(point.allocation.multiplier, 2), Figure.fixed(point.allocation.mebibytes, 2),
        Figure.grouped(point.allocation.pages), Figure.fixed(point.faultsPerRootLoad, 2),
        Figure.percent(point.share.hypervisor), Figure.percent(point.share.recreation),
        verdict + (point.allocation.isRaised ? " (raised to Xen's minimum)" : ""),
      ])
    }
    return table
  }

  static func plot(
    _ points: [SizeResult], conditions: Conditions, recommended: Allocation?, terminal: Terminal
  ) -> Plot {
    Plot(
      points: points.map { ($0.allocation.mebibytes, $0.share.recreation) },
      target: conditions.target.share,
      marks: ConditionsReport.marks(conditions.sizing, recommended: recommended),
      width: min(terminal.width, 100))
  }

  /// Where the knee is, in words.
  static func lines(_ knee: Knee) -> [String] {
    switch (knee.failing, knee.fitting) {
    case (nil, _): ["knee     none: every size that was looked at meets the target"]
    case (let failing?, nil):
      ["knee     not reached: \(Figure.size(failing.allocation)) still fails"]
    case (let failing?, let fitting?):
      [
        "knee     fails at  \(Figure.size(failing.allocation)): "
          + "\(Figure.percent(failing.share.recreation)) % re-creation, "
          + "\(Figure.fixed(failing.faultsPerRootLoad, 2)) faults per root load",
        "         fits from \(Figure.size(fitting.allocation)): "
          + "\(Figure.percent(fitting.share.recreation)) %, "
          + "\(Figure.fixed(fitting.faultsPerRootLoad, 2)) faults per root load "
          + "(\(Figure.times(failing.faultsPerRootLoad, fitting.faultsPerRootLoad)) fewer)",
      ]
    }
  }
}
