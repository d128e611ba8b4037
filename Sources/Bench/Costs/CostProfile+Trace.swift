import XenTrace

extension CostProfile {
  /// What the hypervisor's work costs on the host that a trace was recorded on.
  ///
  /// Medians of the cycles from exit to entry for each kind of event; what the trace does not show
  /// is taken from `base`, scaled by the cost of a shadow fault.
  public init(
    calibratedBy summary: TraceSummary, file: String, base: CostProfile = .core2
  ) {
    let measured = TraceCosts(summary)
    let fix = measured.figures[.shadowFaultFix]
    let scale = fix.map { $0 / base[.shadowFaultFix].value } ?? 1
    self.init(
      name: "trace", about: "Calibrated by \(file).", clockGHz: base.clockGHz
    ) { operation in
      if let cycles = measured.figures[operation] {
        Figure(cycles, source: "median in \(file)", mark: .measured)
      } else {
        Figure(
          base[operation].value * scale,
          source: "\(base.name), scaled by the shadow faults of \(file)", mark: .estimated)
      }
    }
  }
}

/// Cycles of operations as a trace shows them.
private struct TraceCosts {
  private(set) var figures: [CostProfile.Operation: Double] = [:]
  private let summary: TraceSummary

  /// Fewer events of a kind than this say nothing.
  private static let least: UInt64 = 10

  init(_ summary: TraceSummary) {
    self.summary = summary
    let fix = median(.fixup)
    let promote = median(.fixupPromote)
    let load = median(.rootLoad)
    figures[.shadowFaultFix] = fix ?? promote
    figures[.emulatedWrite] = median(.emulate)
    figures[.rootLoad] = load
    figures[.exit] = median(.notShadow) ?? median(.invalidatePage)
    if let fix, let promote { figures[.allocate] = max(0, promote - fix) }
    if let fix, let unsync = median(.fixupUnsync) {
      // A table that is let out of sync is brought in sync later: half for each.
      figures[.unsync] = max(0, unsync - fix) / 2
      figures[.resync] = max(0, unsync - fix) / 2
    }
    // What a reclaim costs beyond the fault, over the tables that a root takes with it.
    let unpins = Double(summary.count(.preallocUnpin))
    if let promote, let reclaim = median(.fixupReclaim), unpins > 0 {
      let tables = max(1, Double(summary.causes[0]) / unpins)
      if reclaim > promote { figures[.unshadow] = (reclaim - promote) / tables }
    }
  }

  private func median(_ kind: ArcKind) -> Double? {
    let arc = summary.arcs[kind.rawValue]
    return arc.count >= Self.least ? arc.median : nil
  }
}
