import PlannerSupport
import Testing
import XenServer

/// The cases of the toolstack's own tests of plans in a pool, and worked ones.
@Suite struct PoolPlannerTests {
  /// Two hosts of 256 GiB, protected machines of 120 GiB on the hosts that are named.
  private func pool(
    on hosts: [String], tolerate: Int = 1, planExistsFor: Int? = nil, clustered: Bool = false
  ) -> PlannerPool {
    PlannerPool(
      hosts: ["master", "slave"].map { PlannerHost(id: $0, memoryTotalBytes: 256 << 30) },
      vms: hosts.enumerated().map { index, host in
        machine("vm\(index)", host: host)
      },
      highAvailability: PlannerPool.HighAvailability(
        failuresToTolerate: tolerate, planExistsFor: planExistsFor, isClustered: clustered))
  }

  private func machine(_ id: String, host: String?) -> PlannerVM {
    PlannerVM(
      id: id, shape: MemoryShape(memoryMiB: 120 << 10, vcpus: 1), host: host,
      restartPriority: .restart)
  }

  @Test(arguments: [
    ([], PoolPlan.Status.forAll), (["master"], .forAll), (["master", "master"], .forAll),
    (["master", "master", "slave", "slave"], .none),
  ])
  func planForOneFailure(_ hosts: [String], _ expected: PoolPlan.Status) throws {
    #expect(try PoolPlanner(pool(on: hosts)).plan(failures: 1).status == expected)
  }

  @Test func aNewMachineMustNotBreakThePlan() throws {
    func verdict(_ hosts: [String], planExistsFor: Int?) throws -> OperationVerdict {
      var pool = pool(on: hosts, planExistsFor: planExistsFor)
      pool.vms.append(machine("new", host: nil))
      return try PoolPlanner(pool).verdict(.start(vm: "new", host: "slave"))
    }
    #expect(try verdict(["master"], planExistsFor: 1) == .planPreserved)
    #expect(try verdict(["master", "master"], planExistsFor: 1) == .wouldBreakPlan)
    let four = ["master", "master", "slave", "slave"]
    #expect(try verdict(four, planExistsFor: 1) == .noPlanToBreak)
  }

  @Test func aClusterKeepsItsMajority() throws {
    func most(hosts: Int, disabled: Int) throws -> Int {
      let pool = PlannerPool(
        hosts: (0..<hosts).map {
          PlannerHost(id: "h\($0)", memoryTotalBytes: 1 << 30, isClusterMember: $0 >= disabled)
        }, vms: [],
        highAvailability: PlannerPool.HighAvailability(isClustered: true))
      return try PoolPlanner(pool).mostFailures()
    }
    #expect(try most(hosts: 3, disabled: 0) == 1)
    #expect(try most(hosts: 2, disabled: 0) == 0)
    #expect(try most(hosts: 2, disabled: 1) == 1)
    var plain = pool(on: [])
    plain.vms = []
    #expect(try PoolPlanner(plain).mostFailures() == 2)
  }

  @Test(arguments: [
    (true, RestartPriority.restart, true), (true, .none, false), (false, .restart, false),
    (false, .none, false), (true, .bestEffort, false),
  ])
  func protectedAre(_ always: Bool, _ priority: RestartPriority, _ isProtected: Bool) {
    var vm = machine("vm", host: nil)
    (vm.isAlwaysRun, vm.restartPriority) = (always, priority)
    #expect(vm.isProtected == isProtected)
  }

  /// Two hosts with 33,500 MiB usable and a protected machine of 16 GiB and four vCPUs on each.
  @Test(arguments: [
    (1.0, 16_519, 16_981, 1), (2, 16_651, 16_849, 1), (4, 16_915, 16_585, 0),
  ])
  func aMultiplierCanLoseThePlan(
    _ multiplier: Double, _ sizeMiB: Int, _ freeMiB: Int, _ failures: Int
  ) throws {
    let pool = PlannerPool(
      hosts: ["a", "b"].map { PlannerHost(id: $0, memoryTotalBytes: 33_500 << 20) },
      vms: ["a", "b"].map { (host: String) in
        PlannerVM(
          id: "vm-\(host)", shape: MemoryShape(memoryMiB: 16384, vcpus: 4, multiplier: multiplier),
          host: host, restartPriority: .restart)
      }, model: MemoryModel(.since26_3))
    let planner = try PoolPlanner(pool)
    #expect(planner.freeBytes() == [freeMiB << 20, freeMiB << 20])
    #expect(try planner.mostFailures() == failures)
    let place = Tightness.Placement(
      failedHosts: ["a"], vm: "vm-a", size: sizeMiB << 20, host: "b", free: freeMiB << 20)
    #expect(try planner.tightest(failures: 1) == .placement(place))
    #expect(place.margin >> 20 == freeMiB - sizeMiB)
  }

