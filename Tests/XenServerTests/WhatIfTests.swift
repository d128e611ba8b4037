import Testing

@testable import XenServer

@Suite struct WhatIfTests {
  /// Two hosts with 33,500 MiB usable and a protected machine of 16 GiB and four vCPUs on each.
  private func pool(_ highAvailability: PlannerPool.HighAvailability) -> PlannerPool {
    PlannerPool(
      hosts: ["a", "b"].map { PlannerHost(id: $0, memoryTotalBytes: 33_500 << 20) },
      vms: ["a", "b"].map { (host: String) in
        PlannerVM(
          id: "vm-\(host)", shape: MemoryShape(memoryMiB: 16384, vcpus: 4),
          recordedOverheadBytes: 135 << 20, host: host, restartPriority: .restart)
      }, highAvailability: highAvailability, model: MemoryModel(.since26_3))
  }

  private let tolerant = PlannerPool.HighAvailability(failuresToTolerate: 1)
  private let both: Set<String> = ["vm-a", "vm-b"]

  @Test func aMultiplierThatLosesThePlan() throws {
    let whatIf = try WhatIf(pool(tolerant), edits: [.multiplier(4, vms: both)])
    #expect(whatIf.isPlanLost && whatIf.failures == 1)
    #expect(whatIf.before.status.mostFailures == 1 && whatIf.after.status.mostFailures == 0)
    #expect(whatIf.after.status.isOvercommitted)
    #expect(whatIf.after.freeBytes == [16_585 << 20, 16_585 << 20])
    // No call that changes a multiplier asks the plan.
    #expect(whatIf.steps.isEmpty)
    guard case .placement(let place) = whatIf.after.tightest else {
      Issue.record("no tight place")
      return
    }
    #expect(place.margin == -330 << 20 && place.vm == "vm-a" && place.host == "b")
    let fits = try WhatIf(pool(tolerant), edits: [.multiplier(2, vms: both)])
    #expect(!fits.isPlanLost && fits.after.status.mostFailures == 1)
  }

  @Test func withoutHAWhatIsSurvivedBeforeIsAskedFor() throws {
    let off = PlannerPool.HighAvailability(isEnabled: false)
    let whatIf = try WhatIf(pool(off), edits: [.multiplier(4, vms: both)])
    #expect(whatIf.failures == 1 && whatIf.isPlanLost && whatIf.operations.isEmpty)
  }

  @Test func growingAMachineIsAskedAtItsStart() throws {
    let edits: [PoolEdit] = [.memory(mebibytes: 17_000, vms: ["vm-a"])]
    let whatIf = try WhatIf(pool(tolerant), edits: edits)
    #expect(whatIf.isPlanLost)
    #expect(whatIf.steps.map(\.operation) == [.start(vm: "vm-a", host: "a")])
    #expect(whatIf.steps.map(\.verdict) == [.wouldBreakPlan])
    let vcpus = try WhatIf(pool(tolerant), edits: [.vcpus(64, vms: ["vm-a"])])
    #expect(!vcpus.isPlanLost && vcpus.steps.map(\.verdict) == [.planPreserved])
    #expect(vcpus.before.freeBytes[0] - vcpus.after.freeBytes[0] == (60 + 9) << 20)
  }

  @Test func newMachinesGoWhereThereIsRoomAndAreAsked() throws {
    let planner = try PoolPlanner(pool(tolerant))
    let edit = try planner.adding(3, like: "vm-a")
    guard case .add(let machines) = edit else {
      Issue.record("no machines")
      return
    }
    #expect(machines.map(\.host) == ["a", "b", nil])
    #expect(machines.map(\.name).first == "vm-a (new 1)")
    let whatIf = try WhatIf(pool(tolerant), edits: [edit])
    #expect(whatIf.isPlanLost && whatIf.steps.map(\.verdict) == [.wouldBreakPlan, .wouldBreakPlan])
    #expect(throws: PlanningError.unknownVM(id: "x")) { try planner.adding(1, like: "x") }
  }

  @Test func operationsThatOneSideRefuses() throws {
    var pool = pool(tolerant)
    var other = pool.vms[0]
    (other.id, other.restartPriority) = ("other", .none)
    other.shape = MemoryShape(memoryMiB: 100, vcpus: 1)
    other.recordedOverheadBytes = nil
    pool.vms.append(other)
    let whatIf = try WhatIf(pool, edits: [.multiplier(4, vms: both)])
    let lost = whatIf.operations.filter(\.after.isRefused).map(\.operation)
    let gained = whatIf.operations.filter(\.before.isRefused).map(\.operation)
    // With a plan for one the pool may not lose a host; with one for none it may promise no more.
    #expect(lost == [.tolerate(failures: 1)])
    #expect(gained == [])
    #expect(try PoolPlanner(pool).verdict(.disable(host: "a")).isRefused)
    #expect(try PoolPlanner(pool).verdict(.migrate(vm: "vm-a", host: "b")).isRefused)
    #expect(try PoolPlanner(pool).verdict(.protect(vm: "other")) == .planPreserved)
  }

