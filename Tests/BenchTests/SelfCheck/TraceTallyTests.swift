import ShadowModel
import Testing

@testable import Bench

/// What a trace's records add up to is what Xen counted.
@Suite struct TraceTallyTests {
  @Test(arguments: LinuxRun.traced) func aLinuxGuestsTraceAddsUp(run: LinuxRun) throws {
    let tally = try TraceTally(path: run.path)
    for name in TraceTally.names {
      print(run.id, name.xenName, tally.counters[name], run.count(name))
    }
    print(run.id, "promotions", tally.promotions, "unpins", tally.unpins, "loads", tally.rootLoads)
  }
}
