import XenTrace

/// The text of `trace info` and `trace summary`.
public enum TraceReport {
  /// The lines of `trace info`.
  public static func info(_ reading: TraceReading) -> [String] {
    let summary = reading.summary
    var lines = head(reading)
    var classes = Table([.text("class"), .number("records")])
    for (index, name) in TraceReading.classNames.enumerated() where summary.classes[index] > 0 {
      classes.add([name, number(summary.classes[index])])
    }
    lines += [""] + classes.lines
    return lines + [""] + shadowEvents(summary).lines + losses(reading)
  }

  /// The lines of `trace summary`.
  public static func summary(_ reading: TraceReading, gigahertz: Double?) -> [String] {
    let summary = reading.summary
    var lines = head(reading) + [""] + shadowEvents(summary).lines
    var causes = Table([.text("fixups by what was done (one can count twice)"), .number("faults")])
    for (index, name) in TraceSummary.causeNames.enumerated() where summary.causes[index] > 0 {
      causes.add([name, number(summary.causes[index])])
    }
    lines += [""] + causes.lines
    lines += [""] + arcs(summary).lines
    let share = Double(summary.shadowCycles) / Double(max(1, summary.processorCycles))
    lines.append(
      "shadow work takes \(Numeral.percent(share)) % of the time from the first record to the last")
    lines += [""] + thrash(summary, gigahertz: gigahertz)
    lines += [""] + spaces(summary).lines
    lines += [""] + timeline(summary, gigahertz: gigahertz).lines
    return lines + losses(reading)
  }

  private static func head(_ reading: TraceReading) -> [String] {
    let summary = reading.summary
    var lines = [
      "\(reading.path): \(number(reading.readout.records)) records in "
        + "\(number(reading.readout.windows)) windows, \(number(reading.readout.bytes)) bytes"
    ]
    let processors = reading.processors.map { String($0.number) }.joined(separator: ", ")
    lines.append("processors  \(processors)  \(reading.maker)")
    lines.append(
      "time span   \(number(summary.spanCycles)) cycles"
        + (summary.spanCycles == 0 ? " (no time stamps)" : ""))
    let names = summary.vcpus.sorted().map { "d\($0.domain)v\($0.vcpu)" }
    lines.append(
      "vCPUs       "
        + (names.isEmpty
          ? "not named: record scheduler events too (-e all) to tell domains apart"
          : names.joined(separator: ", ")))
    let modes = reading.modeNames
    lines.append("paging      " + (modes.isEmpty ? "unknown" : modes.joined(separator: ", ")))
    lines.append(
      "layout      " + (summary.isSince419 ? "Xen 4.19 or later" : "no sign of Xen 4.19 or later"))
    return lines
  }

  private static func losses(_ reading: TraceReading) -> [String] {
    let losses = reading.losses
    return losses.isEmpty ? ["", "nothing was lost"] : ["", "LOST"] + losses
  }

  private static func shadowEvents(_ summary: TraceSummary) -> Table {
    var table = Table([.text("shadow event"), .number("records")])
    for kind in ShadowTraceEvent.Kind.allCases where summary.count(kind) > 0 {
      table.add([kind.name, number(summary.count(kind))])
    }
    table.add(["CR3 writes", number(summary.rootLoads)])
    return table
  }

  private static func arcs(_ summary: TraceSummary) -> Table {
    var table = Table([
      .text("exit to entry"), .number("times"), .number("median, cycles"),
      .number("mean, cycles"), .number("% of time"),
    ])
    let time = Double(max(1, summary.processorCycles))
    for kind in ArcKind.allCases {
      let arc = summary.arcs[kind.rawValue]
      guard arc.count > 0 else { continue }
      table.add([
        kind.name, number(arc.count), Numeral.fixed(arc.median, 0), Numeral.fixed(arc.mean, 0),
        Numeral.percent(Double(arc.total) / time),
      ])
    }
    return table
  }

  private static func thrash(_ summary: TraceSummary, gigahertz: Double?) -> [String] {
    let unpins = summary.count(.preallocUnpin)
    let times = summary.spaces.reshadowTimes
    let rate = Double(summary.reshadowings) / Double(max(1, summary.rootLoads))
    var lines = [
      "reclaims        \(number(unpins)) roots given up to make room",
      "re-shadowings   \(number(summary.reshadowings)) of address spaces that had been given up, "
        + "\(Numeral.percent(rate)) % of root loads"
        + (summary.reshadowings == 0
          ? ": no thrashing" : rate > 0.1 ? ": the pool thrashes" : ""),
    ]
    if times.count > 0 {
      lines.append(
        "time until then median \(duration(times.median, gigahertz)), mean "
          + duration(times.mean, gigahertz)
          + (summary.pagingModes.first == .pae
            ? ", from when the address space was last left" : ""))
    }
    return lines
  }

  private static func spaces(_ summary: TraceSummary) -> Table {
    var table = Table([
      .text("address space, CR3"), .number("root loads"), .number("fixups"),
      .number("promotes"), .number("re-shadowings"), .number("% of shadow work"),
    ])
    let work = Double(max(1, summary.shadowCycles))
    for space in summary.spaces.dearest(10) {
      table.add([
        "0x" + String(space.root << 12, radix: 16), number(space.rootLoads),
        number(space.fixups), number(space.promotes), number(space.reshadowings),
        Numeral.percent(Double(space.cycles) / work),
      ])
    }
    return table
  }

  private static func timeline(_ summary: TraceSummary, gigahertz: Double?) -> Table {
    let timeline = summary.timeline
    var table = Table([
      .number(gigahertz == nil ? "from, Mcycles" : "from, ms"), .number("root loads"),
      .number("fixups"), .number("reclaims"), .number("re-shadowings"),
      .number("shadow work, %"),
    ])
    let scale = (gigahertz ?? 1) * 1e6
    for index in 0..<timeline.used {
      let bucket = timeline.buckets[index]
      table.add([
        Numeral.fixed(Double(UInt64(index) &* timeline.bucketCycles) / scale, 2),
        number(bucket.rootLoads), number(bucket.fixups), number(bucket.reclaims),
        number(bucket.reshadowings),
        Numeral.percent(Double(bucket.shadowCycles) / Double(timeline.bucketCycles)),
      ])
    }
    return table
  }

  private static func duration(_ cycles: Double, _ gigahertz: Double?) -> String {
    guard let gigahertz else { return "\(Numeral.fixed(cycles / 1e6, 3)) Mcycles" }
    return "\(Numeral.fixed(cycles / gigahertz / 1e6, 3)) ms"
  }

  static func number(_ value: UInt64) -> String {
    Numeral.grouped(Int(min(value, UInt64(Int.max))))
  }
}
