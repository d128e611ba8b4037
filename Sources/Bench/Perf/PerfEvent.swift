/// An event of a Linux guest: a switch, a page fault, a process or thread that comes or goes.
struct PerfEvent: Hashable {
  /// What happened.
  enum Kind: UInt8 {
    case switchTo, fault, fork, exec, exit
  }

  /// A thread, by its number, and its process where the text gives both.
  struct Task: Hashable {
    /// The thread's number.
    var thread: Int32
    /// The number of its process, that is of its first thread; nil where the text has threads only.
    var process: Int32?
  }

  var kind: Kind
  /// Nanoseconds of the recording machine's clock.
  var nanoseconds: UInt64
  /// The processor; nil where the text has no such column.
  var processor: UInt32?
  /// Who the line is about: who ran when it was written.
  var task: Task
  /// The thread that runs next, was made or ended.
  var other: Int32 = 0
  /// The address of a fault.
  var address: UInt64 = 0
  /// Whether a fault was a write.
  var isWrite = false
  /// Whether an exit was the last of its process's threads; nil where the kernel does not say.
  var isLast: Bool?
}
