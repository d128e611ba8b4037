import ShadowModel

/// The text of `run`.
public enum RunReport {
  /// The lines.
  public static func lines(_ result: RunResult, terminal: Terminal) -> [String] {
    var lines = ConditionsReport.lines(result.conditions, ample: result.ample)
    let size = result.result
    lines += ["", "size     " + Figure.size(size.allocation)]
    lines.append(
      "verdict  " + terminal.styled(result.verdict)
        + (size.isCrashed
          ? ": Xen would crash the domain for want of shadow memory" : ""))
    var shares = Table([.text("steady state"), .number("% of guest time")])
    shares.add(["all shadow work", Figure.percent(size.share.hypervisor)])
    shares.add(["re-creating shadows", Figure.percent(size.share.recreation)])
    shares.add(["target, at most", Figure.percent(result.conditions.target.share)])
    lines += [""] + shares.lines
    guard let run = size.runs.first else { return lines }
    let steady = run.steady
    var counts = Table([.text("counter"), .number("whole run"), .number("steady state")])
    for name in Counters.Name.allCases where run.counters[name] > 0 {
      counts.add([
        name.xenName, Figure.grouped(run.counters[name]), Figure.grouped(steady.counters[name]),
      ])
    }
    counts.add(["accesses", Figure.grouped(run.accesses), Figure.grouped(steady.accesses)])
    counts.add(["root loads", Figure.grouped(run.rootLoads), Figure.grouped(steady.rootLoads)])
    counts.add([
      "faults per root load",
      Figure.fixed(Double(run.counters[.fault]) / Double(max(1, run.rootLoads)), 2),
      Figure.fixed(steady.faultsPerRootLoad, 2),
    ])
    counts.add(["most pages in use", Figure.grouped(run.peakPages), ""])
    return lines + [""] + counts.lines
  }
}
