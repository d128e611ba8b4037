import Synchronization

@testable import XenControl

/// A guest on a fake hypervisor, whose clock runs by waiting: its faults follow from its pool.
final class SimulatedGuest: Sendable {
  /// Shadow faults a second on each vCPU, and processors kept busy, with a pool of `pages` at a
  /// time.
  typealias Behaviour =
    @Sendable (_ pages: Int, _ seconds: Double) -> (
      rate: Double, processors: Double
    )

  let fake: FakeHypervisor
  let domain: Int
  private let behaviour: Behaviour
  private let seconds = Mutex(100.0)
  private let waits = Mutex(0)
  private let journals = Mutex<[TuneJournal]>([])
  /// What happens at the n-th wait; false ends the wait as Ctrl-C does.
  private let happening: @Sendable (Int, inout FakeHypervisor.State) -> Bool

  init(
    _ behaviour: @escaping Behaviour, on fake: FakeHypervisor = FakeHypervisor(), domain: Int = 3,
    happening: @escaping @Sendable (Int, inout FakeHypervisor.State) -> Bool = { _, _ in true }
  ) {
    self.fake = fake
    self.domain = domain
    self.behaviour = behaviour
    self.happening = happening
  }

  /// The journals that were saved, in order.
  var saved: [TuneJournal] { journals.withLock { $0 } }

  /// The pool now.
  var pages: Int? { fake.state.withLock { $0.pools[domain] } }

  /// A search's outside, that keeps the journals.
  func outside(
    save: @escaping (TuneJournal) throws -> Void = { _ in },
    tell: @escaping (HostTune.Event) throws -> Void = { _ in }
  ) -> HostTune.Outside {
    HostTune.Outside(
      clock: HostWatch.Clock(now: { self.seconds.withLock { $0 } }, wait: { self.wait($0) }),
      save: { journal in
        try save(journal)
        self.journals.withLock { $0.append(journal) }
      }, tell: tell)
  }

  /// A search on the guest.
  func tune(_ change: @escaping (inout TuneSettings) -> Void = { _ in }) throws -> HostTune {
    try HostTune(fake.host, domain: String(domain)) { report in
      var settings = TuneSettings(
        target: 350, budgetPages: TuneSettings.defaultBudget(report.rules))
      change(&settings)
      return settings
    }
  }

  private func wait(_ time: Double) -> Bool {
    let now = seconds.withLock {
      $0 += time
      return $0
    }
    let number = waits.withLock {
      $0 += 1
      return $0
    }
    return fake.state.withLock { state in
      if let info = state.domains[domain] {
        let (rate, processors) = behaviour(state.pools[domain] ?? 0, now)
        state.faults[domain, default: 0] += Int(rate * time) * info.vcpus
        state.domains[domain]?.processorNanoseconds += Int(processors * time * 1e9)
      }
      return happening(number, &state)
    }
  }
}
