public import ArgumentParser
public import Bench

extension TimingClock: ExpressibleByArgument {
  /// The clock that `user` or `wall` names.
  public init?(argument: String) {
    guard let clock = TimingClock.allCases.first(where: { $0.option == argument }) else {
      return nil
    }
    self = clock
  }

  /// What may be given.
  public static var allValueStrings: [String] { allCases.map(\.option) }
  /// What is shown as the default.
  public var defaultValueDescription: String { option }
}

/// How often a run is repeated to measure its time.
struct RepeatOptions: ParsableArguments {
  @Option(
    name: .customLong("repeats"),
    help: ArgumentHelp("Repeat the run to measure its time.", valueName: "n"))
  var count: Int?

  @Option(help: ArgumentHelp("Runs before them that are not measured.", valueName: "n"))
  var warmup: Int?

  @Option(help: "What measures: user CPU time, or time that passed. (default: user)")
  var clock: TimingClock?

  @Option(
    help: ArgumentHelp(
      "More repeats until all together took so long.", valueName: "seconds"))
  var minTime: Double?

  func validate() throws {
    if let count, !(1...Repeats.most).contains(count) {
      throw ValidationError("--repeats is \(count), must be 1 to \(Repeats.most)")
    }
    if let warmup, !(0...Repeats.most).contains(warmup) {
      throw ValidationError("--warmup is \(warmup), must be 0 to \(Repeats.most)")
    }
    if let minTime, !(minTime >= 0 && minTime <= 86_400) {
      throw ValidationError("--min-time is \(minTime), must be 0 to 86400 seconds")
    }
    guard count == nil, warmup != nil || clock != nil || minTime != nil else { return }
    throw ValidationError("--warmup, --clock and --min-time need --repeats")
  }

  /// The repeats; nil when none were asked for.
  var repeats: Repeats? {
    count.map {
      Repeats(
        count: $0, warmup: warmup ?? 0, clock: clock ?? .user, leastSeconds: minTime ?? 0)
    }
  }
}
