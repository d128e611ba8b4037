import ShadowModel

/// A change of a pool before it is made: every check that can be made without making it.
public struct PoolPlan: Hashable, Sendable {
  /// The domain as it is.
  public var domain: DomainReport
  /// Its pool as it is.
  public var before: PoolSize
  /// Pages that were asked for.
  public var requestedPages: Int
  /// Pages that are sent: rounded up to MiB where the hypervisor takes no less, and raised where
  /// it would let a guest starve.
  public var sentPages: Int
  /// Pages that Xen is expected to make of it.
  public var expectedPages: Int
  /// What is to be known about it.
  public var notes: [String]

  /// Whether more is sent than was asked for, beyond rounding to MiB.
  var isRaisedHere: Bool {
    sentPages > (before.isExact ? requestedPages : Self.wholeMiB(requestedPages))
  }

  /// Pages, rounded up to MiB.
  static func wholeMiB(_ pages: Int) -> Int { (pages + 255) / 256 * 256 }

  /// The command that brings the size back that was there before.
  public var undo: String {
    let size = before.isExact ? "--pages \(before.pages)" : "--shadow-mib \(before.pages / 256)"
    let isForced = before.pages < (domain.hasShadows ? expectedPages : domain.rules.leastPages)
    return "shadowbench host set \(domain.info.id) \(size)" + (isForced ? " --force" : "")
  }
}

/// What became of a change.
public struct PoolOutcome: Hashable, Sendable {
  /// How it ended.
  public enum Status: String, Sendable {
    /// Nothing was sent.
    case planned
    /// The pool has the size that was sent.
    case done = "set"
    /// It is larger than asked, the minimum.
    case raised
    /// Xen reported success and did something else.
    case refused
  }

  /// The change.
  public var plan: PoolPlan
  /// How it ended.
  public var status: Status
  /// The pool as Xen says it is now.
  public var after: PoolSize

  /// The outcome of a change that is not made.
  public static func planned(_ plan: PoolPlan) -> PoolOutcome {
    PoolOutcome(plan: plan, status: .planned, after: plan.before)
  }
}

extension Host {
  /// Works out a change and checks it; nothing is changed.
  /// - Parameter isForced: whether a pool for nested paging may become as small as Xen lets it
  public func plan(_ request: PoolRequest, domain text: String, isForced: Bool)
    throws(HostError) -> PoolPlan
  {
    let domain = try domainWithPool(text)
    guard let before = domain.pool else {
      throw .noPool(domain: domain.info.id, reason: "the domain has no pool")
    }
    var result = try plan(
      domain.rules.pages(of: request), of: domain, before: before, isForced: isForced)
    if let note = Self.note(on: request, domain.rules, result.requestedPages) {
      result.notes.insert(note, at: 0)
    }
    return result
  }

  /// What XenServer's rule makes of a multiplier: whole MiB, and none below 1.0.
  private static func note(on request: PoolRequest, _ rules: PoolRules, _ pages: Int) -> String? {
    guard case .multiplier(let multiplier, .xapi) = request else { return nil }
    if multiplier < 1 {
      return "xapi itself refuses a multiplier below 1.0, and sets its own again at the next start"
    }
    let kept = rules.multiplier(.xapi, ofPages: pages)
    guard abs(kept - multiplier) > 1e-9 else { return nil }
    return "xapi's rule keeps whole MiB, cut off: \(multiplier) becomes \(pages / 256) MiB, "
      + "which is \(HostText.fixed(kept))"
  }

  /// Works out a change of a domain that is known to have a pool; nothing is changed.
  func plan(_ requested: Int, of domain: DomainReport, before: PoolSize, isForced: Bool)
    throws(HostError) -> PoolPlan
  {
    var notes: [String] = []
    let sent = sentPages(requested, domain, isForced, &notes)
    let expected = domain.hasShadows ? max(sent, domain.rules.leastPages) : sent
    if expected > sent {
      notes.append("Xen raises \(sent) pages to its minimum, about \(expected)")
    }
    if !domain.hasShadows { notes.append(HostText.nestedPaging) }
    if expected < before.pages && !domain.hasShadows {
      notes.append("how much of the pool is in use cannot be told; Xen takes free pages alone")
    }
    let growth = expected - before.pages
    let free = try calls.machine().usablePages
    if growth > free { throw .hostFull(neededPages: growth, freePages: free) }
    return PoolPlan(
      domain: domain, before: before, requestedPages: requested, sentPages: sent,
      expectedPages: expected, notes: notes)
  }

  /// Pages to send: whole MiB where Xen takes no less, and, unless it is forced, no fewer than a
  /// guest with shadows gets where Xen has no minimum of its own.
  private func sentPages(
    _ requested: Int, _ domain: DomainReport, _ isForced: Bool, _ notes: inout [String]
  ) -> Int {
    let least = domain.rules.leastPages
    var sent = requested
    if !domain.hasShadows && sent < least && !isForced {
      sent = least
      notes.append(
        "\(requested) pages were raised to \(least), the minimum of a guest with shadows: Xen has "
          + "none for nested paging, and a guest without tables dies; --force does it")
    }
    if calls.exact == nil && sent % 256 != 0 {
      let whole = PoolPlan.wholeMiB(sent)
      notes.append("this Xen takes whole MiB: \(sent) pages become \(whole)")
      sent = whole
    }
    return sent
  }

  /// Makes a change and reads back what Xen made of it.
  public func apply(_ plan: PoolPlan) throws(HostError) -> PoolOutcome {
    let id = plan.domain.info.id
    do throws(HostError) {
      if let exact = calls.exact {
        try exact.setPages(id, plan.sentPages)
      } else {
        _ = try calls.setAllocationMiB(id, plan.sentPages / 256)
      }
    } catch {
      guard let now = try? pool(id) else { throw error }
      if now == plan.before {
        throw .changeFailed("\(error); the pool still has \(now.pages) pages")
      }
      throw .changeFailed(
        "\(error); the pool has \(now.pages) pages now, had \(plan.before.pages); "
          + "undo: \(plan.undo)"
      )
    }
    let after = try pool(id)
    return PoolOutcome(plan: plan, status: Self.status(plan, after), after: after)
  }

  private static func status(_ plan: PoolPlan, _ after: PoolSize) -> PoolOutcome.Status {
    if after.pages == plan.sentPages { return plan.isRaisedHere ? .raised : .done }
    let isLarger = after.pages > plan.sentPages && plan.domain.hasShadows
    let isUntouched = after == plan.before && plan.expectedPages == plan.sentPages
    return isLarger && !isUntouched ? .raised : .refused
  }
}
