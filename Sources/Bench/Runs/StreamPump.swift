import Glibc
import GuestModel
import Synchronization

/// Makes a workload's operations on a thread of its own, a few blocks ahead of their consumer.
///
/// The blocks are those that the workload's source makes, in its order, whatever the threads'
/// timing. When the pump goes away its thread has ended, whether or not all blocks were consumed.
final class StreamPump {
  private let ring: Ring
  private let thread: pthread_t
  private var position = 0
  private var isAtEnd = false

  /// Starts making blocks; nil when no thread can be had.
  /// - Parameters:
  ///   - blockCount: blocks that exist; one is the consumer's, the others are ahead of it
  ///   - blockCapacity: operations in a block; each hand-over costs a few microseconds
  init?(_ workload: any Workload, blockCount: Int = 3, blockCapacity: Int = 16_384) {
    ring = Ring(workload, blockCount: blockCount, blockCapacity: blockCapacity)
    let context = Unmanaged.passRetained(ring)
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Ring>.fromOpaque(context).takeRetainedValue().produce()
        return nil
      }, context.toOpaque())
    guard failure == 0 else {
      context.release()
      return nil
    }
    self.thread = thread
  }

  /// Stops making blocks and waits for the thread to end.
  deinit {
    ring.isStopped.store(true, ordering: .relaxed)
    ring.free.signal()
    pthread_join(thread, nil)
  }

  /// Gives the next block to `consume`; false when there are no more.
  func next(_ consume: (borrowing OperationBlock) throws -> Void) rethrows -> Bool {
    guard !isAtEnd else { return false }
    ring.filled.wait()
    let block = ring.blocks + position
    guard block.pointee.count > 0 else {
      isAtEnd = true
      return false
    }
    defer {
      position = (position + 1) % ring.blockCount
      ring.free.signal()
    }
    try consume(block.pointee)
    return true
  }
}

/// Blocks that go round between the two threads: at any time each is one's or the other's.
///
/// The semaphores say how many are whose, so a block is never looked at by both at once.
private final class Ring: @unchecked Sendable {
  let workload: any Workload
  let blockCount: Int
  let blocks: UnsafeMutablePointer<OperationBlock>
  let free: Semaphore
  let filled = Semaphore(0)
  let isStopped = Atomic(false)

  init(_ workload: any Workload, blockCount: Int, blockCapacity: Int) {
    precondition(blockCount >= 2 && blockCapacity >= 1, "a block for each side")
    self.workload = workload
    self.blockCount = blockCount
    free = Semaphore(blockCount)
    blocks = .allocate(capacity: blockCount)
    for index in 0..<blockCount {
      (blocks + index).initialize(to: OperationBlock(capacity: blockCapacity))
    }
  }

  deinit {
    blocks.deinitialize(count: blockCount)
    blocks.deallocate()
  }

  /// The producer's thread: fills blocks until the source has no more, or it is told to stop.
  func produce() {
    var source = workload.makeSource()
    var position = 0
    while true {
      free.wait()
      if isStopped.load(ordering: .relaxed) { return }
      let block = blocks + position
      block.pointee.removeAll()
      source.fill(&block.pointee)
      let isAtEnd = block.pointee.count == 0
      filled.signal()
      if isAtEnd { return }
      position = (position + 1) % blockCount
    }
  }
}

/// A counter that threads wait on: POSIX's, which costs no system call unless somebody waits.
private final class Semaphore: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init(_ count: Int) {
    guard sem_init(semaphore, 0, UInt32(count)) == 0 else {
      preconditionFailure("a semaphore of \(count) is possible")
    }
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func wait() { while sem_wait(semaphore) != 0 {} }
  func signal() { sem_post(semaphore) }
}
