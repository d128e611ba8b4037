/// How often a run is repeated to measure its time.
public struct Repeats: Hashable, Sendable {
  /// Most repeats.
  public static let most = 100_000

  /// Repeats that are measured, at least.
  public var count: Int
  /// Runs before them that are not.
  public var warmup: Int
  /// What measures them.
  public var clock: TimingClock
  /// More repeats are made until all together took so long, seconds.
  public var leastSeconds: Double

  /// Repeats; at least one.
  public init(
    count: Int, warmup: Int = 0, clock: TimingClock = .user, leastSeconds: Double = 0
  ) {
    precondition(count >= 1 && warmup >= 0 && leastSeconds >= 0, "at least one repeat")
    self.count = count
    self.warmup = warmup
    self.clock = clock
    self.leastSeconds = leastSeconds
  }

  /// Measures `body` again and again.
  ///
  /// Every run, the warm-up's too, must give the same.
  /// - Parameters:
  ///   - expected: what it must give; nil for what the first run gives
  ///   - now: the time, seconds
  ///   - fixedWork: what is done and measured before and after each repeat; nil for nothing
  /// - Throws: ``UnstableRunError`` at the first run that gives something else
  /// - Complexity: O(warm-up + repeats) runs
  public func measure<Result: Equatable>(
    expecting expected: Result? = nil, now: () -> Double, fixedWork: FixedWork? = nil,
    progress: ProgressHandler? = nil, _ body: () throws -> Result
  ) throws -> RepeatTimes {
    var expected = expected
    var times = RepeatTimes()
    var sum = 0.0
    func timed<Value>(_ body: () throws -> Value) rethrows -> (value: Value, seconds: Double) {
      let start = now()
      let value = try body()
      return (value, max(0, now() - start))
    }
    for number in 0..<warmup {
      progress?(number, warmup + count)
      try check(try body(), &expected, "warm-up run \(number + 1)")
    }
    while times.runs.count < count || sum < leastSeconds && times.runs.count < Self.most {
      progress?(warmup + times.runs.count, warmup + total(times.runs.count, sum))
      let before = fixedWork.map { work in timed { work() }.seconds }
      let (result, seconds) = try timed(body)
      let after = fixedWork.map { work in timed { work() }.seconds }
      times.runs.append(seconds)
      sum += seconds
      if let before, let after { times.fixedWork.append((before + after) / 2) }
      try check(result, &expected, "repeat \(times.runs.count)")
    }
    return times
  }

  /// Repeats that there will be, after so many that took so long.
  private func total(_ done: Int, _ sum: Double) -> Int {
    guard leastSeconds > 0, done > 0, sum > 0 else { return count }
    let needed = (leastSeconds / (sum / Double(done))).rounded(.up)
    return max(count, Int(min(needed, Double(Self.most))))
  }

  private func check<Result: Equatable>(
    _ result: Result, _ expected: inout Result?, _ which: String
  ) throws(UnstableRunError) {
    if let expected, expected != result { throw UnstableRunError(run: which) }
    expected = result
  }
}

/// A repeat counted something else than the runs before it.
///
/// Counters follow from the input alone, so this is a fault: of the program, or of the machine.
public struct UnstableRunError: Error, Hashable, CustomStringConvertible {
  /// Which one.
  public var run: String

  /// What is wrong and what to do.
  public var description: String {
    "\(run) counted something else than the runs before it; counters follow from the input alone, "
      + "so the program or the machine's memory is at fault: no time was kept"
  }
}
