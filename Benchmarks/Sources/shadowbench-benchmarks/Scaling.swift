import GuestModel
import ShadowModel

/// How the model's time grows with a guest, and with the number of pool sizes in one pass.
///
/// The guest is always of the same kind: 64-bit, every entry present, accessed and dirty, its
/// processes run in turn. A turn is a root load and a read of every 32nd page of each leaf table,
/// so that without shadows each one faults and prefetches the 31 entries that follow it.
enum Scaling {
  /// One measured point.
  struct Point {
    /// What grows.
    let parameter: Int
    /// Of one round, in which as many turns are taken as there are processes, nanoseconds.
    let time: Double
    let turns: Int
    let accesses: Int
    /// At the smallest size, where there are several.
    let fixedFaults: Int
  }

  /// Points that differ in one parameter only.
  struct Series {
    let name: String
    var points: [Point] = []
    /// The same work by a run of its own at the smallest size, nanoseconds a round.
    var single: Double?
  }

  /// What is plotted together.
  struct Group {
    let title: String
    let parameterName: String
    let series: [Series]
  }

  /// The order in which processes run.
  enum Order {
    case circle
    case random
  }

  /// Times of a point; the median counts.
  private static let repetitions = 5
  /// A time is of as many rounds as take this long, nanoseconds.
  private static let leastTime = 3e7

  /// Measures everything; takes less than a minute.
  static func report() -> String {
    [processes(), leaves(), sizes()].map(text).joined(separator: "\n\n")
  }

  private static func processes() -> Group {
    let counts = [10, 30, 100, 300, 1000, 3000, 10_000]
    return Group(
      title: "Processes grow: 4 leaf tables each, 64 accesses a turn", parameterName: "processes",
      series: pools { isRoomy in
        counts.map { run(parameter: $0, guest(processes: $0, leaves: 4, isRoomy: isRoomy)) }
      })
  }

  private static func leaves() -> Group {
    let counts = [1, 2, 4, 8, 16, 32, 64, 128]
    return Group(
      title: "Leaf tables of each of 100 processes grow: 16 accesses each a turn",
      parameterName: "leaf tables",
      series: pools { isRoomy in
        counts.map { run(parameter: $0, guest(processes: 100, leaves: $0, isRoomy: isRoomy)) }
      })
  }

  private static func pools(_ points: (_ isRoomy: Bool) -> [Point]) -> [Series] {
    [
      Series(name: "too small a pool, for a quarter of the processes", points: points(false)),
      Series(name: "roomy, all is shadowed", points: points(true)),
    ]
  }

  private static func sizes() -> Group {
    Group(
      title: "Sizes in one pass grow: 100 processes of 4 leaf tables, "
        + "pools from a quarter of what is needed to a quarter more than that",
      parameterName: "sizes",
      series: [
        sweeps("in a circle: all pools that are too small miss alike", .circle),
        sweeps("in random order: each pool misses other turns", .random),
      ])
  }

  /// A guest of `count` processes in turn, as a case.
  private static func guest(
    processes count: Int, leaves: Int, isRoomy: Bool, order: Order = .circle
  ) -> Case {
    Case(
      name: "scaling", unit: .access,
      processes: .filled(.fourLevel, count: count, leaves: leaves),
      residentProcesses: isRoomy ? nil : max(2, count / 4), rounds: 1, smokeChecksum: 0
    ) { stream, guest, `case` in
      var random = SeededGenerator(seed: 3)
      for number in guest.roots.indices {
        let turn = order == .circle ? number : random.below(guest.roots.count)
        stream.append(.loadRoot(guest.roots[turn]))
        for leaf in 0..<`case`.processes.leaves {
          let address = `case`.processes.address(ofLeaf: leaf)
          for index in stride(from: 0, to: 512, by: 32) {
            stream.append(.access(address + UInt64(index) << 12, .user))
          }
        }
      }
    }
  }

  /// Times a run of a case.
  private static func run(parameter: Int, _ `case`: Case) -> Point {
    let guest = `case`.processes.build()
    var setUp = Stream()
    `case`.setUp(&setUp, guest)
    var stream = Stream()
    `case`.fill(&stream, guest, `case`)
    let roots = guest.roots.count
    let engine = ModelEngine(`case`.configuration, memory: guest.memory)
    engine.run(setUp)
    engine.run(stream)
    let before = engine.tally
    engine.run(stream)
    let work = engine.tally - before
    let time = median { engine.run(stream) }
    return Point(
      parameter: parameter, time: time, turns: roots, accesses: work.accesses,
      fixedFaults: work.fixed)
  }

  /// Times passes over 1 to 64 sizes, and one run of its own at the smallest.
  private static func sweeps(_ name: String, _ order: Order) -> Series {
    let small = guest(processes: 100, leaves: 4, isRoomy: false, order: order)
    let single = run(parameter: 1, small)
    var result = Series(name: name, single: single.time)
    let guest = small.processes.build()
    var setUp = Stream()
    small.setUp(&setUp, guest)
    var stream = Stream()
    small.fill(&stream, guest, small)
    let need = small.processes.pagesOfEach * small.processes.count
    let least = small.configuration.allocationPages
    for count in [1, 2, 4, 8, 16, 32, 64] {
      let allocations = (0..<count).map { least + need * $0 / max(1, count - 1) }
      let sweep = ShadowSweep(
        configuration: small.configuration, allocations: allocations, memory: guest.memory.copy())
      for block in setUp.blocks { sweep.execute(block.pointee) }
      for block in stream.blocks { sweep.execute(block.pointee) }
      let faults = sweep.counters(at: 0)[.faultFixed]
      for block in stream.blocks { sweep.execute(block.pointee) }
      let fixed = sweep.counters(at: 0)[.faultFixed] - faults
      precondition(fixed == single.fixedFaults, "one pass counts as a run of its own does")
      let time = median { for block in stream.blocks { sweep.execute(block.pointee) } }
      precondition(sweep.dropped == 0, "one pass is possible")
      result.points.append(
        Point(
          parameter: count, time: time, turns: single.turns, accesses: single.accesses,
          fixedFaults: fixed))
    }
    return result
  }

  /// The CPU time of one round: the median of several times, each of enough rounds.
  private static func median(_ round: () -> Void) -> Double {
    let first = cpuTime()
    round()
    let rounds = max(1, Int((leastTime / max(1, cpuTime() - first)).rounded(.up)))
    var times = Times()
    for _ in 0..<repetitions {
      let start = cpuTime()
      for _ in 0..<rounds { round() }
      times.samples.append((cpuTime() - start) / Double(rounds))
    }
    return times.median
  }
}
