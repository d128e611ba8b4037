import Dispatch
import Glibc
import Synchronization

/// ^C and SIGTERM as something that can be asked about, so that sessions are ended and what was done
/// is said.
///
/// The first ends what only reads; a change that is under way is waited for. The second ends that too.
public final class Interruption: Sendable {
  private let count = Atomic<Int>(0)
  private let sources = Mutex<[Source]>([])

  /// Kept alive, and not otherwise used after its start.
  private struct Source: @unchecked Sendable {
    let source: any DispatchSourceSignal
  }

  /// Nothing has been pressed yet.
  public init() {}

  /// Takes the signals over for as long as the process lives.
  public func listen() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in raise() }
      source.resume()
      sources.withLock { $0.append(Source(source: source)) }
    }
  }

  /// As if it had been pressed.
  public func raise() { count.add(1, ordering: .relaxed) }

  /// How many times.
  public var presses: Int { count.load(ordering: .relaxed) }
}
