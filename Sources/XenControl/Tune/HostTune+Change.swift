extension HostTune {
  /// Makes a change, with the journal saying so before and after; a verdict when that ends the
  /// search.
  mutating func change(to pages: Int, _ outside: Outside) throws -> TuneVerdict? {
    guard pages != journal.pages else {
      journal.pendingPages = nil
      return nil
    }
    let before = journal
    journal.pendingPages = pages
    do {
      try outside.save(journal)
    } catch {
      journal = before
      throw error
    }
    let outcome: PoolOutcome
    do throws(HostError) {
      outcome = try host.apply(
        host.plan(pages, of: domain, before: host.pool(journal.domid), isForced: true))
    } catch {
      return try failed(error)
    }
    let old = journal.pages
    journal.pages = outcome.after.pages
    journal.pendingPages = nil
    let isRaised = pages < old && outcome.after.pages > pages
    if isRaised { journal.leastPages = max(journal.leastPages, outcome.after.pages) }
    try outside.save(journal)
    guard outcome.status == .refused && !isRaised else { return nil }
    return try isThere() ? .refused : .domainGone
  }

  /// What a change that failed means: the end of the domain or of the host's memory, or an error.
  private mutating func failed(_ error: HostError) throws -> TuneVerdict {
    guard try isThere() else {
      journal.pendingPages = nil
      return .domainGone
    }
    journal.pages = try host.pool(journal.domid).pages
    guard case .hostFull = error else { throw error }
    journal.pendingPages = nil
    return .limit
  }

  /// Brings the first size back.
  ///
  /// - Parameters:
  ///   - journal: what was done
  ///   - force: whether also if another tool has changed the pool since
  /// - Throws: ``HostError/cannotTune(_:)`` when the domain is another by now, or when another tool
  ///   has changed the pool and it is not forced
  public static func undo(
    _ journal: TuneJournal, _ host: Host, force: Bool, save: (TuneJournal) throws -> Void
  ) throws -> PoolOutcome {
    let report = try domain(of: journal, host, force: force)
    var journal = journal
    let plan = try host.plan(
      journal.firstPages, of: report, before: host.pool(journal.domid), isForced: true)
    journal.pendingPages = journal.firstPages
    try save(journal)
    let outcome = try host.apply(plan)
    journal.pages = outcome.after.pages
    journal.pendingPages = nil
    if outcome.status != .refused { journal.state = .undone }
    try save(journal)
    return outcome
  }
}
