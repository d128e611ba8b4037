extension TraceOrigin {
  /// What was lost, a sentence each.
  var losses: [String] {
    guard lost > 0 else { return [] }
    guard let rewindSentence else { return ["The trace has \(lost) losses: counts are too low."] }
    return ["The trace has \(lost) losses: counts are not to be relied on.", rewindSentence]
  }

  /// What a result from the trace rests on, a sentence each.
  public var facts: [String] {
    var facts = [
      "Root loads, faults, guest entries and page-table writes of a real host's trace: "
        + "\(rootLoads) root loads, \(faultsFixed) faults fixed, \(unpins) roots given up."
    ]
    let never = seenCold[0]
    let cold = spaces - never
    facts.append(
      "\(cold) of \(spaces) address spaces were seen cold at least once, \(seenCold[2]) more "
        + "than once"
        + (never == 0 ? "." : "; what the others touch is known in part only."))
    if fillsHits {
      let alike = likeness.map { " (cold turns are alike to \(Numeral.percent($0)) %)" }
      facts.append(
        "Accesses that hit are not in a trace; turns that found their shadows in place are taken "
          + "to touch as much as the address space touched when it was cold" + (alike ?? "") + ".")
    } else {
      facts.append(
        "Accesses that hit are not in a trace, and turns differ too much to fill them in: sizes "
          + "below the traced one are lower bounds.")
    }
    if writeRuns > 0 {
      facts.append(
        "\(knownWriteRuns) of \(writeRuns) runs of page-table writes are attributed to the "
          + "tables of an address space.")
    }
    if unexplained > 0 { facts.append("\(unexplained) faults of another paging mode left out.") }
    facts += losses
    if dropped > 0 { facts.append("\(dropped) steps past the first 32 million left out.") }
    if isMemoryGuessed {
      facts.append(
        "The guest's memory is guessed from the highest frame in the trace; --memory-mib says it.")
    }
    return facts
  }
}
