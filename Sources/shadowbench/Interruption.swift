import Foundation
import Synchronization
import XenControl

/// What asks the program to end from outside: ^C, a request to end, the terminal's end.
///
/// This is the program's only handling of signals. While they are taken they are counted, and whoever
/// works asks: sessions are ended, domains are put right, what was done is said.
enum Interruption {
  /// The signals that end a program unless it takes them.
  private static let endings = [
    SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2,
  ]
  private static let count = Atomic<Int>(0)

  /// How many came.
  static var presses: Int { count.load(ordering: .relaxed) }

  /// Whether the program was told to end.
  static var isRequested: Bool { presses > 0 }

  /// Takes the signals from now on.
  static func watch() { _ = take() }

  /// Takes the signals while `body` works; afterwards they do what they did before.
  static func during<R>(_ body: () throws -> R) rethrows -> R {
    let former = take()
    defer { former.forEach { $0.giveBack() } }
    return try body()
  }

  private static func take() -> [SignalAction] {
    // Made now, since a handler must not be the first to need it.
    _ = presses
    return endings.compactMap { number in
      SignalAction.set(number) { number, information, _ in
        // A write to what nobody reads sends it to the writer, who sees the error as well.
        let sender = information?.pointee._sifields._kill.si_pid
        if number == SIGPIPE, sender == getpid() { return }
        Interruption.count.add(1, ordering: .relaxed)
      }
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
