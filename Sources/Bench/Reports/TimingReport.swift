import Statistics

/// The text of measured times.
enum TimingReport {
  static func lines(_ timing: Timing, terminal: Terminal) -> [String] {
    let (samples, interval) = (timing.samples, timing.interval)
    let warmup = timing.warmup == 0 ? "" : ", \(timing.warmup) before them not measured"
    var lines = [
      "time     \(timing.clock.words) of the run at this size, "
        + "\(Numeral.grouped(samples.count)) \(samples.count == 1 ? "repeat" : "repeats")\(warmup)",
      "median   \(Numeral.duration(samples.median)), "
        + words(interval) + " \(Numeral.duration(interval.low)) to "
        + Numeral.duration(interval.high),
    ]
    let names = Percentiles.kept.map(\.name) + [Percentiles.greatest]
    let percentiles = timing.percentiles
    var table = Table(
      [.text("percentile")]
        + names.map { .number($0.replacing("_", with: ".")) })
    table.add(["time"] + names.map { Numeral.duration(percentiles[$0] ?? 0) })
    lines += [""] + table.lines
    for warning in timing.warnings {
      lines.append(terminal.styled("warning", .warning) + "  \(warning.text)")
    }
    return lines
  }

  /// What an interval is: `95 % interval`, `range (holds the median in 93.75 % of cases)`.
  static func words(_ interval: ConfidenceInterval) -> String {
    let percent = Numeral.percent(interval.confidence)
    return switch interval.method {
    case .bootstrap, .ranks: "\(Numeral.fixed(interval.confidence * 100, 0)) % interval"
    case .range: "range (a \(percent) % interval)"
    }
  }
}