  @Test func whatTheRecordSaysIsChargedAndWhatTheModelSaysIsPlanned() throws {
    var vm = machine("vm", host: "a")
    vm.recordedOverheadBytes = 7 << 20
    vm.shape = MemoryShape(
      staticMaxBytes: (1024 << 20) - 5, vcpus: 1, multiplier: 4, domainType: .pv)
    let pool = PlannerPool(
      hosts: ["a", "b"].map {
        PlannerHost(id: $0, memoryTotalBytes: 4096 << 20, memoryOverheadBytes: 96 << 20)
      }, vms: [vm])
    let planner = try PoolPlanner(pool)
    #expect(planner.freeBytes()[0] == (4000 - 1024 - 7) << 20 + 5)
    // 1.0 for pv: 1 + 9; its memory rounded up.
    #expect(pool.plannedBytes(vm) == 1034 << 20)
    let change = PoolChange(arriving: [PoolChange.Move(vm: "vm", host: "b")])
    // The old host is not credited.
    let plan = try planner.plan(failures: 0, change: change)
    #expect(plan.problem.hosts.map(\.free) == [(4000 - 1031) << 20 + 5, (4000 - 1034) << 20])
  }

  @Test func machinesBoundToHostsBelongToTheFirstThatIsLeft() throws {
    var pool = pool(on: ["master"])
    pool.hosts.append(PlannerHost(id: "third", memoryTotalBytes: 256 << 30))
    var bound = machine("bound", host: nil)
    bound.boundHosts = ["third", "slave"]
    bound.isAlwaysRun = true
    pool.vms.append(bound)
    let planner = try PoolPlanner(pool)
    let plan = try planner.plan(failures: 1)
    #expect(plan.status == .excludingNonAgile && plan.nonAgile == ["bound"])
    #expect(plan.restarts == [PoolChange.Move(vm: "bound", host: "slave")])
    #expect(try planner.mostFailures() == 0)
    pool.hosts[1].isEnabled = false
    #expect(
      try PoolPlanner(pool).plan(failures: 0).restarts
        == [PoolChange.Move(vm: "bound", host: "third")])
  }

  @Test func machinesOfHostsThatAreGoneStartInOrder() throws {
    var pool = pool(on: ["slave", "slave"])
    pool.vms[0].order = 3
    pool.vms[1].order = -1
    var first = machine("z", host: "slave")
    first.shape = MemoryShape(memoryMiB: 1024, vcpus: 1)
    first.order = 1
    pool.vms.append(first)
    var best = first
    (best.id, best.restartPriority) = ("best", .bestEffort)
    var other = first
    (other.id, other.restartPriority) = ("other", .none)
    pool.vms += [best, other]
    let loss = try PoolPlanner(pool).losing(["slave"])
    #expect(loss.restarts.map(\.vm) == ["z", "vm0", "vm1"])
    #expect(loss.restarts.map(\.to) == ["master", "master", "master"])
    #expect(loss.bestEffort.map(\.to) == ["master"] && loss.unplaced.isEmpty)
    #expect(loss.unprotected.map(\.vm) == ["other"])
    pool.vms[0].host = "master"
    pool.vms.append(machine("big", host: "master"))
    let full = try PoolPlanner(pool).losing(["slave"])
    #expect(full.unplaced.map(\.vm) == ["vm1"] && full.bestEffort.map(\.to) == [nil])
    #expect(throws: PlanningError.unknownHost(id: "x")) { try PoolPlanner(pool).losing(["x"]) }
  }

  @Test func operationsThatNobodyChecksAreAllowed() throws {
    var pool = pool(on: ["master", "master"])
    pool.vms.append(machine("new", host: nil))
    let operation = PoolOperation.start(vm: "new", host: "slave")
    #expect(try PoolPlanner(pool).verdict(operation).isRefused)
    #expect(try PoolPlanner(pool).verdict(.disable(host: "slave")).isRefused)
    #expect(try PoolPlanner(pool).verdict(.tolerate(failures: 1)) == .planPreserved)
    #expect(try PoolPlanner(pool).verdict(.tolerate(failures: 2)) == .wouldBreakPlan)
    pool.highAvailability.allowsOvercommit = true
    #expect(try PoolPlanner(pool).verdict(operation) == .overcommitAllowed)
    pool.highAvailability.isEnabled = false
    #expect(try PoolPlanner(pool).verdict(operation) == .highAvailabilityOff)
  }

  @Test func overcommitIsPromisingMoreThanThereIsAPlanFor() throws {
    let status = try PoolPlanner(pool(on: ["master"], tolerate: 2)).status()
    #expect(status.mostFailures == 1 && status.planExistsFor == 1 && status.isOvercommitted)
    #expect(try !PoolPlanner(pool(on: ["master"], tolerate: 1)).status().isOvercommitted)
  }

  @Test func theOrderOfTheInputPlaysNoPart() throws {
    var random = RandomPool(seed: 7)
    for _ in 0..<100 {
      let pool = random.small()
      var reversed = pool
      reversed.hosts.reverse()
      reversed.vms.reverse()
      let (one, two) = (try PoolPlanner(pool), try PoolPlanner(reversed))
      for failures in 0...1 {
        let (left, right) = (
          try one.plan(failures: failures), try two.plan(failures: failures)
        )
        #expect(left.restarts == right.restarts && left.status == right.status)
        #expect(try one.tightest(failures: failures) == two.tightest(failures: failures))
      }
    }
  }

  @Test func theSameAsByTryingEverything() throws {
    var comparison = PlannerComparison()
    for seed in 0..<400 {
      var random = RandomPool(seed: seed)
      let wrong = try comparison.compare(random.small())
      #expect(wrong.isEmpty, "pool of seed \(seed): \(wrong)")
    }
    #expect(comparison.plans > 200 && comparison.questions - comparison.plans > 200)
  }
}
