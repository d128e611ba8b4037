/// Looks for the size of a running domain's pool: measures, changes, measures again.
public struct HostTune {
  /// What happens on the way.
  public enum Event {
    /// A size was measured.
    case measured(TuneStep)
    /// A size is about to be sent.
    case changing(from: Int, to: Int)
    /// A sample was left out: the guest was idle.
    case idle
  }

  /// What is done with the outside.
  public struct Outside {
    /// The time and the wait, which ends when it is told to.
    var clock: HostWatch.Clock
    /// Writes the journal, whole or not at all.
    var save: (TuneJournal) throws -> Void
    /// Tells what happens.
    var tell: (Event) throws -> Void

    /// An outside.
    public init(
      clock: HostWatch.Clock, save: @escaping (TuneJournal) throws -> Void,
      tell: @escaping (Event) throws -> Void
    ) {
      self.clock = clock
      self.save = save
      self.tell = tell
    }
  }

  let host: Host
  /// The domain as it was when this began.
  public let domain: DomainReport
  /// What was done.
  public internal(set) var journal: TuneJournal

  /// A search on a domain.
  ///
  /// - Throws: ``HostError/cannotTune(_:)`` on nested paging, unless it is tried all the same, and
  ///   what a domain without a pool throws
  public init(_ host: Host, domain text: String, settings: (DomainReport) -> TuneSettings)
    throws(HostError)
  {
    let report = try host.domainWithPool(text)
    guard let pool = report.pool else {
      throw .noPool(domain: report.info.id, reason: "the domain has no pool")
    }
    let settings = settings(report)
    guard report.hasShadows || settings.triesNestedPaging else {
      throw .cannotTune(
        "domain \(report.info.id): \(HostText.nestedPaging); there are no shadow faults to go by, "
          + "and nothing was changed")
    }
    guard settings.isSound else { throw .cannotTune("a setting is out of its range") }
    self.host = host
    domain = report
    journal = TuneJournal(report, pool: pool, settings: settings)
  }

  /// A search that goes on.
  ///
  /// - Throws: ``HostError/cannotTune(_:)`` when it has ended, when the domain is another by now,
  ///   or when another tool has changed the pool
  public init(_ host: Host, resuming journal: TuneJournal) throws(HostError) {
    guard journal.state == .running || journal.state == .interrupted else {
      throw .cannotTune(
        "the search has ended (\(journal.verdict?.rawValue ?? journal.state.rawValue)): begin a "
          + "new one, or put the first size back with --undo")
    }
    self.host = host
    domain = try Self.domain(of: journal, host, force: false)
    self.journal = journal
    self.journal.state = .running
    self.journal.verdict = nil
  }

  /// The domain of a journal, if it is still the same and its pool as the journal says.
  static func domain(of journal: TuneJournal, _ host: Host, force: Bool) throws(HostError)
    -> DomainReport
  {
    let report: DomainReport
    do throws(HostError) {
      report = try host.domainWithPool(String(journal.domid))
    } catch .noSuchDomain {
      throw .cannotTune(
        "domain \(journal.domid) of the log is gone; what runs now has the pool it was made with")
    }
    guard report.info.id == journal.domid, report.info.handle == journal.handle else {
      throw .cannotTune(
        "domain \(journal.domid) is another one than the log's; nothing was changed")
    }
    guard let pool = report.pool else {
      throw .noPool(domain: report.info.id, reason: "the domain has no pool")
    }
    guard force || journal.explains(pool.pages) else {
      throw .cannotTune(
        "domain \(journal.domid): the pool has \(pool.pages) pages and the log says "
          + "\(journal.pages): another tool has changed it; nothing was changed"
          + " ('--undo LOG --force' brings back \(journal.firstPages))")
    }
    return report
  }

  /// Searches until there is a verdict; the pool then has the size that the journal says.
  ///
  /// On an error of Xen's, of the journal or of what is told, the best size comes back if it can.
  public mutating func run(_ outside: Outside) throws -> TuneVerdict {
    do {
      if let verdict = try finishChange(outside) { return verdict }
      while true {
        if let verdict = try advance(outside) { return verdict }
      }
    } catch {
      var silent = outside
      silent.save = { try? outside.save($0) }
      silent.tell = { _ in }
      if (try? isThere()) == true, let now = try? host.pool(journal.domid),
        journal.explains(now.pages)
      {
        journal.pages = now.pages
        _ = try? change(to: journal.bestPages, silent)
      }
      throw error
    }
  }

