public import XenServer

/// The text of `pool what-if`.
public struct WhatIfReport {
  let scenario: PoolScenario
  let question: PoolQuestion

  /// A report.
  public init(_ scenario: PoolScenario, question: PoolQuestion) {
    self.scenario = scenario
    self.question = question
  }

  var whatIf: WhatIf { scenario.whatIf }
  var before: PoolPlanner { whatIf.before.planner }
  var after: PoolPlanner { whatIf.after.planner }
  private var isChanged: Bool { !question.edits.isEmpty }

  /// The lines: the pool, the two sides, hosts, the tight places, operations, losses, remarks.
  public var lines: [String] {
    var lines = heading + [""] + sides.lines + [""] + hosts.lines + [""] + tightPlaces
    if after.pool.vms.contains(where: { before.vm($0.id)?.shape != $0.shape }) {
      lines += [""] + sizes.lines
    }
    lines += operations
    lines += losses
    let remarks = WhatIfRemarks(scenario, question: question).lines
    if !remarks.isEmpty { lines += [""] + remarks.map { "- \($0)" } }
    return lines + ["", verdict]
  }

  private var heading: [String] {
    let pool = before.pool
    let guests = pool.vms.filter { !$0.isControlDomain }
    let settings = pool.highAvailability
    let planned = settings.planExistsFor.map { ", a plan for \($0)" } ?? ""
    let overcommit = settings.allowsOvercommit ? ", overcommit allowed" : ""
    var lines = [
      "pool      \(pool.name.isEmpty ? "" : "\(pool.name): ")\(pool.hosts.count) hosts, "
        + "\(guests.count) machines, \(guests.count(where: \.isProtected)) protected; "
        + "memory by xapi \(pool.model.version.rawValue)",
      "HA        "
        + (settings.isEnabled
          ? "on, to tolerate \(settings.failuresToTolerate)\(planned)\(overcommit)"
          : "off: what follows is what it would say"),
    ]
    lines += unknownMemory.map { "unknown   \($0)" }
    if isChanged { lines.append("change    \(question.summary.joined(separator: "; "))") }
    return lines
  }

  /// What is not known of hosts' memory; nothing when all is.
  private var unknownMemory: [String] {
    let unknown = before.pool.unknownMemory
    var lines: [String] = []
    for (what, hosts) in [
      ("dom0's memory", unknown.controlDomains), ("the hypervisor's overhead", unknown.overheads),
    ] where !hosts.isEmpty {
      lines.append(
        "\(what) of \(hosts.prefix(4).joined(separator: ", "))"
          + (hosts.count > 4 ? " and \(hosts.count - 4) more" : "")
          + ": what follows is the best that can be")
    }
    return lines
  }

  private var sides: Table {
    var columns: [Table.Column] = [.text(""), .number(isChanged ? "before" : "now")]
    if isChanged { columns.append(.number("after")) }
    var table = Table(columns)
    func row(_ name: String, _ value: (WhatIf.Side) -> String) {
      table.add([name, value(whatIf.before)] + (isChanged ? [value(whatIf.after)] : []))
    }
    row("failures tolerated") { side in
      let most = "\(side.status.mostFailures)"
      return unknownMemory.isEmpty || side.status.mostFailures == 0
        ? most : "unknown, at most \(most)"
    }
    row("plan for \(whatIf.failures)") { $0.plan.status.rawValue }
    row("method") { $0.plan.method.rawValue }
    row("ha_plan_exists_for") { "\($0.status.planExistsFor)" }
    row("ha_overcommitted") { "\($0.status.isOvercommitted)" }
    return table
  }

  private var hosts: Table {
    var columns: [Table.Column] = [
      .text("host"), .text("HAP"), .number("usable MiB"), .number("free MiB"),
    ]
    if isChanged { columns += [.number("free after MiB"), .number("change MiB")] }
    var table = Table(columns)
    for (index, host) in after.pool.hosts.enumerated() {
      let (free, left) = (whatIf.before.freeBytes[index], whatIf.after.freeBytes[index])
      let state = !host.isLive ? " (dead)" : host.isEnabled ? "" : " (disabled)"
      table.add(
        [
          host.name + state, host.hasHAP.map { $0 ? "yes" : "no" } ?? "?",
          "\(host.usableBytes >> 20)", "\(free >> 20)",
        ] + (isChanged ? ["\(left >> 20)", "\((left - free) >> 20)"] : []))
    }
    return table
  }

