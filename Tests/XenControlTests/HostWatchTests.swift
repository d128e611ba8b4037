import Glibc
import Synchronization
import Testing

@testable import XenControl

/// A domain that is watched, on a clock of the test's.
@Suite struct HostWatchTests {
  /// Runs with a clock whose every wait does `step` to the hypervisor; gives samples and the end.
  func watch(
    _ fake: FakeHypervisor, _ domain: String = "web", count: Int? = nil,
    step: @escaping @Sendable (Int, inout FakeHypervisor.State) -> Bool
  ) throws -> ([WatchSample], HostWatch.End) {
    let time = Mutex(100.0)
    let steps = Mutex(0)
    let clock = HostWatch.Clock(
      now: { time.withLock { $0 } },
      wait: { seconds in
        time.withLock { $0 += seconds }
        let number = steps.withLock {
          $0 += 1
          return $0
        }
        return fake.state.withLock { step(number, &$0) }
      })
    var samples: [WatchSample] = []
    let host = fake.host
    let end = try HostWatch(host, domain: host.domainWithPool(domain)).run(
      interval: 2, count: count, clock: clock
    ) { samples.append($0) }
    return (samples, end)
  }

  @Test func ratesAndVerdictsComeFromDifferences() throws {
    let (samples, end) = try watch(FakeHypervisor(), count: 5) { number, state in
      let faults = [0, 25_350, 25_350 + 7_000, 25_350 + 8_000, 10][number]
      state.faults[3] = faults
      return true
    }
    #expect(end == .counted)
    #expect(samples.map(\.seconds) == [0, 2, 4, 6, 8])
    #expect(samples.map(\.faultsPerSecond) == [nil, 0, 3_500, 500, nil])
    #expect(samples.map(\.level) == [nil, .few, .many, .some, nil])
  }

  @Test func aChangeOfThePoolIsSeen() throws {
    let (samples, _) = try watch(FakeHypervisor(), count: 2) { _, state in
      state.pools[3] = 2000
      return true
    }
    #expect(samples.map(\.pool.pages) == [768, 2000])
    let line = try HostJSON.line(samples[1], rule: .xl)
    #expect(line.contains("\"verdict\":\"not_known\""))
    #expect(line.contains("\"fault_level\":\"few-faults\""))
    #expect(try !HostJSON.line(samples[1], rule: .xl).contains("\n"))
    #expect(HostText.line(samples[1], rule: .xl).contains("2000 pages"))
  }

  @Test func itEndsWithTheDomain() throws {
    let (samples, end) = try watch(FakeHypervisor()) { number, state in
      if number == 2 { state.domains[3] = nil }
      return true
    }
    #expect(samples.count == 2)
    #expect(end == .domainGone)
  }

  @Test func aDyingDomainIsGone() throws {
    let (_, end) = try watch(FakeHypervisor()) { _, state in
      state.domains[3]?.isDying = true
      return true
    }
    #expect(end == .domainGone)
  }

  @Test func itStopsWhenTold() throws {
    let (samples, end) = try watch(FakeHypervisor()) { number, _ in number < 3 }
    #expect(samples.count == 3)
    #expect(end == .stopped)
  }

  @Test func anErrorOfALivingDomainIsThrown() {
    #expect(throws: HostError.call("peek", domain: 3, errno: EPERM)) {
      try watch(FakeHypervisor()) { _, state in
        state.failures["peek"] = EPERM
        return true
      }
    }
  }

  @Test func nestedPagingHasNoVerdict() throws {
    let (samples, _) = try watch(FakeHypervisor(), "db", count: 3) { _, _ in true }
    #expect(samples.allSatisfy { $0.level == nil && $0.faultsPerSecond == nil })
  }
}
