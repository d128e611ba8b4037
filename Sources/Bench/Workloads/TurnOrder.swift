import GuestModel

/// Decides which process has which turn of a second.
///
/// Every active process has at least one, so that what it touches can be spread over its turns.
struct TurnOrder {
  private let schedule: WorkloadFile.Schedule
  private let perUser: Int
  private var next = 0

  init(_ file: WorkloadFile) {
    schedule = file.activity.schedule
    perUser = file.processes.perUser?.rounded ?? 1
  }

  /// The process of each of `count` turns.
  mutating func turns(
    _ count: Int, of active: [Int], generator: inout SeededGenerator
  ) -> [Int] {
    let sorted = active.sorted()
    switch schedule {
    case .roundRobin:
      return roundRobin(count, sorted)
    case .single:
      return single(count, sorted)
    case .random:
      let order = bursts(count, sorted, &generator)
      return Self.cover(order, sorted, &generator)
    case .hot:
      let hot = max(1, sorted.count / 10)
      let order = (0..<count).map { _ in
        generator.below(10) == 0
          ? sorted[generator.below(sorted.count)] : sorted[generator.below(hot)]
      }
      return Self.cover(order, sorted, &generator)
    case .tree:
      return Self.cover(tree(count, sorted, &generator), sorted, &generator)
    }
  }

  private mutating func roundRobin(_ count: Int, _ active: [Int]) -> [Int] {
    // Where the last second stopped, also if other processes are active now.
    var place = active.firstIndex { $0 >= next } ?? 0
    var order: [Int] = []
    order.reserveCapacity(count)
    for _ in 0..<count {
      order.append(active[place])
      place = place + 1 == active.count ? 0 : place + 1
    }
    next = active[place]
    return order
  }

  private func single(_ count: Int, _ active: [Int]) -> [Int] {
    (0..<count).map { turn in
      guard turn & 1 == 1, active.count > 1 else { return active[0] }
      return active[1 + turn / 2 % (active.count - 1)]
    }
  }

  /// A user at random, then one to seven turns among that user's active processes.
  private func bursts(
    _ count: Int, _ active: [Int], _ generator: inout SeededGenerator
  ) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(count)
    while order.count < count {
      let one = active[generator.below(active.count)]
      let user = one / perUser
      let own = active.filter { perUser > 1 && $0 / perUser == user }
      guard own.count > 1 else {
        order.append(one)
        continue
      }
      for _ in 0..<min(count - order.count, 1 + generator.below(7)) {
        order.append(own[generator.below(own.count)])
      }
    }
    return order
  }

  /// A process at random, then the active ones above it: three children to each.
  private func tree(
    _ count: Int, _ active: [Int], _ generator: inout SeededGenerator
  ) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(count)
    while order.count < count {
      var place = generator.below(active.count)
      order.append(active[place])
      for _ in 0..<2 where place > 0 && order.count < count {
        place = (place - 1) / 3
        order.append(active[place])
      }
    }
    return order
  }

  /// Gives a turn to each active process that has none, taken from one that has several.
  private static func cover(
    _ turns: [Int], _ active: [Int], _ generator: inout SeededGenerator
  ) -> [Int] {
    var turns = turns
    var counts: [Int: Int] = [:]
    for process in turns { counts[process, default: 0] += 1 }
    for process in active where counts[process] == nil {
      var place = generator.below(turns.count)
      while counts[turns[place], default: 0] < 2 { place = (place + 1) % turns.count }
      counts[turns[place], default: 0] -= 1
      turns[place] = process
      counts[process] = 1
    }
    return turns
  }
}
