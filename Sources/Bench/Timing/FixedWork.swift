import GuestModel
import Synchronization

/// The same work every time: numbers of the generator, no memory, no system call.
///
/// How long it takes tells how fast the machine is at the moment, whatever the program that is
/// measured does. It keeps a processor's multipliers busy, so it is slower too when another program
/// runs on the other half of the same core.
public struct FixedWork: Hashable, Sendable {
  /// What is measured around each repeat: about a millisecond.
  public static let standard = FixedWork(count: 400_000)

  /// What the last work came to: each begins with it, so none can be left out or done before.
  private static let state = Atomic<UInt64>(1)

  /// Numbers that are made.
  public var count: Int

  /// Work of so many numbers.
  public init(count: Int) { self.count = count }

  /// Does the work.
  /// - Complexity: O(count)
  public func callAsFunction() {
    var generator = SeededGenerator(seed: Self.state.load(ordering: .relaxed))
    var sum: UInt64 = 0
    for _ in 0..<count { sum ^= generator.next() }
    Self.state.store(sum, ordering: .relaxed)
  }
}
