public import XenServer

/// `pool audit` as text.
public struct AuditReport {
  private let audit: MultiplierAudit

  /// The report of `audit`.
  public init(_ audit: MultiplierAudit) { self.audit = audit }

  /// The lines: a table, then what is wrong with each and why it may be so.
  public var lines: [String] {
    let total = WhatIfReport.count(audit.checked, "record")
    let hosts = ApplicabilityText.lines(audit.hosts)
    let unjudged = AuditText.unjudged(audit)
    guard !audit.findings.isEmpty else {
      let judged = audit.checked - audit.unjudged.count
      let sum =
        unjudged.isEmpty
        ? "\(total), all at multiplier 1.0" : "\(judged) of \(total) at multiplier 1.0"
      return [sum] + unjudged + hosts
    }
    return hosts + (hosts.isEmpty ? [] : [""]) + [
      "\(audit.findings.count { $0.multiplier != 1 }) of \(total) have another multiplier than 1.0; "
        + "MiB as xapi \(audit.model.version.rawValue) reckons", "",
    ] + table + [""] + audit.findings.flatMap(details) + totals + unjudged
  }

  private var table: [String] {
    var table = Table([
      .text("what"), .number("multiplier"), .number("pool MiB"), .number("at 1.0"),
      .number("extra MiB"), .text("state"), .text("paging"), .text("host"), .text("name"),
    ])
    for finding in audit.findings {
      table.add([
        finding.vm.kind.rawValue, AuditText.multiplier(finding.multiplier),
        number(finding.poolMiB), number(finding.baseMiB), number(finding.extraMiB),
        finding.vm.powerState?.rawValue.lowercased() ?? "-", finding.paging.rawValue,
        finding.host ?? "-", finding.vm.nameLabel,
      ])
    }
    return table.lines
  }

  private func number(_ value: Int?) -> String { value.map(Numeral.grouped) ?? "-" }

  private func details(_ finding: MultiplierFinding) -> [String] {
    var lines = [finding.vm.nameLabel]
    for problem in finding.problems {
      lines.append(
        "  \(problem.isError ? "error" : "warning"): \(AuditText.problem(problem, finding)) "
          + "[\(problem.rawValue)]")
    }
    lines.append("  why: \(AuditText.cause(finding))")
    if finding.proposal != nil, !finding.missingFields.isEmpty {
      let fields = finding.missingFields.joined(separator: ", ")
      lines.append("  not known: \(fields); \(AuditText.listing)")
    }
    if finding.proposal == nil { lines.append("  kept: \(AuditText.reasonToKeep(finding))") }
    return lines + [""]
  }

  private var totals: [String] {
    [
      "in memory now: \(Numeral.grouped(audit.extraMiBInMemory)) MiB more than at 1.0, of which "
        + "\(Numeral.grouped(audit.wastedMiBInMemory)) MiB for nothing"
    ]
  }
}

/// The changes of `pool audit --fix` and `--undo` as text.
public enum ChangeReport {
  /// What would be done.
  public static func lines(_ plan: AuditPlan) -> [String] {
    var lines = plan.changes.isEmpty ? ["no changes"] : ["changes, none of which were made:"]
    for change in plan.changes {
      lines += ["  \(title(change)) by \(change.call.rawValue)", "    \(change.xeCommand)"]
    }
    return lines + omissions(plan)
  }

  /// What was done.
  public static func lines(_ outcomes: [ChangeOutcome], plan: AuditPlan) -> [String] {
    var lines = outcomes.isEmpty ? ["no changes"] : ["changes:"]
    for outcome in outcomes {
      let state =
        switch outcome.state {
        case .done(let found): "done; its record says \(AuditText.multiplier(found))"
        case .differs(let found):
          "accepted, but its record says \(AuditText.multiplier(found)): the server made something "
            + "else of it"
        case .failed(let reason): "FAILED, nothing was changed: \(reason)"
        case .unknown(let reason): "NOT KNOWN whether it was done: \(reason)"
        case .notTried: "not tried"
        }
      lines.append("  \(title(outcome.change)): \(state)")
    }
    let words = ["done", "differs", "failed", "unknown", "not_tried"]
    let counts = words.map { word in
      "\(outcomes.count { $0.word == word }) \(word == "not_tried" ? "not tried" : word)"
    }
    if !outcomes.isEmpty { lines.append(counts.joined(separator: ", ")) }
    return lines + omissions(plan)
  }

  private static func title(_ change: MultiplierChange) -> String {
    "\(change.name): \(AuditText.multiplier(change.before)) to "
      + "\(AuditText.multiplier(change.after))"
  }

  private static func omissions(_ plan: AuditPlan) -> [String] {
    plan.omissions.map {
      "  \($0.isObstacle ? "cannot be changed" : "left as it is"): \($0.name): \($0.reason)"
    }
  }
}
