import ShadowModel

/// The text of `sweep`.
public enum SweepReport {
  /// The lines.
  public static func lines(_ result: SweepResult, terminal: Terminal) -> [String] {
    let conditions = result.conditions
    var lines = SelfCheckReport.warning(result.check, terminal: terminal)
    lines += ConditionsReport.lines(conditions, ample: result.ample)
    if result.check != nil { lines += [""] + SelfCheckReport.lines(result.check) }
    lines += [""] + table(result.points, target: conditions.target, among: result.measured).lines
    if result.points.count > 1 {
      lines +=
        [""]
        + plot(
          result.measured, conditions: conditions, knee: result.knee, recommended: nil,
          terminal: terminal
        ).lines
    }
    if let knee = result.knee, knee.isKnown { lines += [""] + self.lines(knee) }
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
      let verdict = point.isCrashed ? "crashes" : target.verdict(on: point, among: among).text
      table.add([
        Numeral.fixed(point.allocation.multiplier, 2), Numeral.fixed(point.allocation.mebibytes, 2),
        Numeral.grouped(point.allocation.pages),
        point.isUnknown ? "?" : Numeral.fixed(point.faultsPerRootLoad, 2),
        point.isUnknown ? "?" : Numeral.percent(point.share.hypervisor),
        point.isUnknown ? "?" : Numeral.percent(point.share.recreation),
        verdict + (point.allocation.isRaised ? " (raised to Xen's minimum)" : ""),
      ])
    }
    return table
  }

  static func plot(
    _ points: [SizeResult], conditions: Conditions, knee: Knee?, recommended: Allocation?,
    terminal: Terminal
  ) -> Plot {
    var marks = SizeMark.known(conditions.sizing)
    if let failing = knee?.failing {
      marks.append(.knee(mebibytes: failing.allocation.mebibytes))
    }
    if let recommended { marks.append(.recommended(mebibytes: recommended.mebibytes)) }
    return Plot(
      points: points.filter { !$0.isUnknown }.map {
        ($0.allocation.mebibytes, $0.share.recreation)
      },
      target: conditions.target.share, marks: marks, width: min(terminal.width, 100))
  }

  /// Where the knee is, in words.
  static func lines(_ knee: Knee) -> [String] {
    switch (knee.failing, knee.fitting) {
    case (nil, _): ["knee     none: every size that was looked at meets the target"]
    case (let failing?, nil):
      ["knee     not reached: \(Numeral.size(failing.allocation)) still fails"]
    case (let failing?, let fitting?):
      [
        "knee     fails at  \(Numeral.size(failing.allocation)): "
          + "\(Numeral.percent(failing.share.recreation)) % re-creation, "
          + "\(Numeral.fixed(failing.faultsPerRootLoad, 2)) faults per root load",
        "         fits from \(Numeral.size(fitting.allocation)): "
          + "\(Numeral.percent(fitting.share.recreation)) %, "
          + "\(Numeral.fixed(fitting.faultsPerRootLoad, 2)) faults per root load "
          + "(ratio \(Numeral.times(failing.faultsPerRootLoad, fitting.faultsPerRootLoad)))",
      ]
    }
  }
}
