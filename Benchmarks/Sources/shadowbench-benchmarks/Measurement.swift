import Glibc
import GuestModel

/// This process's CPU time, nanoseconds.
func cpuTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Times of one unit of work in nanoseconds, one for each pass.
struct Times {
  var samples: [Double] = []

  var least: Double { samples.min() ?? 0 }
  var most: Double { samples.max() ?? 0 }
  var median: Double {
    let sorted = samples.sorted()
    let middle = sorted.count / 2
    if sorted.isEmpty { return 0 }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// What running a case gave.
struct Outcome {
  let name: String
  let unit: Unit
  /// Units in one pass.
  var unitsPerPass = 0
  var model = Times()
  /// Nil where the C reference does not know the paging mode.
  var reference: Times?
  /// Whether every pass of the two counted the same.
  var agrees = true
  var checksum: UInt64 = 0
  var ratioOfMedians: Double? { reference.map { model.median / $0.median } }
}

extension Case {
  /// Runs the model and the C reference in turn, `pairs` times after one pass to warm up.
  func measure(pairs: Int) -> Outcome {
    var outcome = Outcome(name: name, unit: unit)
    let guest = processes.build()
    var setUp = Stream()
    self.setUp(&setUp, guest)
    var stream = Stream()
    fill(&stream, guest, self)
    let model = ModelEngine(configuration, memory: guest.memory.copy())
    var reference: ReferenceEngine?
    if hasReference {
      reference = ReferenceEngine(configuration, memory: guest.memory)
      outcome.reference = Times()
    }
    model.run(setUp)
    model.run(stream)
    reference?.run(setUp)
    reference?.run(stream)
    for _ in 0..<pairs {
      let (time, work) = pass(model, stream)
      outcome.unitsPerPass = work.units(unit)
      outcome.model.samples.append(time)
      guard let reference else { continue }
      let (referenceTime, referenceWork) = pass(reference, stream)
      outcome.reference?.samples.append(referenceTime)
      if referenceWork != work { outcome.agrees = false }
    }
    outcome.checksum = model.checksum
    return outcome
  }

  /// Runs the stream as often as a pass asks for: nanoseconds a unit, and what was counted.
  private func pass(_ engine: some Engine, _ stream: borrowing Stream) -> (Double, Tally) {
    let before = engine.tally
    let start = cpuTime()
    for _ in 0..<rounds { engine.run(stream) }
    let time = cpuTime() - start
    let work = engine.tally - before
    return (time / Double(max(1, work.units(unit))), work)
  }

  /// Runs one engine alone, for an instruction counter around the program; gives the units done.
  func runAlone(reference: Bool) -> Int {
    let guest = processes.build()
    var setUp = Stream()
    self.setUp(&setUp, guest)
    var stream = Stream()
    fill(&stream, guest, self)
    func work(_ engine: some Engine) -> Int {
      engine.run(setUp)
      engine.run(stream)
      return pass(engine, stream).1.units(unit)
    }
    return reference
      ? work(ReferenceEngine(configuration, memory: guest.memory))
      : work(ModelEngine(configuration, memory: guest.memory.copy()))
  }
}
