public import GuestModel

/// A domain behind the protocol that runners use.
///
/// The methods of a generic class are not specialised: code reached through them would look up
/// where every field of the domain is. So the loop over operations is handed in as a function,
/// made where the domain's type is known.
final class PagerBox<Policy: ReclaimPolicy, Listener: EventListener>: ShadowPager {
  private var domain: ShadowDomain<Policy, Listener>
  private let run: (inout ShadowDomain<Policy, Listener>, borrowing OperationBlock) -> Void
  private let log: (Listener) -> [ShadowEvent]

  init(
    _ domain: consuming ShadowDomain<Policy, Listener>,
    run: @escaping (inout ShadowDomain<Policy, Listener>, borrowing OperationBlock) -> Void,
    log: @escaping (Listener) -> [ShadowEvent]
  ) {
    self.domain = domain
    self.run = run
    self.log = log
  }

  func execute(_ block: borrowing OperationBlock) { run(&domain, block) }
  var counters: Counters { domain.counters }
  var accesses: Int { domain.accesses }
  var rootLoads: Int { domain.rootLoads }
  var peakPages: Int { domain.peakPages }
  var allocationPages: Int { domain.totalPages + domain.configuration.p2mPages }
  var isCrashed: Bool { domain.isCrashed }
  var phases: [Phase] { domain.phases }
  var events: [ShadowEvent] { log(domain.listener) }
}

/// Makes a domain with the guest's `memory`, ready for its first operation.
///
/// - Parameters:
///   - configuration: the domain: its paging, memory, vCPUs and pool
///   - memory: the guest's page tables at the start
///   - policy: what is given up when the pool is full
///   - logsEvents: keep every event; otherwise no code for events is run at all
public func makePager(
  configuration: DomainConfiguration, memory: consuming GuestMemory,
  policy: ReclaimPolicyChoice = .xen, logsEvents: Bool = false
) -> any ShadowPager {
  switch (policy, logsEvents) {
  case (.xen, false):
    PagerBox(
      ShadowDomain<LeastRecentlyLoaded, NoListener>(
        configuration: configuration, memory: memory, listener: NoListener()),
      run: { $0.execute($1) }, log: { _ in [] })
  case (.xen, true):
    PagerBox(
      ShadowDomain<LeastRecentlyLoaded, EventLog>(
        configuration: configuration, memory: memory, listener: EventLog()),
      run: { $0.execute($1) }, log: \.events)
  case (.fifo, false):
    PagerBox(
      ShadowDomain<OldestPage, NoListener>(
        configuration: configuration, memory: memory, listener: NoListener()),
      run: { $0.execute($1) }, log: { _ in [] })
  case (.fifo, true):
    PagerBox(
      ShadowDomain<OldestPage, EventLog>(
        configuration: configuration, memory: memory, listener: EventLog()),
      run: { $0.execute($1) }, log: \.events)
  }
}
