import GuestModel
import ShadowModel
import ShellText

/// What `host replay` and `host collect` say, as text.
public enum HostReplayReport {
  /// The stream and the host, before the runs.
  public static func head(_ item: ReplayItem, xenVersion: String) -> [String] {
    let shape = item.stream.shape
    let operations = item.stream.expected.reduce(0) { $0 + $1.operations }
    return [
      "stream   \(item.name): \(shape.mode.name), \(Numeral.grouped(shape.memoryMiB)) MiB, "
        + "\(Numeral.grouped(operations)) operations in "
        + "\(Numeral.grouped(item.stream.expected.count)) phases",
      "host     Xen \(xenVersion.isEmpty ? "of unknown version" : xenVersion), "
        + (item.hasNestedPaging ? "nested paging (hap=1)" : "shadow paging (hap=0)"),
    ]
  }

  /// One run: the counters side by side, the phases, the verdict.
  public static func lines(_ result: HostRunResult, terminal: Terminal) -> [String] {
    let pages = result.model.allocation
    var lines = [
      "",
      "pool     \(Numeral.fixed(Double(result.shadowMiB), 0)) MiB = "
        + "\(Numeral.grouped(pages.pages)) pages"
        + (pages.isRaised ? " (raised from \(pages.requestedPages) to Xen's minimum)" : ""),
    ]
    if !result.comparison.counters.isEmpty {
      var table = Table([
        .text("counter"), .number("host, count"), .number("model, count"), .number("difference"),
      ])
      for pair in result.comparison.counters {
        table.add([
          pair.counter.xenName, Numeral.grouped(pair.host), Numeral.grouped(pair.model),
          pair.host == pair.model ? "" : Numeral.grouped(pair.host - pair.model),
        ])
      }
      lines += table.lines
    }
    if let phases = result.measurement.phases { lines += phaseTable(result, phases) }
    lines += result.notes.map { "note     \($0)" }
    lines.append(verdict(result, terminal: terminal))
    return lines
  }

  /// The verdict on a line.
  public static func verdict(_ result: HostRunResult, terminal: Terminal) -> String {
    let comparison = result.comparison
    let differing = comparison.differing.count + comparison.phases.count
    let time = result.record.seconds.map { ", \(Numeral.fixed($0, 2)) s" } ?? ""
    let text =
      "\(result.verdict.rawValue): " + (result.reason.map { "\($0); " } ?? "")
      + "\(comparison.counters.count) counters compared, checksums \(comparison.checksums.rawValue)"
      + (differing > 0 ? ", \(differing) differ" : "") + time
    return "verdict  " + terminal.styled(text, result.verdict == .equal ? .good : .bad)
  }

  private static func phaseTable(_ result: HostRunResult, _ phases: [ReplayPhase]) -> [String] {
    let times = Dictionary(
      result.times.map { ($0.phase, $0) }, uniquingKeysWith: { first, _ in first })
    let bad = Dictionary(grouping: result.comparison.phases, by: \.phase)
    var table = Table([
      .number("phase"), .number("operations"), .number("accesses"), .number("faults"),
      .text("checksum"), .number("host, ms"), .text("verdict"),
    ])
    for phase in phases {
      let differences = bad[phase.number] ?? []
      let time = times[phase.number]?.seconds.map { Numeral.fixed($0 * 1000, 2) } ?? "-"
      table.add([
        String(phase.number), Numeral.grouped(phase.operations), Numeral.grouped(phase.accesses),
        Numeral.grouped(phase.faults), Numeral.hexadecimal(phase.checksum), time,
        differences.isEmpty
          ? "equal"
          : differences.map { "\($0.what) must be \($0.model)" }.joined(separator: ", "),
      ])
    }
    let missing = result.comparison.phases.filter { $0.what == "phase" && $0.host == "none" }
    return [""] + table.lines
      + (missing.isEmpty
        ? []
        : ["missing  phases " + missing.map { String($0.phase) }.joined(separator: ", ")])
  }

  /// What came back of a bundle.
  public static func lines(
    _ collection: BundleCollection, scenarios: String?, terminal: Terminal
  ) -> [String] {
    var table = Table([
      .text("run"), .text("paging"), .text("counters"), .number("differ"), .text("checksums"),
      .number("seconds"), .text("verdict"),
    ])
    for result in collection.results {
      let measurement = result.measurement
      let counters =
        measurement.hasNestedPaging
        ? "none"
        : measurement.counters != nil
          ? "all"
          : measurement.faultCount != nil
            ? "faults" : "none"
      table.add([
        result.id, measurement.hasNestedPaging ? "nested" : "shadow", counters,
        Numeral.grouped(result.comparison.differing.count),
        result.comparison.checksums.rawValue,
        result.record.seconds.map { Numeral.fixed($0, 2) } ?? "-", result.verdict.rawValue,
      ])
    }
    var lines = table.lines
    for result in collection.results {
      lines += result.comparison.differing.map {
        "\(result.id): \($0.counter.xenName): host \($0.host), model \($0.model)"
      }
      lines += result.comparison.phases.map {
        "\(result.id): phase \($0.phase): \($0.what): host \($0.host), model \($0.model)"
      }
      lines += result.notes.map { "\(result.id): note: \($0)" }
    }
    lines += collection.faults.map(\.description)
    let good = collection.results.count { $0.verdict == .equal }
    lines += [
      "",
      terminal.styled(
        "\(collection.results.count) runs are whole, \(good) of them equal; "
          + "\(collection.faults.count) missing or damaged",
        collection.isGood ? .good : .bad),
    ]
    if let scenarios {
      lines.append("scenarios in \(scenarios); \(ShellCommand("shadowbench", "verify", scenarios))")
    }
    return lines
  }
}

extension HostReplayReport {
  /// A bundle that was written.
  public static func lines(_ bundle: ReplayBundle, folder: String) -> [String] {
    var table = Table([
      .text("stream"), .text("mode"), .number("memory, MiB"), .number("phases"),
      .text("pools, MiB"),
    ])
    for item in bundle.items {
      table.add([
        item.name, item.stream.shape.mode.name, Numeral.grouped(item.stream.shape.memoryMiB),
        Numeral.grouped(item.stream.expected.count),
        item.shadowMiB.map(String.init).joined(separator: ", "),
      ])
    }
    return table.lines + [
      "", "\(bundle.items.count) streams, \(bundle.runs.count) runs in \(folder); README.txt there",
    ]
  }
}
