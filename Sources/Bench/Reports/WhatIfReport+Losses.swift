import XenServer

extension WhatIfReport {
  /// Operations that the changes make possible or impossible, and the changes' own.
  var operations: [String] {
    var lines: [String] = []
    let refused = whatIf.steps.filter(\.verdict.isRefused)
    if !refused.isEmpty {
      lines += ["", "the change itself is refused (HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN):"]
      lines += Self.shortened(refused.map { "  \(text($0.operation))" })
    }
    guard !question.edits.isEmpty else {
      let now = whatIf.operations.filter(\.before.isRefused)
      guard !now.isEmpty else { return lines }
      return lines + ["", "refused now (HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN):"]
        + Self.shortened(now.map { "  \(text($0.operation))" })
    }
    let lost = whatIf.operations.filter(\.after.isRefused)
    if !lost.isEmpty {
      lines += ["", "refused after it, allowed before (HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN):"]
      lines += Self.shortened(lost.map { "  \(text($0.operation))" })
    }
    let gained = whatIf.operations.filter(\.before.isRefused)
    if !gained.isEmpty {
      lines += ["", "refused before, allowed after it:"]
      lines += Self.shortened(
        gained.map { "  \(text($0.operation)): \(Self.reason($0.after))" })
    }
    return lines
  }

  /// What becomes of hosts, and of the machines of those that are gone.
  var losses: [String] {
    var lines: [String] = []
    if let fates = scenario.fates {
      var table = Table([.text("host"), .text("when they fail"), .text("because")])
      for host in after.pool.hosts {
        let fate = fates[host.id] ?? .dead
        table.add([
          host.name, fate.survives ? "survives" : fate.fences ? "fences" : "is dead",
          Self.reason(fate),
        ])
      }
      lines += [""] + table.lines
    }
    guard let loss = scenario.loss else { return lines }
    var table = Table([.text("machine"), .text("protection"), .text("from"), .text("to")])
    for outcome in loss.restarts + loss.bestEffort + loss.unprotected {
      let nowhere =
        switch outcome.priority {
        case .restart where loss.restarts.contains(outcome): "no place"
        case .bestEffort where loss.bestEffort.contains(outcome):
          loss.unplaced.isEmpty ? "no place" : "not tried"
        default: "not restarted"
        }
      table.add([
        after.vm(outcome.vm)?.name ?? outcome.vm,
        outcome.priority == .none ? "none" : outcome.priority.rawValue,
        outcome.from.map { after.host($0)?.name ?? $0 } ?? "halted",
        outcome.to.map { after.host($0)?.name ?? $0 } ?? nowhere,
      ])
    }
    let names = loss.hosts.map { after.host($0)?.name ?? $0 }.joined(separator: ", ")
    lines += ["", "without \(names), in the order of starting:"]
    lines += table.lines.map { "  \($0)" }
    if let status = scenario.statusAfterLoss {
      lines += [
        "",
        "then \(Self.count(status.mostFailures, "more failure")) tolerated, overcommitted: "
          + (status.isOvercommitted ? "yes" : "no"),
      ]
    }
    return lines
  }

  func text(_ operation: PoolOperation) -> String {
    func vm(_ id: String) -> String { after.vm(id)?.name ?? id }
    func host(_ id: String) -> String { after.host(id)?.name ?? id }
    let what =
      switch operation {
      case .start(let machine, let target), .migrate(let machine, let target):
        "\(vm(machine)) on \(host(target))"
      case .protect(let machine): "\(vm(machine)), restart"
      case .disable(let target): host(target)
      case .tolerate(let failures): "\(failures)"
      }
    return "\(operation.call) \(what)"
  }

  private static func reason(_ verdict: OperationVerdict) -> String {
    switch verdict {
    case .wouldBreakPlan: "the plan would break"
    case .planPreserved: "the plan is preserved"
    case .noPlanToBreak: "there is no plan that it could break"
    case .overcommitAllowed: "overcommit is allowed"
    case .highAvailabilityOff: "HA is off"
    }
  }

  private static func reason(_ fate: Heartbeat.Fate) -> String {
    switch fate {
    case .inBestPartition: "it sees the state file and is in the best partition"
    case .storageLostByAll: "all have lost the state file, and all see each other"
    case .fencedOutsideBestPartition: "it is not in the best partition"
    case .fencedWithoutStorage: "it has lost the state file"
    case .dead: "it was dead before"
    }
  }

  /// The first lines of many, and how many more there are.
  private static func shortened(_ lines: [String]) -> [String] {
    let most = 12
    guard lines.count > most else { return lines }
    return lines.prefix(most) + ["  and \(lines.count - most) more; --json has all"]
  }
}
