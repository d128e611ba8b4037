import MissRatio

/// The text of `mrc`.
public enum MissRatioReport {
  /// The lines.
  public static func lines(_ result: TraceCurve, terminal: Terminal) -> [String] {
    let curve = result.curve
    var lines = [
      "trace    \(result.file): \(Numeral.grouped(curve.requests)) requests, "
        + "\(Numeral.grouped(curve.objects)) objects",
      "cache    LRU, exact; sizes count objects, the sizes of objects in the trace are ignored",
      "floor    \(Numeral.percent(curve.missRatio(size: curve.objects))) % of requests are an "
        + "object's first, which every cache misses",
      "",
    ]
    lines += table(result).lines
    if !result.losses.isEmpty { lines += ["", "LOST"] + result.losses.map { "  \($0)" } }
    if result.sizes.count > 1 {
      let points = result.sizes.map { (Double($0), curve.missRatio(size: $0)) }
      lines += [""] + RatioPlot(points: points, width: min(terminal.width, 100)).lines
    }
    return lines
  }

  /// A row for each size.
  private static func table(_ result: TraceCurve) -> Table {
    var table = Table([
      .number("objects"), .number("of all, %"), .number("misses"), .number("miss ratio, %"),
    ])
    for size in result.sizes {
      table.add([
        Numeral.grouped(size),
        Numeral.percent(Double(size) / Double(max(1, result.curve.objects))),
        Numeral.grouped(result.curve.misses(size: size)),
        Numeral.fixed(result.curve.missRatio(size: size) * 100, 3),
      ])
    }
    return table
  }
}
