public import XenServer

extension JSONResult {
  /// `pool what-if`.
  public static func text(_ scenario: PoolScenario, question: PoolQuestion) throws -> String {
    try encode(.poolWhatIf, WhatIfRecord(scenario, question))
  }
}

private struct WhatIfRecord: Encodable {
  var pool: PoolSummaryRecord
  var changes: [String]
  var failures: Int
  var planLost: Bool
  var before: PlanSideRecord
  var after: PlanSideRecord
  var hosts: [HostMemoryRecord]
  var machines: [MachineChangeRecord]
  var steps: [OperationRecord]
  var operations: [OperationRecord]
  var fates: [String: String]?
  var loss: LossRecord?
  var remarks: [String]

  init(_ scenario: PoolScenario, _ question: PoolQuestion) {
    let whatIf = scenario.whatIf
    let (one, other) = (whatIf.before.planner, whatIf.after.planner)
    pool = PoolSummaryRecord(one.pool)
    changes = question.summary
    failures = whatIf.failures
    planLost = scenario.isPlanLost
    let unknown = one.pool.unknownMemory
    before = PlanSideRecord(whatIf.before, unknown: unknown)
    after = PlanSideRecord(whatIf.after, unknown: unknown)
    hosts = other.pool.hosts.indices.map { index in
      let host = other.pool.hosts[index]
      return HostMemoryRecord(
        uuid: host.id, name: host.name, hap: host.hasHAP, enabled: host.isEnabled,
        live: host.isLive, usableMib: host.usableBytes >> 20,
        freeBeforeMib: whatIf.before.freeBytes[index] >> 20,
        freeAfterMib: whatIf.after.freeBytes[index] >> 20)
    }
    machines = other.pool.vms.compactMap { MachineChangeRecord($0, one, other) }
    steps = whatIf.steps.map {
      OperationRecord($0.operation, before: $0.verdict, after: nil)
    }
    operations = whatIf.operations.map {
      OperationRecord($0.operation, before: $0.before, after: $0.after)
    }
    fates = scenario.fates.map { fates in
      Dictionary(uniqueKeysWithValues: fates.map { ($0.key, $0.value.rawValue) })
    }
    loss = scenario.loss.map { LossRecord($0, status: scenario.statusAfterLoss, unknown: unknown) }
    remarks = WhatIfRemarks(scenario, question: question).lines
  }
}

private struct PoolSummaryRecord: Encodable {
  var name: String
  var memoryModel: String
  var haEnabled: Bool
  var haHostFailuresToTolerate: Int
  var haPlanExistsFor: Int?
  var haAllowOvercommit: Bool
  var protectedMachines: Int
  var unknownDom0Memory: [String]
  var unknownOverhead: [String]

  init(_ pool: PlannerPool) {
    let settings = pool.highAvailability
    name = pool.name
    memoryModel = pool.model.version.rawValue
    haEnabled = settings.isEnabled
    haHostFailuresToTolerate = settings.failuresToTolerate
    haPlanExistsFor = settings.planExistsFor
    haAllowOvercommit = settings.allowsOvercommit
    unknownDom0Memory = pool.unknownMemory.controlDomains
    unknownOverhead = pool.unknownMemory.overheads
    protectedMachines = pool.vms.count(where: \.isProtected)
  }
}

extension PlannerPool.UnknownMemory {
  /// The failures that a plan which takes what is unknown for nothing shows to be tolerated; nil
  /// where that may be too many.
  fileprivate func tolerated(_ failures: Int) -> Int? { isEmpty || failures == 0 ? failures : nil }
}

/// A pool before or after a change.
struct PlanSideRecord: Encodable {
  var failuresTolerated: Int?
  var failuresToleratedAtMost: Int
  var failuresTried: Int
  var haPlanExistsFor: Int
  var haOvercommitted: Bool
  var plan: String
  var method: String
  var unplaced: [String]
  var nonAgile: [String]
  var tightest: TightestRecord?

