public import XenServer

/// The planner's rules written down once more, as plainly as they can be.
///
/// Names, sets, and every choice spelt out. Slow; for small pools.
public struct PlainPlanner {
  /// Free memory of hosts that count, bytes.
  private var free: [String: Int] = [:]
  /// Agile protected machines and their sizes.
  private var sizes: [String: Int] = [:]
  /// Where they run.
  private var places: [String: String] = [:]
  private var hasNonAgile = false
  /// The least that was left at a restart of those that were looked at.
  public private(set) var leastMargin: Int?

  /// Reads `pool`.
  public init(_ pool: PlannerPool) {
    let live = pool.hosts.filter { $0.isEnabled && $0.isLive }.map(\.id).sorted()
    for host in pool.hosts where live.contains(host.id) {
      let used = pool.vms.filter { $0.host == host.id }.map { vm in
        vm.shape.staticMaxBytes + (vm.recordedOverheadBytes ?? pool.model.overheadBytes(vm.shape))
      }
      free[host.id] = max(0, host.memoryTotalBytes - host.memoryOverheadBytes - used.reduce(0, +))
    }
    for vm in pool.vms.sorted(by: { $0.id < $1.id }) {
      guard vm.restartPriority == .restart, vm.isAlwaysRun, !vm.isControlDomain else { continue }
      let mebibytes = vm.shape.staticMaxMiB + pool.model.overheadMiB(vm.shape, for: .admission)
      let isRunning = vm.host.map { live.contains($0) } ?? false
      if let bound = vm.boundHosts {
        hasNonAgile = true
        if !isRunning, let host = live.first(where: { bound.contains($0) }) {
          free[host, default: 0] -= mebibytes << 20
        }
      } else {
        sizes[vm.id] = mebibytes << 20
        if isRunning { places[vm.id] = vm.host }
      }
    }
  }

  /// The status for `failures`, by trying everything.
  public mutating func status(failures: Int) -> PoolPlan.Status {
    leastMargin = nil
    let waiting = sizes.keys.filter { places[$0] == nil }
    var unused: Int?
    guard Self.restart(waiting, sizes, &free, &places, &unused) else { return .none }
    let good: PoolPlan.Status = hasNonAgile ? .excludingNonAgile : .forAll
    if failures == 0 { return good }
    guard free.count >= failures else { return .none }
    if free.count == failures { return sizes.isEmpty ? good : .none }
    var survives = true
    for choice in Self.choices(of: failures, from: free.keys.sorted()) {
      for order in Self.orders(of: choice) where !simulate(order) { survives = false }
    }
    return survives ? good : .none
  }

  /// Whether for every choice of hosts that fail there is any way at all to place their machines on
  /// the others: what no planner can better.
  public func hasPacking(failures: Int) -> Bool {
    var (free, places) = (free, places)
    let waiting = sizes.keys.filter { places[$0] == nil }
    var unused: Int?
    guard Self.restart(waiting, sizes, &free, &places, &unused) else { return false }
    return Self.choices(of: failures, from: free.keys.sorted()).allSatisfy { failed in
      let moved = places.filter { failed.contains($0.value) }.keys
        .map { sizes[$0, default: 0] }.sorted(by: >)
      return Self.packs(moved[...], free.filter { !failed.contains($0.key) }.map(\.value))
    }
  }

  private mutating func simulate(_ order: [String]) -> Bool {
    var (free, places) = (free, places)
    for host in order {
      free[host] = nil
      let moved = places.filter { $0.value == host }.map(\.key)
      for vm in moved { places[vm] = nil }
      guard Self.restart(moved, sizes, &free, &places, &leastMargin) else { return false }
    }
    return true
  }

  /// Places machines, the largest first, equals by name; sorts the hosts anew for each.
  private static func restart(
    _ vms: [String], _ sizes: [String: Int], _ free: inout [String: Int],
    _ places: inout [String: String], _ margin: inout Int?
  ) -> Bool {
    for vm in vms.sorted(by: { (-sizes[$0, default: 0], $0) < (-sizes[$1, default: 0], $1) }) {
      let size = sizes[vm, default: 0]
      guard let best = free.sorted(by: { (-$0.value, $0.key) < (-$1.value, $1.key) }).first
      else { return false }
      margin = min(margin ?? .max, best.value - size)
      if best.value < size { return false }
      free[best.key] = best.value - size
      places[vm] = best.key
    }
    return true
  }

  private static func packs(_ sizes: ArraySlice<Int>, _ free: [Int]) -> Bool {
    guard let size = sizes.first else { return true }
    return free.indices.contains { host in
      guard free[host] >= size else { return false }
      var rest = free
      rest[host] -= size
      return packs(sizes.dropFirst(), rest)
    }
  }

  private static func choices(of count: Int, from hosts: [String]) -> [[String]] {
    if count == 0 { return [[]] }
    return hosts.indices.flatMap { index in
      choices(of: count - 1, from: Array(hosts[(index + 1)...])).map { [hosts[index]] + $0 }
    }
  }

  private static func orders(of hosts: [String]) -> [[String]] {
    if hosts.isEmpty { return [[]] }
    return hosts.flatMap { first in
      orders(of: hosts.filter { $0 != first }).map { [first] + $0 }
    }
  }
}
