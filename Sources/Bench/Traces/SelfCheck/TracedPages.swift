/// The size that a trace was taken at.
public struct TracedPages: Hashable, Sendable {
  /// Where the size is known from.
  public enum Source: String, Sendable {
    /// Whoever took the trace said it.
    case given
    /// The reclaims of the trace show it.
    case found
    /// Nobody said it and there is no reclaim: the pool had room for everything.
    case unknown
  }

  /// The size, pages; nil where it is not known.
  public var pages: Int?
  /// Where it is known from.
  public var source: Source
  /// The size at which the model reclaims as often as the trace shows; nil for a trace without a
  /// reclaim.
  public var shown: Int?

  /// A size.
  public init(given: Int?, shown: Int?) {
    pages = given ?? shown
    source = given != nil ? .given : shown != nil ? .found : .unknown
    self.shown = shown
  }

  /// Pages in use of which the trace shows nothing: tables that only hit.
  ///
  /// Below 0 where the reconstruction has more of them than the guest.
  public var gap: Int {
    guard let pages, let shown else { return 0 }
    return pages - shown
  }

  /// Whether the trace shows less than half of the pages that were in use.
  public var isMostlyUnseen: Bool { gap * 2 > pages ?? 0 }
}
