import PlannerSupport
import XenServer

/// Checks the planner at length: `planner-check POOLS` compares it with trying everything,
/// `planner-check --time HOSTS VMS` times it, and fails when it takes a second.
@main
struct PlannerCheck {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.compactMap(Int.init)
    if arguments.first == "--time", numbers.count == 2, numbers[0] > 0, numbers[1] > 0 {
      try time(hosts: numbers[0], vms: numbers[1])
    } else if arguments.count == 1, numbers.count == 1, numbers[0] > 0 {
      try compare(pools: numbers[0])
    } else {
      throw UsageError()
    }
  }

  private static func compare(pools: Int) throws {
    var comparison = PlannerComparison()
    for seed in 0..<pools {
      var random = RandomPool(seed: seed)
      let wrong = try comparison.compare(random.small())
      guard wrong.isEmpty else { throw Difference(seed: seed, lines: wrong) }
    }
    print(
      """
      \(pools) pools, \(comparison.questions) questions, \(comparison.plans) plans: all as by trying \
      everything
      \(comparison.missedPackings) times no plan although the machines would fit somehow
      \(comparison.approximateDenials) times the approximate method denies what the exact one finds
      """)
  }

  private static func time(hosts: Int, vms: Int) throws {
    var random = RandomPool(seed: 1)
    let pool = random.large(hosts: hosts, vms: vms)
    let clock = ContinuousClock()
    var most = 0
    let elapsed = try clock.measure { most = try PoolPlanner(pool).mostFailures() }
    print("\(hosts) hosts, \(vms) machines: \(most) failures tolerated, found in \(elapsed)")
    guard elapsed < .seconds(1) else { throw TooSlow(elapsed: elapsed) }
    let all = Set(pool.vms.map(\.id))
    var isLost = false
    let change = try clock.measure {
      isLost = try WhatIf(pool, edits: [.multiplier(4, vms: all)]).isPlanLost
    }
    print("multiplier 4 on all of them, all operations asked: plan lost \(isLost), in \(change)")
  }
}

struct UsageError: Error {}

/// A plan that took longer than it may.
struct TooSlow: Error {
  var elapsed: Duration
}

/// A pool on which the planner and trying everything differ.
struct Difference: Error {
  var seed: Int
  var lines: [String]
}
