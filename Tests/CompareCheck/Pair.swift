import Bench

/// Two series of repeats of the same run.
struct Pair {
  /// How they are measured.
  enum Order {
    /// One repeat of each by turns.
    case inTurns
    /// All of the old, then all of the new, as two calls of the command.
    case oneAfterTheOther
  }

  /// What the old took.
  var old = RepeatTimes()
  /// What the new took.
  var new = RepeatTimes()

  /// Measures `count` repeats of each; in turns old first and new first alternate.
  /// - Parameter extra: what the new does besides, inside what is measured
  init(_ run: RepeatedRun, count: Int, order: Order, extra: FixedWork?) throws {
    switch order {
    case .inTurns:
      for number in 0..<count {
        let isOldFirst = number % 2 == 0
        let first = try Self.times(run, 1, isOldFirst ? nil : extra)
        let second = try Self.times(run, 1, isOldFirst ? extra : nil)
        old.append(isOldFirst ? first : second)
        new.append(isOldFirst ? second : first)
      }
    case .oneAfterTheOther:
      old = try Self.times(run, count, nil)
      new = try Self.times(run, count, extra)
    }
  }

  private static func times(
    _ run: RepeatedRun, _ count: Int, _ extra: FixedWork?
  ) throws -> RepeatTimes {
    let repeats = Repeats(count: count)
    return try repeats.measure(now: repeats.clock.now, fixedWork: .standard) {
      let point = try run()
      extra?()
      return point
    }
  }
}

extension RepeatTimes {
  /// Puts other times after these.
  mutating func append(_ other: RepeatTimes) {
    runs += other.runs
    fixedWork += other.fixedWork
  }
}