  @Test func aLargerPoolMustBeFreeAtOnce() throws {
    let planner = try PoolPlanner(pool(tolerant))
    #expect(planner.liveShortages(4, vms: both).isEmpty)
    // 132 MiB times 200, less 132.
    let short = planner.liveShortages(200, vms: ["vm-a"])
    #expect(short.map(\.host) == ["a"] && short.map(\.neededMiB) == [26_268])
    #expect(short.map(\.freeMiB) == [16_981])
  }

  @Test func protectingMachinesThatAreBoundLeavesNoPlanForAll() throws {
    var pool = pool(tolerant)
    pool.vms[0].restartPriority = .none
    pool.vms[0].boundHosts = ["a"]
    let whatIf = try WhatIf(pool, edits: [.priority(.restart, vms: ["vm-a"])])
    #expect(whatIf.isPlanLost && whatIf.after.plan.status == .excludingNonAgile)
    #expect(whatIf.steps.map(\.verdict) == [.wouldBreakPlan])
  }

  @Test func aPartitionFencesAndWhatIsFencedIsRestarted() throws {
    var pool = pool(tolerant)
    pool.hosts.append(PlannerHost(id: "c", memoryTotalBytes: 33_500 << 20))
    let failing = PoolScenario.Failures(partitions: [["a"], ["b", "c"]])
    let scenario = try PoolScenario(pool, edits: [], failing: failing)
    #expect(scenario.fates?["a"] == .fencedOutsideBestPartition)
    #expect(scenario.loss?.hosts == ["a"] && scenario.loss?.restarts.map(\.to) == ["c"])
    #expect(scenario.statusAfterLoss?.mostFailures == 1 && !scenario.isPlanLost)
    let all = PoolScenario.Failures(storageLost: ["a", "b", "c"])
    let quiet = try PoolScenario(pool, edits: [], failing: all)
    #expect(quiet.loss == nil && quiet.fates?.values.allSatisfy(\.survives) == true)
    let gone = try PoolScenario(
      pool, edits: [], failing: PoolScenario.Failures(hosts: ["a", "b", "c"]))
    #expect(gone.isPlanLost && gone.loss?.unplaced.count == 2)
  }

  /// As many plans as kinds of machines, not as machines.
  @Test func plansDoNotGrowWithAlikeMachines() throws {
    func plans(_ machines: Int) throws -> Int {
      let names = (0..<8).map { "h\($0)" }
      let vms = (0..<machines).map { (number: Int) in
        PlannerVM(
          id: String(number), shape: MemoryShape(memoryMiB: 1024 << (number % 2), vcpus: 2),
          host: number % 5 == 0 ? nil : names[number % 8])
      }
      var pool = PlannerPool(
        hosts: names.map { PlannerHost(id: $0, memoryTotalBytes: 1 << 42) }, vms: vms,
        highAvailability: tolerant)
      pool.vms[1].restartPriority = .restart
      let planner = try PoolPlanner(pool)
      var memory = try VerdictMemory(planner)
      for vm in planner.pool.vms where vm.restartPriority != .restart {
        let operation: PoolOperation =
          vm.host == nil ? .start(vm: vm.id, host: "h0") : .protect(vm: vm.id)
        let direct = try planner.verdict(operation)
        #expect(try memory.verdict(operation) == direct)
      }
      return memory.plans
    }
    #expect(try plans(400) == plans(200))
  }

  @Test func withoutAChangeWhatIsRefusedNowIsSaid() throws {
    let now = try WhatIf(pool(tolerant), edits: [])
    #expect(now.operations.map(\.operation).contains(.disable(host: "a")))
    #expect(now.operations.allSatisfy { $0.before.isRefused && $0.after == $0.before })
  }

  @Test func whatHostsHoldIsKnownOrSaid() throws {
    var pool = pool(tolerant)
    #expect(pool.unknownMemory.controlDomains == ["a", "b"] && pool.overfull.isEmpty)
    pool.hosts[0].isOverheadKnown = false
    #expect(pool.unknownMemory.overheads == ["a"])
    pool.vms += ["a", "b"].map { (host: String) in
      PlannerVM(
        id: "dom0-\(host)", shape: MemoryShape(memoryMiB: 4096, vcpus: 8, domainType: .pv),
        host: host, isControlDomain: true)
    }
    #expect(pool.unknownMemory.controlDomains.isEmpty)
    pool.hosts[1].memoryTotalBytes = 16_384 << 20
    #expect(pool.overfull.map(\.host) == ["b"])
  }
}
