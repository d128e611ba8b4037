import ShadowModel

/// The text of `run`.
public enum RunReport {
  /// The lines.
  public static func lines(_ result: RunResult, terminal: Terminal) -> [String] {
    var lines = SelfCheckReport.warning(result.check, terminal: terminal)
    lines += ConditionsReport.lines(result.conditions, ample: result.ample)
    let size = result.result
    lines += ["", "size     " + Numeral.size(size.allocation)]
    lines.append(
      "verdict  " + terminal.styled(result.verdict)
        + (size.isCrashed
          ? ": Xen would crash the domain for want of shadow memory" : ""))
    if size.isUnknown {
      lines += ["not known: \(size.evidence?.reason ?? "")", SelfCheck.howToRecord]
      return lines + [""] + SelfCheckReport.lines(result.check)
    }
    var shares = Table([.text("steady state"), .number("% of guest time")])
    shares.add(["all shadow work", Numeral.percent(size.share.hypervisor)])
    shares.add(["re-creating shadows", Numeral.percent(size.share.recreation)])
    shares.add(["target, at most", Numeral.percent(result.conditions.target.share)])
    lines += [""] + shares.lines
    guard let run = size.runs.first else { return lines }
    let steady = run.steady
    var counts = Table([.text("counter"), .number("whole run"), .number("steady state")])
    for name in Counters.Name.allCases where run.counters[name] > 0 {
      counts.add([
        name.xenName, Numeral.grouped(run.counters[name]), Numeral.grouped(steady.counters[name]),
      ])
    }
    counts.add(["accesses", Numeral.grouped(run.accesses), Numeral.grouped(steady.accesses)])
    counts.add(["root loads", Numeral.grouped(run.rootLoads), Numeral.grouped(steady.rootLoads)])
    counts.add([
      "faults per root load",
      Numeral.fixed(Double(run.counters[.fault]) / Double(max(1, run.rootLoads)), 2),
      Numeral.fixed(steady.faultsPerRootLoad, 2),
    ])
    counts.add(["most pages in use", Numeral.grouped(run.peakPages), ""])
    lines += [""] + counts.lines
    if result.check != nil { lines += [""] + SelfCheckReport.lines(result.check) }
    if let timing = result.timing { lines += [""] + TimingReport.lines(timing, terminal: terminal) }
    return lines
  }
}
