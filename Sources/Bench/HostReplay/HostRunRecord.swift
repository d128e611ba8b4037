/// What came back from one run on a host, as it came: to be judged.
public struct HostRunRecord: Hashable, Sendable {
  /// How the domain ended.
  public enum End: String, Hashable, Sendable {
    /// Its guest has shut down.
    case shutDown = "shut-down"
    /// Its guest has crashed, or Xen has crashed it.
    case crashed
    /// It had not ended when its time was up.
    case timedOut = "timed-out"
    /// Somebody else has ended it.
    case gone
  }

  /// How the domain ended.
  public var end: End
  /// The domain's lines on Xen's console.
  public var console: String
  /// Whether the domain had nested paging.
  public var hasNestedPaging: Bool
  /// Shadow faults fixed; nil where Xen could not be asked.
  public var faultCount: Int?
  /// What `xenperf` wrote; nil where Xen has no performance counters.
  public var perfText: String?
  /// Time from the domain's creation until its end was seen, s.
  public var seconds: Double?
  /// The host's clock, MHz; nil where it is not known.
  public var megahertz: Double?
  /// What there is to say.
  public var notes: [String]

  /// A record.
  public init(
    end: End, console: String, hasNestedPaging: Bool, faultCount: Int? = nil,
    perfText: String? = nil, seconds: Double? = nil, megahertz: Double? = nil, notes: [String] = []
  ) {
    self.end = end
    self.console = console
    self.hasNestedPaging = hasNestedPaging
    self.faultCount = faultCount
    self.perfText = perfText
    self.seconds = seconds
    self.megahertz = megahertz
    self.notes = notes
  }
}
