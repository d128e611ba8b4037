/// What a pool of shadows would lose by becoming smaller.
///
/// Xen does not report how much of a pool is in use. What can be told: how many pages can have been
/// taken at most, since each shadow fault that Xen fixes takes no more than a root's and three
/// lower tables' pages; and whether the guest does anything now, since one that runs uses its
/// shadows, with faults or without.
public struct ShrinkRisk: Hashable, Sendable {
  /// Pages that the pool loses.
  public var lostPages: Int
  /// Pages in use at most.
  public var mostUsedPages: Int
  /// Shadow faults a second on each vCPU, while it was looked at.
  public var faultsPerSecond: Double
  /// Processors that the domain kept busy meanwhile.
  public var processors: Double

  /// Faults to fill again what is lost, tables filled in order: 16 for a page, since a fault fills
  /// up to 32 of its 512 entries.
  public var faults: Int { lostPages * Self.faultsPerPage }

  /// Whether the guest uses its pool now.
  public var isInUse: Bool { faultsPerSecond > 0 || processors >= TuneSettings.idleShare }

  /// The risk in words.
  var text: String {
    "shrinking by \(lostPages) pages may cost up to \(faults) faults to fill the tables again, and those "
      + "for the rest of the address space that Xen throws away last"
  }

  static let faultsPerPage = 16
  /// A root of four pages and a leaf of two, or three tables and a root: a fault takes no more.
  static let pagesPerFault = 7
  /// How long it is looked at, s.
  static let seconds = 1.0
}

extension Host {
  /// Checks that a change takes nothing from a domain that it uses; the plan with what is to be
  /// known.
  ///
  /// Growing, nested paging, and sizes that hold all that can be in use, pass at once. Else the
  /// domain is looked at for a second: only one that is idle passes.
  ///
  /// - Throws: ``HostError/poolInUse(domain:reason:)`` unless it is forced
  public func checked(_ plan: PoolPlan, isForced: Bool, clock: HostWatch.Clock)
    throws(HostError) -> PoolPlan
  {
    guard let risk = try risk(of: plan, clock) else { return plan }
    guard isForced || !risk.isInUse else {
      throw .poolInUse(
        domain: plan.domain.info.id,
        reason: "the pool is in use, "
          + "\(HostText.fixed(risk.faultsPerSecond, decimals: 0)) faults/s per vCPU with "
          + "\(HostText.fixed(risk.processors)) processors busy: \(risk.text)")
    }
    var plan = plan
    plan.notes.append((risk.isInUse ? "the pool is in use: " : "the guest is idle: ") + risk.text)
    return plan
  }

  /// What a change would cost; nil when it takes nothing that can be in use.
  func risk(of plan: PoolPlan, _ clock: HostWatch.Clock) throws(HostError) -> ShrinkRisk? {
    let domain = plan.domain
    let lost = plan.before.pages - plan.expectedPages
    guard domain.hasShadows, lost > 0 else { return nil }
    let id = domain.info.id
    let (began, before) = (clock.now(), try activity(id))
    let used = min(
      plan.before.pages, domain.rules.leastPages + before.faults * ShrinkRisk.pagesPerFault)
    guard plan.expectedPages < used else { return nil }
    _ = clock.wait(ShrinkRisk.seconds)
    let after = try activity(id)
    let seconds = max(clock.now() - began, 1e-6)
    return ShrinkRisk(
      lostPages: lost, mostUsedPages: used,
      faultsPerSecond: Double(max(0, after.faults - before.faults)) / seconds
        / Double(max(1, domain.info.vcpus)),
      processors: Double(after.nanoseconds - before.nanoseconds) / 1e9 / seconds)
  }

  private func activity(_ id: Int) throws(HostError) -> (faults: Int, nanoseconds: Int) {
    guard let info = try info(of: id), !info.isDying else { throw .noSuchDomain("domain \(id)") }
    return (try calls.faultCount(id), info.processorNanoseconds)
  }
}
