import GuestModel
import Testing
import XenServer

/// The cases of the toolstack's own tests of its planner, and worked ones.
@Suite struct FailureProblemTests {
  private func problem(
    free: [Int], sizes: [Int], on placement: [Int?], totalHosts: Int? = nil
  ) throws -> FailureProblem {
    let pairs = placement.enumerated().compactMap { vm, host in host.map { ("v\(vm)", "h\($0)") } }
    return try FailureProblem(
      hosts: free.enumerated().map { FailureProblem.Host(id: "h\($0.offset)", free: $0.element) },
      vms: sizes.enumerated().map { FailureProblem.VM(id: "v\($0.offset)", size: $0.element) },
      placement: Dictionary(uniqueKeysWithValues: pairs), totalHosts: totalHosts)
  }

  @Test func aPlanThatOverfillsAHostIsRefused() throws {
    let problem = try problem(free: [1], sizes: [1, 1], on: [nil, nil])
    #expect(throws: PlanningError.overfull(host: "h0", free: 1, needed: 2)) {
      try problem.applying([0: 0, 1: 0])
    }
    #expect(try problem.applying([1: 0]).hosts.map(\.free) == [0])
    #expect(throws: PlanningError.self) { try problem.applying([2: 0]) }
    #expect(throws: PlanningError.self) { try problem.applying([0: 1]) }
  }

  /// Eight hosts with about 500 free, a machine of about 400 on each, five fail: the three that are
  /// left take one machine each.
  @Test(arguments: 0..<50) func fiveOfEightIsImpossible(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let problem = try problem(
      free: (0..<8).map { _ in 480 + random.below(40) },
      sizes: (0..<8).map { _ in 380 + random.below(40) }, on: (0..<8).map { $0 })
    for method in PlanMethod.allCases {
      #expect(try !problem.survives(5, method: method))
      #expect(try problem.tightest(5, method: method)?.fails == true)
    }
    // The counter-example can be replayed: what is named has failed, and what is named does not
    // fit.
    guard case .placement(let place) = try problem.tightest(5, method: .exact) else {
      Issue.record("no counter-example")
      return
    }
    #expect(place.margin < 0 && (1...5).contains(place.failedHosts.count))
    #expect(!place.failedHosts.contains(place.host))
  }

  /// Ten hosts with 500 to 1500 free, five machines of 256, three fail.
  @Test(arguments: 0..<50) func threeOfTenIsPossible(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let problem = try problem(
      free: (0..<10).map { _ in 500 + random.below(1000) },
      sizes: Array(repeating: 256, count: 5), on: (0..<5).map { _ in random.below(10) })
    for method in PlanMethod.allCases { #expect(try problem.survives(3, method: method)) }
  }

  @Test func theLargestGoesFirstToTheHostWithMostFree() throws {
    let problem = try problem(
      free: [10, 12, 12], sizes: [3, 9, 4, 11], on: [nil, nil, nil, nil])
    #expect(problem.vms.map(\.size) == [11, 9, 4, 3])
    // 11 to the first of the two with 12, 9 to the other, 4 to the one with 10, 3 to what is left.
    #expect(problem.biggestFitDecreasing([3, 1, 0, 2]) == [0: 1, 1: 2, 2: 0, 3: 0])
    let full = try self.problem(free: [5, 5], sizes: [6, 5, 1], on: [nil, nil, nil])
    #expect(full.biggestFitDecreasing([0, 1, 2]) == [1: 0, 2: 1])
  }

  /// One machine fits twice over, but the other host has failed by then.
  @Test func failuresComeOneAfterTheOther() throws {
    let one = try problem(free: [0, 10, 10, 10], sizes: [10], on: [0])
    #expect(try one.survives(3, method: .exact))
    let two = try problem(free: [0, 0, 10, 10], sizes: [10, 10], on: [0, 1])
    #expect(try two.survives(2, method: .exact))
    let three = try problem(free: [0, 0, 10, 11], sizes: [10, 10], on: [0, 1])
    #expect(try !three.survives(3, method: .exact))
    // v0 goes to h3, v1 to h2; when h3 fails as well, v0 would have to go to h2, which is full.
    let place = Tightness.Placement(
      failedHosts: ["h0", "h1", "h3"], vm: "v0", size: 10, host: "h2", free: 0)
    #expect(try three.tightest(3, method: .exact) == .placement(place))
  }

  @Test func nothingSurvivesWithoutHosts() throws {
    let problem = try problem(free: [10, 10], sizes: [1], on: [0], totalHosts: 4)
    #expect(try problem.survives(0) && problem.survives(1))
    #expect(try !problem.survives(2) && !problem.survives(3))
    #expect(try problem.tightest(2) == .noHostLeft(live: 2, failures: 2))
    let empty = try self.problem(free: [10, 10], sizes: [], on: [], totalHosts: 4)
    #expect(try empty.survives(2) && !empty.survives(3))
    #expect(throws: PlanningError.failures(5, totalHosts: 4)) { try problem.survives(5) }
    #expect(throws: PlanningError.failures(-1, totalHosts: 4)) { try problem.survives(-1) }
  }

  /// The most failures that are planned for exactly, by hosts: n!/(n-r)! below 3,500.
  @Test(arguments: [
    (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 5), (8, 4), (9, 4), (10, 3), (16, 3),
    (17, 2), (32, 2), (33, -1), (64, -1),
  ])
  func exactUpTo(_ hosts: Int, _ failures: Int) {
    let exact = (0...hosts).filter { PlanMethod.chosen(failures: $0, totalHosts: hosts) == .exact }
    #expect(exact == (failures < 0 ? [] : Array(0...failures)))
  }

  @Test func slotsAreThoseOfTheLargestMachine() throws {
    // Slots 4, 2, 1: the first fails; two machines on the second host, so two are to be restarted.
    let problem = try problem(free: [41, 25, 19], sizes: [10, 4, 4], on: [0, 1, 1])
    let slots = Tightness.Slots(
      vm: "v0", size: 10, failedHosts: ["h0"], slots: 3, needed: 2)
    #expect(try problem.tightest(1, method: .approximate) == .slots(slots))
    #expect(try problem.survives(1, method: .approximate))
    #expect(try !problem.survives(2, method: .approximate))
  }

  @Test func bisectionTrustsThatMoreIsHarder() {
    for limit in 0...9 {
      for most in 0...9 {
        let found = FailureProblem.mostFailures(limit: limit) { $0 <= most }
        #expect(found == min(limit, most))
      }
    }
    // Zero is never asked for.
    #expect(FailureProblem.mostFailures(limit: 5) { _ in false } == 0)
  }

  @Test func identifiersMustStandForOneThing() {
    let host = FailureProblem.Host(id: "a", free: 1)
    let vm = FailureProblem.VM(id: "v", size: 1)
    #expect(throws: PlanningError.duplicate(id: "a")) {
      try FailureProblem(hosts: [host, host], vms: [])
    }
    #expect(throws: PlanningError.duplicate(id: "v")) {
      try FailureProblem(hosts: [host], vms: [vm, vm])
    }
    #expect(throws: PlanningError.unknownHost(id: "b")) {
      try FailureProblem(hosts: [host], vms: [vm], placement: ["v": "b"])
    }
    #expect(throws: PlanningError.unknownVM(id: "w")) {
      try FailureProblem(hosts: [host], vms: [vm], placement: ["w": "a"])
    }
    #expect(throws: PlanningError.hostCount(total: 1, live: 2)) {
      try FailureProblem(
        hosts: [host, FailureProblem.Host(id: "b", free: 1)], vms: [], totalHosts: 1)
    }
    #expect(throws: PlanningError.hostCount(total: 0, live: 0)) {
      try FailureProblem(hosts: [], vms: [])
    }
  }
}