  init(_ side: WhatIf.Side, unknown: PlannerPool.UnknownMemory) {
    failuresTolerated = unknown.tolerated(side.status.mostFailures)
    failuresToleratedAtMost = side.status.mostFailures
    failuresTried = side.status.limit
    haPlanExistsFor = side.status.planExistsFor
    haOvercommitted = side.status.isOvercommitted
    plan = side.plan.status.rawValue
    method = side.plan.method.rawValue
    unplaced = side.plan.unplaced
    nonAgile = side.plan.nonAgile
    tightest = side.tightest.map { TightestRecord($0, failures: side.tightestFailures) }
  }
}

/// The place at which a plan is nearest to failing.
struct TightestRecord: Encodable {
  var failures: Int
  var fails: Bool
  var failedHosts: [String]
  var vm: String?
  var sizeMib: Int?
  var host: String?
  var freeMib: Int?
  var marginMib: Int?
  var slots: Int?
  var slotsNeeded: Int?

  init(_ tightness: Tightness, failures: Int) {
    self.failures = failures
    fails = tightness.fails
    failedHosts = []
    switch tightness {
    case .noHostLeft: break
    case .placement(let place):
      failedHosts = place.failedHosts
      (vm, host) = (place.vm, place.host)
      (sizeMib, freeMib) = (place.size >> 20, place.free >> 20)
      marginMib = place.margin >> 20
    case .slots(let estimate):
      failedHosts = estimate.failedHosts
      (vm, sizeMib) = (estimate.vm, estimate.size >> 20)
      (slots, slotsNeeded) = (estimate.slots, estimate.needed)
    }
  }
}

private struct HostMemoryRecord: Encodable {
  var uuid: String
  var name: String
  var hap: Bool?
  var enabled: Bool
  var live: Bool
  var usableMib: Int
  var freeBeforeMib: Int
  var freeAfterMib: Int
}

private struct MachineChangeRecord: Encodable {
  var uuid: String
  var name: String
  var host: String?
  var beforeMib: Int?
  var afterMib: Int

  /// A machine that takes more or less than before; nil for others.
  init?(_ vm: PlannerVM, _ before: PoolPlanner, _ after: PoolPlanner) {
    let old = before.vm(vm.id)
    guard old?.shape != vm.shape else { return nil }
    (uuid, name, host) = (vm.id, vm.name, vm.host)
    beforeMib = old.map { before.pool.usedBytes($0) >> 20 }
    afterMib = after.pool.usedBytes(vm) >> 20
  }
}

private struct OperationRecord: Encodable {
  var call: String
  var vm: String?
  var host: String?
  var failures: Int?
  var verdict: String
  var verdictAfter: String?

  init(_ operation: PoolOperation, before: OperationVerdict, after: OperationVerdict?) {
    call = operation.call
    verdict = before.rawValue
    verdictAfter = after?.rawValue
    switch operation {
    case .start(let vm, let host), .migrate(let vm, let host): (self.vm, self.host) = (vm, host)
    case .protect(let vm): self.vm = vm
    case .disable(let host): self.host = host
    case .tolerate(let failures): self.failures = failures
    }
  }
}

private struct LossRecord: Encodable {
  struct Outcome: Encodable {
    var vm: String
    var from: String?
    var to: String?

    init(_ outcome: HostLoss.Outcome) {
      (vm, from, to) = (outcome.vm, outcome.from, outcome.to)
    }
  }

  var hosts: [String]
  var restarts: [Outcome]
  var bestEffort: [Outcome]
  var notRestarted: [Outcome]
  var unplaced: [String]
  var failuresTolerated: Int?
  var haOvercommitted: Bool?

  init(_ loss: HostLoss, status: PoolStatus?, unknown: PlannerPool.UnknownMemory) {
    hosts = loss.hosts
    restarts = loss.restarts.map(Outcome.init)
    bestEffort = loss.bestEffort.map(Outcome.init)
    notRestarted = loss.unprotected.map(Outcome.init)
    unplaced = loss.unplaced.map(\.vm)
    failuresTolerated = status.flatMap { unknown.tolerated($0.mostFailures) }
    haOvercommitted = status?.isOvercommitted
  }
}
