extension WorkloadInput {
  /// A reconstructed trace as an input; the seed changes nothing.
  /// - Parameter tracedPages: the pool that it was taken of, pages; nil where nobody said
  /// - Throws: ``InputError`` when the trace cannot be read again
  public init(name: String, trace: TraceReconstruction, tracedPages: Int? = nil)
    throws(InputError)
  {
    let workload = TraceWorkload(trace)
    var evidence = TraceEvidence(tally: try TraceTally(path: name), origin: trace.origin)
    evidence.givenPages = tracedPages
    self.init(
      name: name, kind: "trace", shape: trace.shape, warmupPhases: evidence.warmupPhases,
      facts: trace.origin.facts
    ) { _ throws(InputError) in workload }
    self.evidence = evidence
    if !trace.warmUp.isEmpty { makeLarger = { TraceWorkload(trace, isLarger: true) } }
    losses = trace.origin.losses
    files = [name]
  }
}

extension TraceEvidence {
  /// The evidence of a trace that was reconstructed.
  init(tally: TraceTally, origin: TraceOrigin) {
    self.init(tally: tally)
    spaces = origin.spaces
    neverCold = origin.seenCold[0]
    unseenLoads = Double(neverCold) / Double(max(1, spaces))
    fillsHits = origin.fillsHits
    shownPages = origin.tracedPages
    unexplained = origin.unexplained
    guard !origin.beginsUnpaged else { return }
    isSample = true
    drift = TraceDrift(tally)
    // It began in the middle of a run: there is no start in it.
    warmupPhases = 0
  }
}
