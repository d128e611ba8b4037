/// Which root loads of an address space belong together, and how long each such visit is.
///
/// A process that is interrupted, or that wakes another one, goes on where it was: a root load of
/// an address space that was loaded a few loads before is the same visit.
struct TraceVisits {
  /// A stay of an address space on the processor.
  struct Visit {
    /// Faults that were fixed.
    var faults: Int32 = 0
    /// Guest time, cycles.
    var time: UInt64 = 0
  }

  /// The visit of each root load, in the trace's order.
  private(set) var numbers: [Int32] = []
  private(set) var visits: [Visit] = []
  /// Guest time that goes with a fault beyond what a hit takes, cycles.
  private(set) var faultTime = 0.0

  /// Root loads after which an address space's next one is another visit.
  private static let interruption = 8

  /// - Parameter root: the address in a value of CR3
  init(_ steps: [TraceStep], vcpus: Int, root: (UInt64) -> UInt64) {
    var last: [UInt64: (visit: Int32, load: Int)] = [:]
    var current = [(visit: Int32, began: UInt64)?](repeating: nil, count: vcpus)
    for step in steps {
      let vcpu = Int(step.vcpu)
      guard step.kind == .rootLoad else {
        if step.kind == .fixup, let now = current[vcpu] { visits[Int(now.visit)].faults += 1 }
        continue
      }
      if let now = current[vcpu], step.guestCycles > now.began {
        visits[Int(now.visit)].time += step.guestCycles - now.began
      }
      let address = root(step.address)
      var visit = Int32(visits.count)
      if let known = last[address], numbers.count - known.load <= Self.interruption {
        visit = known.visit
      } else {
        visits.append(Visit())
      }
      last[address] = (visit, numbers.count)
      numbers.append(visit)
      current[vcpu] = (visit, step.guestCycles)
    }
    faultTime = slope()
  }

  /// Time per fault: the median over pairs of visits half the trace apart.
  private func slope() -> Double {
    let half = visits.count / 2
    var slopes: [Double] = []
    for index in 0..<half {
      let (one, two) = (visits[index], visits[index + half])
      let faults = Double(two.faults - one.faults)
      guard abs(faults) >= Self.leastDifference else { continue }
      slopes.append((Double(two.time) - Double(one.time)) / faults)
    }
    slopes.sort()
    return slopes.isEmpty ? 0 : max(0, slopes[slopes.count / 2])
  }

  /// Faults by which two visits must differ to tell what a fault takes.
  private static let leastDifference = 10.0

  /// Guest time of a visit without what its faults take.
  func length(_ visit: Int32) -> Double {
    let visit = visits[Int(visit)]
    return Double(visit.time) - faultTime * Double(visit.faults)
  }

  func faults(_ visit: Int32) -> Int { Int(visits[Int(visit)].faults) }
}

/// What an address space touched in a visit that found its shadows given up.
struct ColdVisit {
  let visit: Int32
  /// Pages, in the order in which they faulted.
  var pages: [UInt64] = []
}