  private var tightPlaces: [String] {
    let sides =
      isChanged ? [("before", whatIf.before), ("after", whatIf.after)] : [("now", whatIf.before)]
    return sides.flatMap { name, side in
      let what = "tight \(name)"
      guard let tightest = side.tightest else { return ["\(what): nothing has to be restarted"] }
      return [
        "\(what), \(Self.count(side.tightestFailures, "failure")): \(text(tightest, side.planner))"
      ]
    }
  }

  private func text(_ tightness: Tightness, _ planner: PoolPlanner) -> String {
    switch tightness {
    case .noHostLeft(let live, let failures):
      return "\(failures) failures leave none of \(live) hosts"
    case .placement(let place):
      let failed = place.failedHosts.map { planner.host($0)?.name ?? $0 }.joined(
        separator: ", then ")
      let when = failed.isEmpty ? "waiting to be started" : "when \(failed) has failed"
      let (size, free) = (place.size >> 20, place.free >> 20)
      let margin = place.margin >> 20
      return "\(when), \(planner.vm(place.vm)?.name ?? place.vm) needs \(size) MiB; "
        + "most free has \(planner.host(place.host)?.name ?? place.host), \(free) MiB: "
        + (place.margin < 0 ? "\(-margin) MiB short" : "\(margin) MiB left")
    case .slots(let slots):
      let failed = slots.failedHosts.map { planner.host($0)?.name ?? $0 }.joined(separator: ", ")
      return "in slots of \(slots.size >> 20) MiB, the size of "
        + "\(planner.vm(slots.vm)?.name ?? slots.vm), \(slots.slots) are left without \(failed), "
        + "and \(slots.needed) machines may have to be restarted: "
        + (slots.margin < 0
          ? "\(-slots.margin) slots short" : "\(slots.margin) slots left")
    }
  }

  /// What the changed machines take beside their memory, those alike in one row.
  private var sizes: Table {
    var table = Table([
      .number("machines"), .text("like"), .number("MiB before"), .number("MiB after"),
      .number("change MiB"), .number("in all MiB"),
    ])
    var groups: [[Int]: (name: String, count: Int)] = [:]
    for vm in after.pool.vms {
      let old = before.vm(vm.id)
      guard old?.shape != vm.shape else { continue }
      let used = [old.map { before.pool.usedBytes($0) } ?? 0, after.pool.usedBytes(vm)]
      groups[used, default: (vm.name, 0)].count += 1
    }
    for (used, group) in groups.sorted(by: {
      ($0.value.name, $0.key[1]) < ($1.value.name, $1.key[1])
    }) {
      let change = (used[1] - used[0]) >> 20
      table.add([
        "\(group.count)", group.name, "\(used[0] >> 20)", "\(used[1] >> 20)", "\(change)",
        "\(change * group.count)",
      ])
    }
    return table
  }

  private var verdict: String {
    if !(scenario.loss?.unplaced.isEmpty ?? true) {
      return "plan lost: protected machines have no place"
    }
    if whatIf.isPlanLost {
      return "plan lost: for \(Self.count(whatIf.failures, "failure")) there was one"
    }
    if scenario.loss != nil { return "every protected machine has a place" }
    switch whatIf.after.plan.status {
    case .forAll where !unknownMemory.isEmpty && whatIf.failures > 0:
      return
        "unknown: a plan for \(Self.count(whatIf.failures, "failure")) only if what is not known "
        + "takes nothing"
    case .forAll: return "a plan for \(Self.count(whatIf.failures, "failure"))"
    case .excludingNonAgile:
      return "no plan for all: protected machines that are bound to hosts cannot be restarted"
    case .none: return "no plan for \(Self.count(whatIf.failures, "failure")), before as after"
    }
  }

  static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }
}
