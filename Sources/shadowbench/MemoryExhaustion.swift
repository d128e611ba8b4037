import Foundation
import Glibc
import GuestModel

/// Ends the program in words, with the exit code of an environment that does not allow what was
/// asked for, when there is no memory left (`ulimit -v`).
///
/// The model's buffers say so themselves. Everywhere else, in the standard library and in the
/// libraries of C, a failed allocation is a trap: a trap while the kernel refuses even a little
/// more memory is taken for one, and any other ends the program as it would have.
enum MemoryExhaustion {
  /// Signals that a failed allocation ends in.
  private static let traps = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS]

  /// Address space that the program needs before it does anything, bytes: stacks and arenas of
  /// threads, of which the system's libraries wait for ever where there is no room.
  private static let leastBytes = 192 << 20

  /// Sets both up; called once, before there is a second thread.
  static func watch() {
    let room = mmap(
      nil, leastBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    if room == MAP_FAILED {
      Console.writeError(
        "shadowbench: error: out of memory: there are not even \(leastBytes >> 20) MiB of address "
          + "space; raise the limit (ulimit -v)\n")
      _exit(Failure.Code.environment)
    }
    munmap(room, leastBytes)
    LargeMemory.whenExhausted = { bytes in
      Console.writeError(
        "shadowbench: error: out of memory: \(max(1, bytes >> 20)) MiB more are needed; raise the "
          + "limit (ulimit -v) or ask for smaller sizes\n")
      _exit(Failure.Code.environment)
    }
    for number in traps {
      _ = SignalAction.set(number) { number, _, _ in
        // Nothing here allocates: only what is safe in a signal handler is called.
        let probe = mmap(
          nil, 1 << 28, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        if probe == MAP_FAILED {
          let message: StaticString = """
            shadowbench: error: out of memory: most likely, since less than 256 MiB of address \
            space are left; raise the limit (ulimit -v) or ask for less

            """
          _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
          _exit(3)
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
