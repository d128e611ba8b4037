/// A domain that runs one program to its end.
public struct GuestPlan: Hashable, Sendable {
  /// What the names of such domains begin with.
  public static let namePrefix = "replay-"

  /// A name that no other domain has: what is to be taken away is known by it.
  public static func uniqueName(_ run: String) -> String {
    var generator = SystemRandomNumberGenerator()
    let token = String(generator.next(), radix: 16)
    return namePrefix + run + "-" + String(repeating: "0", count: 16 - token.count) + token
  }

  /// The domain's name.
  public var name: String
  /// Its configuration as xl reads it, which preserves the domain when its guest has ended.
  public var configuration: String
  /// Memory, MiB.
  public var memoryMiB: Int
  /// The pool, MiB.
  public var shadowMiB: Int
  /// Whether the domain has nested paging instead of shadows.
  public var hasNestedPaging: Bool
  /// What the guest's last line may begin with.
  ///
  /// A domain that has said such a line and does not shut
  /// down counts as ended. Where Xen runs under an emulator it cannot always read the instruction
  /// that ends a guest.
  public var lastWords: [String]

  /// A domain.
  public init(
    name: String, configuration: String, memoryMiB: Int, shadowMiB: Int, hasNestedPaging: Bool,
    lastWords: [String] = []
  ) {
    self.lastWords = lastWords
    self.name = name
    self.configuration = configuration
    self.memoryMiB = memoryMiB
    self.shadowMiB = shadowMiB
    self.hasNestedPaging = hasNestedPaging
  }
}

/// A trace of a domain's run.
public struct GuestTrace: Hashable, Sendable {
  /// The file for `xentrace`, of all processors.
  public var file: String
  /// Whether it is taken also where that opens the host to its guests.
  public var isForced: Bool

  /// A trace into `file`.
  public init(file: String, isForced: Bool = false) {
    self.file = file
    self.isForced = isForced
  }
}

/// What became of a domain that ran a program.
public struct GuestRun: Hashable, Sendable {
  /// How it ended.
  public enum End: String, Hashable, Sendable {
    /// The guest has shut down.
    case shutDown = "shut-down"
    /// The guest has crashed, or Xen has crashed it.
    case crashed
    /// It had not ended when its time was up.
    case timedOut = "timed-out"
    /// It was gone before it could be asked: somebody else has ended it.
    case gone
  }

  /// The domain's number.
  public var domain: Int
  /// How it ended.
  public var end: End
  /// Its lines on Xen's console.
  public var console: String
  /// Shadow faults that Xen fixed, of the domain as it was preserved; nil where Xen could not be
  /// asked.
  public var faultCount: Int?
  /// What `xenperf -f` wrote; nil where Xen has no performance counters.
  public var perfText: String?
  /// Time from its creation until its end was seen, s.
  public var seconds: Double
  /// What there is to say, such as why a figure is missing.
  public var notes: [String]
}
