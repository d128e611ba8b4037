import Foundation
import Synchronization
import XenControl

/// Ctrl-C, as the end of a wait instead of the program's.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether the program was told to end.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Takes Ctrl-C, the request to end and the terminal's end from now on.
  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
    }
  }

  /// The machine's clock, whose waits Ctrl-C ends within a tenth of a second.
  /// - Parameter rest: waits at most so many seconds
  static func clock(
    _ rest: @escaping @Sendable (Double) -> Void = { usleep(UInt32($0 * 1_000_000)) }
  ) -> HostWatch.Clock {
    HostWatch.Clock(now: { ProcessInfo.processInfo.systemUptime }) { seconds in
      let end = ProcessInfo.processInfo.systemUptime + seconds
      while !isRequested {
        let left = end - ProcessInfo.processInfo.systemUptime
        if left <= 0 { return true }
        rest(min(left, 0.1))
      }
      return false
    }
  }
}
