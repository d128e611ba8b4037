/// A change of a pool before it is made: every check that can be made without making it.
public struct PoolPlan: Hashable, Sendable {
  /// The domain as it is.
  public var domain: DomainReport
  /// Its pool as it is.
  public var before: PoolSize
  /// Pages that were asked for.
  public var requestedPages: Int
  /// Pages that are sent: whole MiB where the hypervisor takes no less, rounded up.
  public var sentPages: Int
  /// Pages that Xen is expected to make of it.
  public var expectedPages: Int
  /// What is to be known about it.
  public var notes: [String]

  /// The command that brings the size back that was there before.
  public var undo: String {
    let size = before.isExact ? "--pages \(before.pages)" : "--shadow-mib \(before.pages / 256)"
    let isForced = !domain.hasShadows && before.pages < domain.rules.leastPages
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
    /// Xen made it larger than asked, its minimum.
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
  /// - Parameter isForced: whether a pool for nested paging may become suspiciously small
  public func plan(_ request: PoolRequest, domain text: String, isForced: Bool)
    throws(HostError) -> PoolPlan
  {
    let domain = try domainWithPool(text)
    let id = domain.info.id
    guard let before = domain.pool else { throw .noPool(domain: id, reason: "has no pool") }
    let requested = try domain.rules.pages(of: request)
    let sent = calls.exact == nil ? (requested + 255) / 256 * 256 : requested
    let least = domain.rules.leastPages
    let expected = domain.hasShadows ? max(sent, least) : sent
    var plan = PoolPlan(
      domain: domain, before: before, requestedPages: requested, sentPages: sent,
      expectedPages: expected, notes: [])
    if sent != requested {
      plan.notes.append("this Xen takes whole MiB: \(requested) pages become \(sent)")
    }
    if expected > sent {
      plan.notes.append("Xen raises \(sent) pages to its minimum, about \(least)")
    }
    if !domain.hasShadows {
      plan.notes.append(HostText.nestedPaging)
      if sent < least && sent < before.pages && !isForced {
        throw .badSize(
          "domain \(id): \(sent) pages are below \(least), the least that Xen gives a guest with "
            + "shadows; the guest may die for lack of tables: nothing was changed; --force does it")
      }
    }
    if expected < before.pages {
      plan.notes.append(
        domain.hasShadows
          ? "how much of the pool is in use cannot be told; Xen throws shadows away to shrink it"
          : "how much of the pool is in use cannot be told; Xen takes free pages alone")
    }
    let growth = expected - before.pages
    let free = try calls.machine().usablePages
    if growth > free { throw .hostFull(neededPages: growth, freePages: free) }
    return plan
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
        "\(error); the pool has \(now.pages) pages now, had \(plan.before.pages); undo: \(plan.undo)"
      )
    }
    let after = try pool(id)
    return PoolOutcome(plan: plan, status: Self.status(plan, after), after: after)
  }

  private static func status(_ plan: PoolPlan, _ after: PoolSize) -> PoolOutcome.Status {
    if after.pages == plan.sentPages { return .done }
    let isLarger = after.pages > plan.sentPages && plan.domain.hasShadows
    let isUntouched = after == plan.before && plan.expectedPages == plan.sentPages
    return isLarger && !isUntouched ? .raised : .refused
  }
}
