/// Tries every sequence of failing hosts, restarting after each what has failed.
///
/// Sequences with the same beginning share it: they are the paths of a tree, walked depth first.
struct ExactSearch {
  /// The restart with the least margin so far.
  private(set) var tightest: Tightness.Placement?

  private let problem: FailureProblem
  private let stopsAtFirstFailure: Bool
  private var free: [Int]
  private var isAlive: [Bool]
  /// Machines on each host, by position.
  private var residents: [[Int]]
  private var failed: [Int] = []
  private var leastMargin = Int.max

  /// A search.
  /// - Parameter stopsAtFirstFailure: false finds the least margin of all
  init(_ problem: FailureProblem, stopsAtFirstFailure: Bool) {
    self.problem = problem
    self.stopsAtFirstFailure = stopsAtFirstFailure
    free = problem.hosts.map(\.free)
    isAlive = problem.hosts.map { _ in true }
    residents = problem.hosts.map { _ in [] }
    for (vm, host) in problem.placement.enumerated() {
      if let host { residents[host].append(vm) }
    }
  }

  /// Whether all machines can be restarted after each of `failures` more failures.
  /// - Complexity: O(n! / (n - r)! · machines on a host · n)
  mutating func survives(_ failures: Int) -> Bool {
    guard failures > 0 else { return true }
    var survivesAll = true
    for host in isAlive.indices where isAlive[host] {
      isAlive[host] = false
      failed.append(host)
      let waiting = residents[host].sorted()
      let moves = restart(waiting)
      let survived = moves.all && survives(failures - 1)
      for (vm, target) in zip(waiting, moves.targets).reversed() {
        residents[target].removeLast()
        free[target] += problem.vms[vm].size
      }
      failed.removeLast()
      isAlive[host] = true
      if !survived {
        survivesAll = false
        if stopsAtFirstFailure { return false }
      }
    }
    return survivesAll
  }

  /// Puts machines, the largest first, each on the host with most free, until one does not fit.
  private mutating func restart(_ vms: [Int]) -> (targets: [Int], all: Bool) {
    var targets: [Int] = []
    for vm in vms {
      let size = problem.vms[vm].size
      guard let target = roomiest() else { return (targets, false) }
      let margin = free[target] - size
      if margin < leastMargin {
        leastMargin = margin
        tightest = Tightness.Placement(
          failedHosts: failed.map { problem.hosts[$0].id }, vm: problem.vms[vm].id, size: size,
          host: problem.hosts[target].id, free: free[target])
      }
      guard margin >= 0 else { return (targets, false) }
      free[target] = margin
      residents[target].append(vm)
      targets.append(target)
    }
    return (targets, true)
  }

  private func roomiest() -> Int? {
    var best: Int?
    for host in free.indices where isAlive[host] {
      if let known = best, free[known] >= free[host] { continue }
      best = host
    }
    return best
  }
}
