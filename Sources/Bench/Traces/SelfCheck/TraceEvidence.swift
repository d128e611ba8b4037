/// What a trace shows that a prediction from it must be judged by.
public struct TraceEvidence: Sendable {
  /// What the trace's own records add up to.
  public var tally: TraceTally
  /// Address spaces.
  public var spaces: Int
  /// Address spaces whose shadows the trace never shows being made: what they touch is unseen.
  public var neverCold: Int
  /// Root loads of those, relative to all.
  public var unseenLoads: Double
  /// Whether accesses that hit could be filled in from what an address space touched when cold.
  public var fillsHits: Bool
  /// Faults of a turn that finds its address space's shadows given up, on average; nil if none did.
  public var coldTurnFaults: Double?
  /// Faults of a turn that finds them in place, on average; nil if none did.
  public var warmTurnFaults: Double?
  /// Turns that find their address space's shadows given up, relative to all.
  public var coldShare: Double
  /// Pages in use, as far as the trace shows, when room had to be made; nil where that is not
  /// known.
  public var shownPages: Int?
  /// The size that the trace was taken at, pages, by whoever took it; nil where nobody said.
  public var givenPages: Int?
  /// Marks of the reconstructed operations before the steady part; nil to take the first third.
  public var warmupPhases: Int?

  /// Whether the trace is a sample of a guest that ran before: then other stretches of time count
  /// somewhat else.
  public var isSample = false
  /// What drifted while it was taken; nil if nothing did, or where that decides nothing.
  public var drift: TraceDrift?
  /// Faults that the reconstruction made nothing of.
  public var unexplained = 0

  /// Evidence of a trace that shows everything.
  public init(tally: TraceTally) {
    self.tally = tally
    spaces = 0
    neverCold = 0
    unseenLoads = 0
    fillsHits = true
    coldShare = 1
  }

  /// Whether so little is unseen that it changes no answer: what a trace is good for without more.
  public var showsEverything: Bool { unseenLoads <= Self.negligible && fillsHits }

  /// Whether the unseen is a share of the root loads that changes no answer.
  var showsAllSpaces: Bool { unseenLoads <= Self.negligible }

  /// A share of root loads that changes no answer.
  static let negligible = 0.01
}
