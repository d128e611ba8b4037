/// What someone may ask of a pool, of which the plan for failures has a say.
public enum PoolOperation: Hashable, Sendable {
  /// `VM.start_on` or `VM.resume_on`.
  case start(vm: String, host: String)
  /// `VM.pool_migrate`.
  case migrate(vm: String, host: String)
  /// `VM.set_ha_restart_priority` to `restart` of a machine that runs.
  case protect(vm: String)
  /// `host.disable`.
  case disable(host: String)
  /// `pool.set_ha_host_failures_to_tolerate`.
  case tolerate(failures: Int)

  /// The API call.
  public var call: String {
    switch self {
    case .start: "VM.start_on"
    case .migrate: "VM.pool_migrate"
    case .protect: "VM.set_ha_restart_priority"
    case .disable: "host.disable"
    case .tolerate: "pool.set_ha_host_failures_to_tolerate"
    }
  }

  /// What changes for the plan.
  var change: PoolChange {
    var change = PoolChange()
    switch self {
    case .start(let vm, let host), .migrate(let vm, let host):
      change.arriving = [PoolChange.Move(vm: vm, host: host)]
    case .protect(let vm): change.newlyProtected = [vm]
    case .disable(let host): change.hostsToDisable = [host]
    case .tolerate: break
    }
    return change
  }
}

/// Whether the plan for failures lets an operation pass, and why.
public enum OperationVerdict: String, CaseIterable, Sendable {
  /// Refused: `HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN`.
  case wouldBreakPlan = "would-break-plan"
  /// Allowed: there is a plan after it as before it.
  case planPreserved = "plan-preserved"
  /// Allowed although, or because, there is no plan that it could break.
  case noPlanToBreak = "no-plan-to-break"
  /// Allowed: `ha_allow_overcommit` is set.
  case overcommitAllowed = "overcommit-allowed"
  /// Allowed: high availability is off.
  case highAvailabilityOff = "ha-off"

  /// Whether it is refused.
  public var isRefused: Bool { self == .wouldBreakPlan }
}

extension PoolPlanner {
  /// Whether the pool would refuse `operation` for the sake of its plan.
  ///
  /// It does when there is a plan for `ha_plan_exists_for` failures now and would be none after. A
  /// machine that arrives is charged to its new host and not credited to its old one. Changing a
  /// multiplier is no such operation: nothing asks the plan.
  /// - Throws: an operation on what is not there, a number of failures that is none
  public func verdict(_ operation: PoolOperation) throws(PlanningError) -> OperationVerdict {
    let settings = pool.highAvailability
    guard settings.isEnabled else { return .highAvailabilityOff }
    guard !settings.allowsOvercommit else { return .overcommitAllowed }
    let plan = try plannedFor()
    return try verdict(operation, failures: plan.failures, now: plan.status)
  }

  /// The plan for `ha_plan_exists_for` failures, which operations must not break.
  func plannedFor() throws(PlanningError) -> PoolPlan {
    if let known = pool.highAvailability.planExistsFor { return try plan(failures: known) }
    return try plan(failures: status().planExistsFor)
  }

  /// As ``verdict(_:)``, with the plan before the operation known and a pool that checks plans.
  func verdict(
    _ operation: PoolOperation, failures: Int, now: PoolPlan.Status
  ) throws(PlanningError) -> OperationVerdict {
    var change = operation.change
    var failuresAfter = failures
    switch operation {
    case .start(let vm, _):
      guard let machine = self.vm(vm) else { throw .unknownVM(id: vm) }
      // A machine with a priority is protected from its start on.
      if machine.restartPriority == .restart { change.newlyProtected.insert(vm) }
    case .protect(let vm):
      guard vmPositions[vm] != nil else { throw .unknownVM(id: vm) }
    case .disable(let host):
      guard hostPositions[host] != nil else { throw .unknownHost(id: host) }
    case .tolerate(let count): failuresAfter = count
    case .migrate: break
    }
    guard now == .forAll else { return .noPlanToBreak }
    let after = try plan(failures: failuresAfter, change: change).status
    return after == .forAll ? .planPreserved : .wouldBreakPlan
  }
}
