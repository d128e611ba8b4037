import Glibc

/// What time is measured by.
public enum TimingClock: String, Sendable, Codable, CaseIterable {
  /// Time that processors spent in the program, outside the kernel: least swayed by other programs.
  case user = "user_cpu"
  /// Time that passed.
  case wall

  /// The name that options use.
  public var option: String { self == .user ? "user" : "wall" }

  /// Runs below so many seconds are too short to measure one by one.
  ///
  /// The kernel parts user from system time by ticks of up to 10 ms.
  public var leastSeconds: Double { self == .user ? 0.05 : 0.001 }

  /// What it is, in a sentence.
  var words: String { self == .user ? "user CPU time" : "time that passed" }

  /// The time now, seconds from an origin of its own.
  public func now() -> Double {
    switch self {
    case .user:
      var usage = rusage()
      guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else {
        preconditionFailure("a process can ask for its own time")
      }
      return Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) * 1e-6
    case .wall:
      var time = timespec()
      guard clock_gettime(CLOCK_MONOTONIC, &time) == 0 else {
        preconditionFailure("every Linux has a monotonic clock")
      }
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
  }
}
