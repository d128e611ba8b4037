import ShadowModel
import Testing

@testable import Bench

/// What a trace's records add up to is what Xen counted.
@Suite struct TraceTallyTests {
  /// Kinds that the phases around a trace cannot blur: those of faults.
  private static let judged: [Counters.Name] = [
    .fault, .faultFixed, .unsync, .oosFixupAdd, .prealloc1,
  ]

  @Test(arguments: LinuxRun.traced) func aLinuxGuestsTraceAddsUp(run: LinuxRun) throws {
    let tally = try TraceTally(path: run.path)
    for name in Self.judged {
      let (trace, xen) = (tally.counters[name], run.count(name))
      #expect(abs(trace - xen) <= max(60, xen / 50), "\(name.xenName): \(trace), Xen \(xen)")
    }
  }
}
