public import XenServer

/// What someone should know who makes the changes of a `pool what-if`.
public struct WhatIfRemarks {
  private let scenario: PoolScenario
  private let question: PoolQuestion
  private var planner: PoolPlanner { scenario.whatIf.before.planner }

  /// Remarks.
  public init(_ scenario: PoolScenario, question: PoolQuestion) {
    self.scenario = scenario
    self.question = question
  }

  /// One sentence or two for each.
  public var lines: [String] { multiplier + others }

  private var multiplier: [String] {
    guard let multiplier = question.multiplier else { return [] }
    var lines = [
      "xapi itself does not ask the plan when a multiplier changes: neither call is refused for it. "
        + "The pool finds out when it next works out its plan, and raises HA_POOL_OVERCOMMITTED.",
      "Until then no other operation is refused either: there is no plan left that it could break.",
    ]
    if !scenario.whatIf.isPlanLost { lines.removeLast() }
    if multiplier < 1 {
      lines.append("xapi refuses multipliers below 1, and so will each start: INVALID_VALUE.")
    }
    for short in planner.liveShortages(multiplier, vms: question.machines) {
      lines.append(
        "\(planner.host(short.host)?.name ?? short.host) has \(short.freeMiB) MiB free, the larger "
          + "pools need \(short.neededMiB): VM.set_shadow_multiplier_live fails there with "
          + "HOST_NOT_ENOUGH_FREE_MEMORY.")
    }
    return lines + nestedPaging + types
  }

  private var changed: [PlannerVM] {
    planner.pool.vms.filter { question.machines.contains($0.id) }
  }

  private var nestedPaging: [String] {
    let running = changed.compactMap { vm in vm.host.flatMap { planner.host($0) } }
    let nested = running.count { $0.hasHAP == true }
    let unknown = running.count { $0.hasHAP == nil }
    var lines: [String] = []
    if nested > 0 {
      lines.append(
        "\(WhatIfReport.count(nested, "machine")) of these on hosts with nested paging, which has no "
          + "shadows: there a larger pool gains nothing.")
    }
    if unknown > 0 {
      lines.append(
        "Whether \(WhatIfReport.count(unknown, "machine")) of these have nested paging is not "
          + "known; with it, a larger pool gains nothing.")
    }
    return lines
  }

  private var types: [String] {
    let without = changed.filter { !$0.shape.domainType.usesMultiplier }
    guard !without.isEmpty else { return [] }
    let names = without.prefix(4).map { "\($0.name) (\($0.shape.domainType.rawValue))" }
    return [
      "Charged for the multiplier, but built without: \(names.joined(separator: ", "))"
        + "\(without.count > 4 ? " and \(without.count - 4) more" : "")."
    ]
  }

  private var others: [String] {
    var lines: [String] = []
    if question.memoryMiB != nil || question.vcpus != nil,
      changed.contains(where: { $0.host != nil })
    {
      lines.append(
        "memory_static_max and VCPUs_max change while a machine is halted: what is asked of the "
          + "plan is its next start.")
    }
    if case .add(let machines) = question.added {
      let homeless = machines.count { $0.host == nil }
      if homeless > 0 {
        lines.append("\(homeless) of the \(machines.count) new machines fit on no host.")
      }
    }
    let bound = scenario.whatIf.after.plan.nonAgile
    if !bound.isEmpty {
      let names = bound.prefix(4).map { scenario.whatIf.after.planner.vm($0)?.name ?? $0 }
      lines.append(
        "Protected but bound to hosts, so that there is a plan for all but these: "
          + "\(names.joined(separator: ", "))\(bound.count > 4 ? " and more" : "").")
    }
    return lines
  }
}
