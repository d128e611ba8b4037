/// A pool before and after changes that someone thinks of.
public struct WhatIf: Sendable {
  /// The pool at one of the two moments.
  public struct Side: Sendable {
    /// The planner of the pool.
    public var planner: PoolPlanner
    /// Failures that it survives.
    public var status: PoolStatus
    /// The plan for the failures that are asked about.
    public var plan: PoolPlan
    /// Where a plan is nearest to failing, or fails: for the failures that are asked about, but for
    /// one at least.
    public var tightest: Tightness?
    /// Failures of ``tightest``.
    public var tightestFailures: Int
    /// What is free on each host by ``MemoryPolicy/staticMax``, bytes, as ``PoolPlanner/pool`` has
    /// the hosts.
    public var freeBytes: [Int]
  }

  /// An operation and what becomes of it.
  public struct OperationChange: Hashable, Sendable {
    /// The operation.
    public var operation: PoolOperation
    /// Before the changes.
    public var before: OperationVerdict
    /// After them, when the pool has worked out its plan anew.
    public var after: OperationVerdict
  }

  /// An operation by which a change is made, and whether the pool refuses it.
  public struct Step: Hashable, Sendable {
    /// The operation.
    public var operation: PoolOperation
    /// What the pool says, with all steps before it carried out that it does not refuse.
    public var verdict: OperationVerdict
  }

  /// Before.
  public var before: Side
  /// After.
  public var after: Side
  /// Failures that are asked about.
  public var failures: Int
  /// What the changes themselves are refused, where a plan is asked at all.
  public var steps: [Step]
  /// Operations that are refused on one side only; without changes all that are refused now.
  public var operations: [OperationChange]

  /// Whether there is a plan for every protected machine before, and not after.
  public var isPlanLost: Bool {
    before.plan.status == .forAll && after.plan.status != .forAll
  }

  /// What `edits` do to `pool`.
  /// - Parameter failures: how many to ask about; when nothing is said, those that HA plans for,
  ///   and without HA as many as are survived before
  /// - Throws: identifiers that are double or stand for nothing, failures of more hosts than there
  ///   are
  public init(
    _ pool: PlannerPool, edits: [PoolEdit], failures: Int? = nil
  ) throws(PlanningError) {
    let planner = try PoolPlanner(pool)
    var changed = planner.pool
    for edit in edits { changed.apply(edit) }
    // The pool works it out anew from time to time.
    if !edits.isEmpty { changed.highAvailability.planExistsFor = nil }
    let status = try planner.status()
    let settings = pool.highAvailability
    let planned = settings.planExistsFor ?? status.planExistsFor
    self.failures = failures ?? (settings.isEnabled ? planned : status.mostFailures)
    before = try Side(planner, status: status, failures: self.failures)
    let after = try PoolPlanner(changed)
    self.after = try Side(after, status: after.status(), failures: self.failures)
    steps = try Self.steps(planner.pool, edits)
    operations = try Self.operations(planner, after, areAllShown: edits.isEmpty)
  }

  /// Starts, host by host, disabling of each host, protecting of each machine that runs, and
  /// tolerating other numbers of failures: those that one side refuses and the other does not.
  private static func operations(
    _ before: PoolPlanner, _ after: PoolPlanner, areAllShown: Bool
  ) throws(PlanningError) -> [OperationChange] {
    guard before.pool.highAvailability.isEnabled, !before.pool.highAvailability.allowsOvercommit
    else { return [] }
    var operations = before.pool.hosts.indices.filter { before.isAvailable($0) }
      .map { PoolOperation.disable(host: before.pool.hosts[$0].id) }
    operations += (0...before.failureLimit).map { .tolerate(failures: $0) }
    let free = after.freeBytes(policy: .dynamicMin)
    for vm in before.pool.vms where !vm.isControlDomain {
      if vm.host == nil {
        if let host = after.startHost(of: vm, free: free) {
          operations.append(.start(vm: vm.id, host: host))
        }
      } else if vm.restartPriority != .restart {
        operations.append(.protect(vm: vm.id))
      }
    }
    var result: [OperationChange] = []
    var (one, other) = (try VerdictMemory(before), try VerdictMemory(after))
    for operation in operations {
      let change = OperationChange(
        operation: operation, before: try one.verdict(operation),
        after: try other.verdict(operation))
      if change.before.isRefused != change.after.isRefused || areAllShown && change.before.isRefused
      {
        result.append(change)
      }
    }
    return result
  }

  /// The operations by which `edits` are made, one machine after the other.
  private static func steps(
    _ pool: PlannerPool, _ edits: [PoolEdit]
  ) throws(PlanningError) -> [Step] {
    var pool = pool
    var steps: [Step] = []
    for edit in edits {
      for part in edit.parts(in: pool) {
        var next = pool
        next.apply(part)
        if let operation = part.operation(in: next) {
          let state = try PoolPlanner(part.isRestart ? next.halting(part.machines) : pool)
          let step = Step(operation: operation, verdict: try state.verdict(operation))
          steps.append(step)
          if step.verdict.isRefused { continue }
        }
        pool = next
      }
    }
    return steps
  }
}

extension WhatIf.Side {
  /// What there is to say about a pool.
  init(_ planner: PoolPlanner, status: PoolStatus, failures: Int) throws(PlanningError) {
    self.planner = planner
    self.status = status
    plan = try planner.plan(failures: failures)
    tightestFailures = min(max(1, failures), planner.pool.hosts.count)
    tightest = try planner.tightest(failures: tightestFailures)
    freeBytes = planner.freeBytes()
  }
}
