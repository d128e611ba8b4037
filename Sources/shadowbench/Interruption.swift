import Foundation
import Synchronization
import XenControl

/// What asks the program to end from outside: ^C, a request to end, the terminal's end.
///
/// This is the program's only handling of signals. While they are taken they are counted, and
/// whoever works asks: sessions are ended, domains are put right, what was done is said.
enum Interruption {
  /// The signals that end a program unless it takes them.
  private static let endings = [
    SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2,
  ]
  private static let count = Atomic<Int>(0)
  private static let first = Atomic<Int32>(0)

  /// How many came.
  static var presses: Int { count.load(ordering: .relaxed) }

  /// Whether the program was told to end.
  static var isRequested: Bool { presses > 0 }

  /// Takes the signals while `body` works; afterwards they do what they did before.
  static func during<R>(_ body: () throws -> R) rethrows -> R {
    let former = take()
    defer { former.forEach { $0.giveBack() } }
    return try body()
  }

  /// Takes the signals while `body` works.
  ///
  /// One that came, or that a closed pipe sent, ends the program
  /// when `body` has put right what it changed, and as it would have: whoever started it sees that.
  static func endingBySignal(_ body: () throws -> Void) throws {
    let former = take()
    do {
      try body()
    } catch {
      let number = first.load(ordering: .relaxed)
      // That nobody reads any more is what the signal says.
      let isClosed = number == SIGPIPE && error is EnvironmentError
      if number != 0, !isClosed, let message = Failure.message(of: error) {
        Console.writeError("shadowbench: error: \(message)\n")
      }
      endIfTold()
      former.forEach { $0.giveBack() }
      throw error
    }
    endIfTold()
    former.forEach { $0.giveBack() }
  }

  private static func endIfTold() {
    let number = first.load(ordering: .relaxed)
    guard number != 0 else { return }
    signal(number, SIG_DFL)
    kill(getpid(), number)
    exit(128 + number)
  }

  private static func take() -> [SignalAction] {
    // Made now, since a handler must not be the first to need it.
    _ = (presses, first.load(ordering: .relaxed))
    return endings.compactMap { number in
      SignalAction.set(number) { number, information, _ in
        // A write to what nobody reads sends it to the writer, who sees the error as well.
        _ = Interruption.first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
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