  /// What it would do, without doing anything: sizes in pages.
  public func plan() throws(HostError) -> (growing: [Int], shrinking: [Int]) {
    tuner.plan(from: journal.pages, try bounds())
  }

  private var tuner: Tuner {
    Tuner(settings: journal.settings, granule: journal.pagesExact ? 1 : 256)
  }

  private func bounds() throws(HostError) -> Tuner.Bounds {
    let free = try host.calls.machine().usablePages - journal.settings.keptFreePages
    return Tuner.Bounds(
      most: min(journal.firstPages + journal.settings.budgetPages, journal.pages + max(0, free)),
      least: journal.leastPages)
  }

  /// A step on the way; the verdict, if it was the last.
  private mutating func advance(_ outside: Outside) throws -> TuneVerdict? {
    if journal.steps.last?.pages != journal.pages { return try measure(outside) }
    switch tuner.next(after: journal.steps, try bounds()) {
    case .measure: return try measure(outside)
    case .set(let pages):
      if let verdict = try whyNotAsLeft() { return try end(verdict, nil, outside) }
      try outside.tell(.changing(from: journal.pages, to: pages))
      guard let verdict = try change(to: pages, outside) else { return nil }
      return try endEarly(verdict, outside)
    case .end(let verdict, let pages): return try end(verdict, pages, outside)
    }
  }

  private mutating func measure(_ outside: Outside) throws -> TuneVerdict? {
    let meter = TuneMeter(host, domain, journal)
    switch try meter.measure(outside) {
    case .measured(let measurement):
      let step = TuneStep(pages: journal.pages, measurement: measurement)
      journal.steps.append(step)
      try outside.save(journal)
      try outside.tell(.measured(step))
      return nil
    case .gone: return try end(.domainGone, nil, outside)
    case .changed: return try end(.changedElsewhere, nil, outside)
    case .idle: return try end(.idle, journal.bestPages, outside)
    case .migrating: return try end(.migrating, journal.bestPages, outside)
    case .stopped: return try end(.interrupted, journal.sizeOnInterrupt, outside)
    }
  }

  /// Ends, with a size or as it is.
  private mutating func end(_ verdict: TuneVerdict, _ pages: Int?, _ outside: Outside) throws
    -> TuneVerdict
  {
    var result = verdict
    if let pages, pages != journal.pages {
      if let reason = try whyNotAsLeft() {
        result = reason
      } else {
        let before = journal.pages
        result = try change(to: pages, outside) ?? (journal.pages == before ? .refused : verdict)
      }
    }
    journal.state = result == .interrupted ? .interrupted : .ended
    journal.verdict = result
    try outside.save(journal)
    return result
  }

  /// Why the pool is not to be changed: the domain is gone, or the pool was not left with this
  /// size.
  private func whyNotAsLeft() throws(HostError) -> TuneVerdict? {
    guard try isThere() else { return .domainGone }
    return try host.pool(journal.domid).pages == journal.pages ? nil : .changedElsewhere
  }

  /// Whether the domain is still there, and still the same.
  func isThere() throws(HostError) -> Bool {
    guard let info = try host.info(of: journal.domid) else { return false }
    return !info.isDying && info.handle == journal.handle
  }

  /// A change that a program ended in the middle of is made anew; a verdict when that ends it.
  private mutating func finishChange(_ outside: Outside) throws -> TuneVerdict? {
    guard let pending = journal.pendingPages else { return nil }
    journal.pages = try host.pool(journal.domid).pages
    guard let verdict = try change(to: pending, outside) else { return nil }
    return try endEarly(verdict, outside)
  }

  /// Ends since a change did not come about, with the best size.
  private mutating func endEarly(_ verdict: TuneVerdict, _ outside: Outside) throws -> TuneVerdict {
    try end(verdict, verdict == .domainGone ? nil : journal.bestPages, outside)
  }
}
