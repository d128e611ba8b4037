import Glibc

/// Takes the samples of a measurement.
struct TuneMeter {
  /// How a measurement ended.
  enum Result: Hashable {
    /// There are enough samples.
    case measured(TuneMeasurement)
    /// The guest was idle too often.
    case idle
    /// The domain ended.
    case gone
    /// The pool has another size.
    case changed
    /// The count of faults began anew.
    case migrating
    /// It was told to stop.
    case stopped
  }

  private let host: Host
  private let domain: DomainReport
  private let journal: TuneJournal

  /// Measures a domain's pool as the journal says it is.
  init(_ host: Host, _ domain: DomainReport, _ journal: TuneJournal) {
    self.host = host
    self.domain = domain
    self.journal = journal
  }

  /// Waits until the guest has settled, then takes samples; those of an idle guest do not count.
  ///
  /// A migration has the count of faults begin anew, and, while it holds the domain's record of
  /// written pages, Xen refuses to tell the count.
  func measure(_ outside: HostTune.Outside) throws -> Result {
    do {
      return try sample(outside)
    } catch HostError.call(_, _, EBUSY) {
      return .migrating
    }
  }

  private func sample(_ outside: HostTune.Outside) throws -> Result {
    let settings = journal.settings
    let clock = outside.clock
    let isSettled = journal.steps.isEmpty || clock.wait(settings.settle)
    guard isSettled else { return .stopped }
    var samples: [TuneSample] = []
    var idle = 0
    guard var last = try reading(clock) else { return .gone }
    while samples.count < settings.samples {
      guard last.pages == journal.pages else { return .changed }
      guard clock.wait(settings.interval) else { return .stopped }
      guard let now = try reading(clock) else { return .gone }
      guard now.pages == journal.pages else { return .changed }
      guard now.faults >= last.faults else { return .migrating }
      let sample = now.sample(after: last, vcpus: journal.vcpus)
      last = now
      if sample.isIdle && !settings.triesNestedPaging {
        idle += 1
        try outside.tell(.idle)
        guard idle < settings.samples * TuneSettings.idlePatience else { return .idle }
      } else {
        samples.append(sample)
      }
    }
    return .measured(TuneMeasurement(samples, vcpus: journal.vcpus))
  }

  /// A domain's counts at a moment.
  private struct Reading {
    var seconds: Double
    var faults: Int
    var processorNanoseconds: Int
    var pages: Int

    func sample(after last: Reading, vcpus: Int) -> TuneSample {
      let time = max(seconds - last.seconds, 1e-6)
      return TuneSample(
        rate: Double(faults - last.faults) / time / Double(max(1, vcpus)),
        processors: Double(processorNanoseconds - last.processorNanoseconds) / 1e9 / time)
    }
  }

  /// The domain now; nil when it is gone, even between two calls.
  private func reading(_ clock: HostWatch.Clock) throws(HostError) -> Reading? {
    let id = journal.domid
    do throws(HostError) {
      guard let info = try living() else { return nil }
      return Reading(
        seconds: clock.now(), faults: domain.hasShadows ? try host.calls.faultCount(id) : 0,
        processorNanoseconds: info.processorNanoseconds, pages: try host.pool(id).pages)
    } catch {
      guard try living() != nil else { return nil }
      throw error
    }
  }

  private func living() throws(HostError) -> DomainInfo? {
    guard let info = try host.info(of: journal.domid), !info.isDying,
      info.handle == journal.handle
    else { return nil }
    return info
  }
}
