import Bench
import GuestModel
import Synchronization

/// Work of a known length: numbers of the generator, no memory, no system call.
///
/// It stands for a slowdown, so it must be counted as what it is: reading a clock would be time in
/// the kernel, and waiting for one would do less on a busy processor.
struct Spin {
  /// What the last work came to: each begins with it, so none can be left out or done before.
  private static let state = Atomic<UInt64>(1)

  /// Numbers that are made.
  var count: Int

  func callAsFunction() {
    var generator = SeededGenerator(seed: Self.state.load(ordering: .relaxed))
    var sum: UInt64 = 0
    for _ in 0..<count { sum ^= generator.next() }
    Self.state.store(sum, ordering: .relaxed)
  }

  /// Work that takes `seconds` of user CPU time, by how long a known amount takes now.
  init(seconds: Double) {
    let sample = Spin(count: 20_000_000)
    let times = (0..<5).map { _ in
      let start = TimingClock.user.now()
      sample()
      return TimingClock.user.now() - start
    }.sorted()
    count = max(1, Int(Double(sample.count) * seconds / max(times[2], 1e-3)))
  }

  init(count: Int) { self.count = count }
}

/// Two series of repeats of the same run, measured in turns.
struct Pair {
  /// Seconds of the old.
  var old: [Double] = []
  /// Seconds of the new.
  var new: [Double] = []

  /// Measures `count` repeats of each; old first and new first in turns.
  /// - Parameter spin: what the new does besides, inside what is measured
  init(_ run: RepeatedRun, count: Int, spin: Spin?) throws {
    let once = Repeats(count: 1)
    for number in 0..<count {
      let first = number % 2 == 0 ? nil : spin
      let second = number % 2 == 0 ? spin : nil
      let times = [try Self.time(run, once, first), try Self.time(run, once, second)]
      old.append(times[number % 2])
      new.append(times[1 - number % 2])
    }
  }

  private static func time(_ run: RepeatedRun, _ once: Repeats, _ spin: Spin?) throws -> Double {
    try once.measure(now: once.clock.now) {
      let point = try run()
      spin?()
      return point
    }[0]
  }
}
